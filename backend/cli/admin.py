"""Operator commands: what the API does not do, or not for a whole table."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from pydantic import validate_email
from pydantic_core import PydanticCustomError

from backend.auth import service as auth
from backend.auth.models import Role
from backend.cli import startup
from backend.main import create_app
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.logging import configure_logging
from backend.platform.settings import Settings, load_settings
from backend.webhooks import service as webhooks
from backend.webhooks.models import WebhookState
from backend.wiring import build

app = typer.Typer(help="Operator commands.", no_args_is_help=True)

Organisation = Annotated[str, typer.Option("--org", help="Slug of the organisation.")]


def with_database(work: Callable[[Sessions], Coroutine[Any, Any, None]]) -> None:
    """Run some work on the database the settings name."""
    settings = load_settings()
    configure_logging(settings.log)
    with startup.ready_settings(settings) as ready:
        startup.refuse_old_tables(ready)
        asyncio.run(_with_sessions(ready, work))


async def _with_sessions(
    settings: Settings, work: Callable[[Sessions], Coroutine[Any, Any, None]]
) -> None:
    engine = db.create_engine(settings.database)
    try:
        await work(db.create_sessions(engine, build(settings)))
    finally:
        await engine.dispose()


def _address(text: str) -> str:
    try:
        return validate_email(text)[1].lower()
    except PydanticCustomError as error:
        raise typer.BadParameter(f"{error.message()}.") from None


@app.command()
def create_user(
    email: Annotated[str, typer.Argument(help="The address to log in with.", callback=_address)],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    name: str = "",
    role: Role = Role.ADMIN,
    org: Organisation = auth.DEFAULT_ORG,
) -> None:
    """Create a user; the first administrator, for example. Asks for the password."""
    if len(password) < 8:
        raise typer.BadParameter("The password must have at least 8 characters.")

    async def create(sessions: Sessions) -> None:
        async with db.transaction(sessions) as session:
            await auth.ensure_default_organisation(session)
            found = await auth.get_organisation(session, org)
            user = await auth.create_user(
                session, found.id, email=email, password=password, name=name or email, role=role
            )
        typer.echo(f"Created {user.role.value} {user.email} of {org}.")

    with_database(create)


@app.command()
def openapi() -> None:
    """Print the API's OpenAPI document."""
    document = create_app(Settings.model_construct(cors_origins=())).openapi()
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True))


inbox = typer.Typer(help="The inbox of webhooks.", no_args_is_help=True)
app.add_typer(inbox, name="inbox")


@inbox.command()
def replay(
    state: Annotated[WebhookState, typer.Option(help="Which webhooks.")] = WebhookState.FAILED,
    event: Annotated[str | None, typer.Option(help="Only of this event.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only received since (UTC).")] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many, oldest first.")] = 10_000,
    org: Organisation = auth.DEFAULT_ORG,
) -> None:
    """Apply webhooks again from the bytes that came. A running worker does the work."""

    async def run(sessions: Sessions) -> None:
        async with db.transaction(sessions) as session:
            found = await auth.get_organisation(session, org)
            instant = since.replace(tzinfo=UTC) if since else None
            ids = await webhooks.list_to_replay(
                session, found.id, state=state, event=event, since=instant, limit=limit
            )
            for webhook_id in ids:
                await webhooks.replay_webhook(session, found.id, webhook_id)
        typer.echo(f"{len(ids)} webhooks are to be applied again.")

    with_database(run)
