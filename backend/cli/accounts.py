"""`ringback admin user …` and `ringback admin org …`: accounts, from the command line."""

import re
from typing import Annotated

import typer
from pydantic import validate_email
from pydantic_core import PydanticCustomError
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import (
    audit,
    organisations as keyring,
    passwords,
    queries,
    service as auth,
    users as accounts,
)
from backend.auth.errors import UserNotFound
from backend.auth.models import Role, User
from backend.auth.service import Caller, user_caller
from backend.cli.database import Organisation, with_database
from backend.compliance.hooks import service as hooks
from backend.destinations import service as destinations
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.people import erased
from backend.platform.settings import Settings
from backend.recordings import service as recordings
from backend.retention import service as retention

users = typer.Typer(help="Users.", no_args_is_help=True)
secret = typer.Typer(help="SECRET_KEY.", no_args_is_help=True)
organisations = typer.Typer(help="Organisations.", no_args_is_help=True)


def _address(text: str) -> str:
    try:
        return validate_email(text)[1].lower()
    except PydanticCustomError as error:
        raise typer.BadParameter(f"{error.message()}.") from None


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", text):
        raise typer.BadParameter("A slug has small letters, digits and hyphens, up to 63 of them.")
    return text


Email = Annotated[str, typer.Argument(help="The address to log in with.", callback=_address)]


@users.command(name="create")
def create_user(
    email: Email,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
    name: str = "",
    role: Role = Role.ADMIN,
    org: Organisation = auth.DEFAULT_ORG,
) -> None:
    """Create a user; the first administrator, for example. Asks for the password."""
    if len(password) < passwords.SHORTEST:
        raise typer.BadParameter(
            f"The password must have at least {passwords.SHORTEST} characters."
        )

    async def create(sessions: Sessions, _: Settings) -> None:
        async with db.transaction(sessions) as session:
            await auth.ensure_default_organisation(session)
            found = await auth.get_organisation(session, org)
            user = await accounts.create_user(
                session, found.id, email=email, password=password, name=name or email, role=role
            )
            await audit.record_operator(
                session, found.id, "create_user", str(user.id), email=email, role=role.value
            )
        typer.echo(f"Created {role.value} {email} of {org}.")

    with_database(create)


@users.command(name="link")
def create_link(email: Email) -> None:
    """Print a link with which the user sets a new password, once."""

    async def create(sessions: Sessions, settings: Settings) -> None:
        async with db.transaction(sessions) as session:
            user, _ = await _find(session, email)
            link = await accounts.create_link(session, user)
            await audit.record_operator(session, user.org_id, "create_password_link", str(user.id))
        typer.echo(accounts.link_url(settings, link))

    with_database(create)


@users.command()
def deactivate(email: Email) -> None:
    """Refuse a user's logins and end all of the user's sessions."""
    _set_active(email, is_active=False)


@users.command()
def activate(email: Email) -> None:
    """Let a deactivated user log in again."""
    _set_active(email, is_active=True)


def _set_active(email: str, *, is_active: bool) -> None:
    async def change(sessions: Sessions, _: Settings) -> None:
        async with db.transaction(sessions) as session:
            user, caller = await _find(session, email)
            await accounts.update_user(session, caller, user.id, {"is_active": is_active})
            await audit.record_operator(
                session, user.org_id, "update_user", str(user.id), is_active=is_active
            )
        typer.echo(f"{email} is {'active' if is_active else 'deactivated'}.")

    with_database(change)


async def _find(session: AsyncSession, email: str) -> tuple[User, Caller]:
    found = await queries.find_user_by_email(session, email)
    if found is None:
        raise UserNotFound(f"There is no user {email}.")
    user, org = found
    return user, user_caller(user, org, user.id)


@organisations.command(name="create")
def create_organisation(
    slug: Annotated[str, typer.Argument(help="Its name in addresses.", callback=_slug)],
    name: Annotated[str, typer.Option(help="Its name for people.")] = "",
) -> None:
    """Add an organisation: another company, with users, agents and keys of its own."""

    async def create(sessions: Sessions, _: Settings) -> None:
        async with db.transaction(sessions) as session:
            org = await auth.create_organisation(session, slug, name or slug)
            await audit.record_operator(session, org.id, "create_organisation", str(org.id))
        typer.echo(f"Created {slug}. Next: ringback admin user create EMAIL --org {slug}")

    with_database(create)


@organisations.command(name="list")
def list_organisations() -> None:
    """List the organisations."""

    async def show(sessions: Sessions, _: Settings) -> None:
        async with db.transaction(sessions) as session:
            for org in await auth.list_organisations(session):
                typer.echo(f"{org.slug}\t{org.name}")

    with_database(show)


async def reseal(session: AsyncSession, settings: Settings) -> int:
    """Encrypt all that is kept encrypted with the current SECRET_KEY. Return how much it is."""
    count = await keyring.reseal_keys(session, secret_keys=settings.secret_keys)
    count += await erased.reseal_key(session, settings.secret_keys)
    for room in (
        destinations.reseal_secrets,
        hooks.reseal_secrets,
        recordings.reseal_urls,
        retention.reseal_subjects,
    ):
        count += await room(session, settings)
    return count


@secret.command(name="rotate")
def rotate_secret() -> None:
    """Encrypt stored secrets with SECRET_KEY; SECRET_KEY_PREVIOUS is what encrypts them so far.

    Afterwards SECRET_KEY_PREVIOUS can be removed.
    """

    async def rotate(sessions: Sessions, settings: Settings) -> None:
        async with db.transaction(sessions) as session:
            count = await reseal(session, settings)
        typer.echo(f"{count} secrets are encrypted with SECRET_KEY.")

    with_database(rotate)
