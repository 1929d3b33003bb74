"""Users: inviting, changing, deactivating, and how they come by a password."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import api_keys, audit, passwords, queries, sessions as logins, tokens
from backend.auth.errors import (
    EmailTaken,
    LastAdministrator,
    PasswordLinkRefused,
    PasswordRefused,
    PersonNeeded,
    UserDeactivated,
    UserNotFound,
)
from backend.auth.models import CallerKind, Organisation, PasswordLink, Role, User
from backend.auth.schemas import KeysOfUser
from backend.auth.service import Caller, user_caller
from backend.platform import clock, db
from backend.platform.db import Sessions
from backend.platform.errors import FieldError
from backend.platform.events import JsonObject
from backend.platform.settings import Settings

INVITATION_LENGTH = timedelta(days=7)
RESET_LENGTH = timedelta(days=1)


@dataclass(frozen=True)
class Link:
    """What goes into the address a person opens to set their password. It is not kept."""

    secret: str
    expires_at: datetime


async def create_user(
    session: AsyncSession,
    org_id: UUID,
    *,
    email: str,
    name: str,
    role: Role,
    password: str | None = None,
) -> User:
    """Add a user. Raises EmailTaken when the address is in use, in whichever organisation.

    Without a password the user cannot log in before following a link.
    """
    password_hash = None if password is None else await passwords.hash_password(password)
    user = User(
        org_id=org_id, email=email.lower(), name=name, password_hash=password_hash, role=role
    )
    inserted = await session.exec(
        insert(User)
        .values(**user.model_dump())
        .on_conflict_do_nothing(index_elements=["email"])
        .returning(col(User.id))
    )
    if inserted.first() is None:
        raise EmailTaken(f"There is a user with the address {email} already.")
    return user


async def get_user(session: AsyncSession, org_id: UUID, user_id: UUID) -> User:
    user = await queries.find_user(session, org_id, user_id)
    if user is None:
        raise UserNotFound(f"There is no user {user_id}.")
    return user


async def list_named(
    session: AsyncSession, org_id: UUID, user_ids: Collection[UUID]
) -> Sequence[User]:
    """List those of some users that the organization has, in no order."""
    return await queries.list_named(session, org_id, user_ids)


async def list_users(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[User]:
    return await queries.list_users(session, org_id, cursor=cursor, limit=limit)


async def update_user(
    session: AsyncSession, caller: Caller, user_id: UUID, changes: JsonObject
) -> tuple[User, Sequence[UUID]]:
    """Change name, role or whether the user is active. The last administrator stays one.

    Deactivating ends the user's sessions and links at once; activating brings none back. Return
    also the API keys that the user has lost by it.
    """
    # Locked as a whole: of two administrators who demote each other at once, one is refused.
    await queries.lock_organisation(session, caller.org_slug)
    user = await get_user(session, caller.org_id, user_id)
    is_active = changes.pop("is_active", None)
    takes_over = changes.pop("api_keys", KeysOfUser.REVOKE) is KeysOfUser.TAKE_OVER
    if caller.kind is CallerKind.API_KEY:
        _refuse_giving(user, changes.get("role"), is_active=is_active, takes_over=takes_over)
    user.sqlmodel_update(changes)
    if is_active is False and user.deactivated_at is None:
        user.deactivated_at = clock.now()
        await logins.log_out_everywhere(session, user.id)
        await _forget_links(session, user.id)
    if is_active is True:
        user.deactivated_at = None
    await session.flush()
    if not await queries.has_admin(session, caller.org_id):
        raise LastAdministrator(
            f"{user.email} is the only active administrator. Make somebody else one first."
        )
    taken_over_by = caller.user_id if takes_over and caller.id != user.id else None
    return user, await api_keys.end_keys_of(session, user, taken_over_by=taken_over_by)


def _refuse_giving(
    user: User, role: Role | None, *, is_active: bool | None, takes_over: bool
) -> None:
    gives_role = role is not None and role.outranks(user.role)
    if takes_over or gives_role or (is_active is True and user.deactivated_at is not None):
        raise PersonNeeded("What a user is given outlasts the key that gives it: log in for this.")


async def create_link(session: AsyncSession, user: User) -> Link:
    """Make a link to set the password with; links made before end."""
    if user.deactivated_at is not None:
        raise UserDeactivated(f"{user.email} is deactivated. Activate the user first.")
    await _forget_links(session, user.id)
    length = INVITATION_LENGTH if user.password_hash is None else RESET_LENGTH
    link = Link(tokens.new_secret(), clock.now() + length)
    session.add(
        PasswordLink(
            user_id=user.id, secret_sha256=tokens.sha256(link.secret), expires_at=link.expires_at
        )
    )
    return link


def link_url(settings: Settings, link: Link) -> str:
    """Write the link's address. What follows `#` stays in the browser: no server logs it."""
    return f"{settings.own_url}/set-password#token={link.secret}"


async def _forget_links(session: AsyncSession, user_id: UUID) -> None:
    await session.exec(delete(PasswordLink).where(col(PasswordLink.user_id) == user_id))


async def set_password_by_link(
    sessions: Sessions, secret: str, password: str, *, address: str | None = None
) -> None:
    """Set the password of the link's user, once, and end all sessions the user had open."""
    sha256 = tokens.sha256(secret)
    async with db.transaction(sessions) as session:
        await _owner_of_link(session, sha256)
    password_hash = await passwords.hash_password(password)
    async with db.transaction(sessions) as session:
        user = await _owner_of_link(session, sha256)
        await _replace_password(session, user, password_hash)
        org = await session.get_one(Organisation, user.org_id)
        caller = replace(user_caller(user, org, user.id), address=address)
        await audit.record(session, caller, "set_password_by_link", str(user.id))


async def _owner_of_link(session: AsyncSession, sha256: bytes) -> User:
    """Lock and return the user. Whoever comes second, with the same link, waits and is refused."""
    link = await queries.find_password_link(session, sha256, clock.now())
    user = await queries.lock_user(session, link.user_id) if link else None
    still = await queries.find_password_link(session, sha256, clock.now())
    if user is None or still is None or user.deactivated_at is not None:
        raise PasswordLinkRefused(
            "The link is wrong, was used or has ended. Ask an administrator for a new one."
        )
    return user


async def change_password(sessions: Sessions, caller: Caller, current: str, new: str) -> None:
    """Change the caller's own password, and end the caller's other sessions."""
    async with db.transaction(sessions) as session:
        user = await get_user(session, caller.org_id, caller.id)
    if not await passwords.is_right(current, user.password_hash):
        wrong = FieldError("/current_password", "This is not the current password.")
        raise PasswordRefused("The current password is wrong.", errors=[wrong])
    password_hash = await passwords.hash_password(new)
    async with db.transaction(sessions) as session:
        locked = await queries.lock_user(session, caller.id)
        if locked is None or locked.password_hash != user.password_hash:
            raise PasswordRefused("The password was changed by somebody else meanwhile.")
        await _replace_password(session, locked, password_hash, but=caller.credential_id)


async def _replace_password(
    session: AsyncSession, user: User, password_hash: str, *, but: UUID | None = None
) -> None:
    user.password_hash = password_hash
    await logins.log_out_everywhere(session, user.id, but=but)
    await _forget_links(session, user.id)
