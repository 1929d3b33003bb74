"""Operator commands: what the API does not do, or not for a whole table."""

import json
from datetime import UTC, datetime
from typing import Annotated

import typer

from backend.auth import service as auth
from backend.cli import accounts, erasures, evaluation, extraction, judging, suppressions
from backend.cli.database import Organisation, with_database
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.settings import Settings
from backend.webhooks import service as webhooks
from backend.webhooks.models import WebhookState

app = typer.Typer(
    help="Operator commands.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(accounts.users, name="user")
app.add_typer(accounts.organisations, name="org")
app.add_typer(accounts.secret, name="secret")
app.add_typer(extraction.records, name="record")
app.add_typer(erasures.erasures, name="erasure")
app.add_typer(suppressions.suppressions, name="suppressions")


@app.command()
def openapi() -> None:
    """Print the API's OpenAPI document."""
    from backend.main import create_app

    document = create_app(Settings.model_construct(cors_origins=())).openapi()
    typer.echo(json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True))


app.command(name="eval")(evaluation.evaluate)
app.command()(judging.judge)

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

    async def run(sessions: Sessions, _: Settings) -> None:
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
