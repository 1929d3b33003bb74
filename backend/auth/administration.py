"""What administrators manage: users, API keys; and the log of who did what."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from backend.auth import api_keys, queries, sessions as logins, users
from backend.auth.deps import Admin, AdminInPerson
from backend.auth.models import User
from backend.auth.schemas import (
    ApiKeyCreate,
    ApiKeyMade,
    ApiKeyRead,
    AuditEntryRead,
    AuditQuery,
    PasswordLinkRead,
    UserCreate,
    UserInvited,
    UserRead,
    UserUpdate,
)
from backend.auth.users import Link
from backend.platform import pages
from backend.platform.deps import CurrentSettings, Session
from backend.platform.pages import Cursor, Limit, Page
from backend.platform.settings import Settings

router = APIRouter(prefix="/api/v1", tags=["accounts"])

UserPath = Annotated[UUID, Path(description="The id of the user.")]
KeyPath = Annotated[UUID, Path(description="The id of the API key.")]


@router.post("/users", status_code=201)
async def invite_user(
    body: UserCreate, caller: AdminInPerson, session: Session, settings: CurrentSettings
) -> UserInvited:
    """Add a user. Pass the invitation's link on: with it the person sets a password, once.

    An API key cannot do this, since the account would outlast it.
    """
    user = await users.create_user(
        session, caller.org_id, email=body.email, name=body.name, role=body.role
    )
    link = await users.create_link(session, user)
    caller.note(object_id=user.id, email=user.email, role=user.role.value)
    return UserInvited(**UserRead.of(user).model_dump(), invitation=_link(settings, link))


@router.get("/users")
async def list_users(
    caller: Admin, session: Session, cursor: Cursor = None, limit: Limit = 50
) -> Page[UserRead]:
    """List the organisation's users, newest first, deactivated ones included."""
    rows = await users.list_users(session, caller.org_id, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(rows, limit)
    return Page(items=[UserRead.of(user) for user in rows], next_cursor=next_cursor)


@router.get("/users/{user_id}")
async def get_user(user_id: UserPath, caller: Admin, session: Session) -> UserRead:
    """Show one user."""
    return UserRead.of(await users.get_user(session, caller.org_id, user_id))


@router.patch("/users/{user_id}")
async def update_user(
    user_id: UserPath, body: UserUpdate, caller: Admin, session: Session
) -> UserRead:
    """Change a user's name or role, deactivate or activate.

    Deactivating ends all sessions, and the API keys that the user has made unless they are taken
    over. An API key may take rights away, and give none.
    """
    changes = body.model_dump(exclude_unset=True)
    caller.note(**{name: str(value) for name, value in changes.items()})
    user, ended = await users.update_user(session, caller, user_id, changes)
    caller.note(**{f"keys_{body.api_keys.value}": [str(key_id) for key_id in ended] or None})
    return UserRead.of(user)


@router.post("/users/{user_id}/password-link", status_code=201)
async def create_password_link(
    user_id: UserPath, caller: AdminInPerson, session: Session, settings: CurrentSettings
) -> PasswordLinkRead:
    """Make a new link to set a password with: another invitation, or a reset.

    Earlier links of this user end. The password in use goes on working until the link is used.
    """
    user = await users.get_user(session, caller.org_id, user_id)
    return _link(settings, await users.create_link(session, user))


@router.post("/users/{user_id}/logout", status_code=204)
async def log_user_out(user_id: UserPath, caller: Admin, session: Session) -> None:
    """End all sessions of a user, on all devices."""
    user: User = await users.get_user(session, caller.org_id, user_id)
    await logins.log_out_everywhere(session, user.id)


@router.post("/api-keys", status_code=201)
async def create_api_key(body: ApiKeyCreate, caller: Admin, session: Session) -> ApiKeyMade:
    """Make an API key for a program. The key is shown once: keep it now.

    One made with another key ends with that one, at the latest.
    """
    key, secret = await api_keys.create_api_key(
        session, caller, name=body.name, role=body.role, expires_at=body.expires_at
    )
    caller.note(object_id=key.id, name=key.name, role=key.role.value)
    return ApiKeyMade(**ApiKeyRead.of(key).model_dump(), key=secret)


@router.get("/api-keys")
async def list_api_keys(
    caller: Admin, session: Session, cursor: Cursor = None, limit: Limit = 50
) -> Page[ApiKeyRead]:
    """List API keys, newest first, revoked ones included."""
    rows = await api_keys.list_api_keys(session, caller.org_id, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(rows, limit)
    return Page(items=[ApiKeyRead.of(key) for key in rows], next_cursor=next_cursor)


@router.delete("/api-keys/{key_id}", status_code=204)
async def revoke_api_key(key_id: KeyPath, caller: Admin, session: Session) -> None:
    """Revoke an API key and those made with it: they are refused from now on, their streams end."""
    await api_keys.revoke_api_key(session, caller.org_id, key_id)


@router.get("/audit")
async def list_audit_entries(
    caller: Admin, session: Session, query: Annotated[AuditQuery, Query()]
) -> Page[AuditEntryRead]:
    """List who did what to which object, newest first. Entries cannot be changed or deleted."""
    rows = await queries.list_audit_entries(session, caller.org_id, query, limit=query.limit + 1)
    rows, next_cursor = pages.cut(rows, query.limit)
    items = [AuditEntryRead.model_validate(row, from_attributes=True) for row in rows]
    return Page(items=items, next_cursor=next_cursor)


def _link(settings: Settings, link: Link) -> PasswordLinkRead:
    return PasswordLinkRead(url=users.link_url(settings, link), expires_at=link.expires_at)
