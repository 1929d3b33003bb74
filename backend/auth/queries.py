"""Reading accounts."""

from collections.abc import Collection, Sequence, Set
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.models import (
    ApiKey,
    AuditEntry,
    Organisation,
    PasswordLink,
    Role,
    User,
    UserSession,
)
from backend.auth.schemas import AuditQuery
from backend.platform import ids

SessionOwner: TypeAlias = tuple[UserSession, User, Organisation]


async def find_organisation(session: AsyncSession, slug: str) -> Organisation | None:
    statement = select(Organisation).where(Organisation.slug == slug)
    return (await session.exec(statement)).one_or_none()


async def lock_organisation(session: AsyncSession, slug: str) -> Organisation:
    statement = select(Organisation).where(Organisation.slug == slug)
    return (await session.exec(statement.with_for_update(key_share=True))).one()


async def find_user_by_email(session: AsyncSession, email: str) -> tuple[User, Organisation] | None:
    statement = (
        select(User, Organisation)
        .join(Organisation, col(User.org_id) == Organisation.id)
        .where(User.email == email.lower())
    )
    return (await session.exec(statement)).one_or_none()


async def find_open_session(
    session: AsyncSession, session_id: UUID, now: datetime
) -> SessionOwner | None:
    """Return whose session it is, unless it has ended, was revoked or its user deactivated."""
    statement = (
        select(UserSession, User, Organisation)
        .join(User, col(UserSession.user_id) == User.id)
        .join(Organisation, col(User.org_id) == Organisation.id)
        .where(UserSession.id == session_id)
        .where(col(UserSession.revoked_at).is_(None))
        .where(col(UserSession.expires_at) > now)
        .where(col(User.deactivated_at).is_(None))
    )
    return (await session.exec(statement)).one_or_none()


async def find_live_api_key(
    session: AsyncSession, sha256: bytes, now: datetime
) -> tuple[ApiKey, Organisation] | None:
    """Return whose key it is, unless it has expired or was revoked."""
    statement = (
        select(ApiKey, Organisation)
        .join(Organisation, col(ApiKey.org_id) == Organisation.id)
        .where(ApiKey.key_sha256 == sha256)
        .where(_is_live(now))
    )
    return (await session.exec(statement)).one_or_none()


def _is_live(now: datetime) -> ColumnElement[bool]:
    expires_at = col(ApiKey.expires_at)
    return col(ApiKey.revoked_at).is_(None) & (expires_at.is_(None) | (expires_at > now))


async def list_open_credentials(
    session: AsyncSession, credential_ids: Set[UUID], now: datetime
) -> set[UUID]:
    """Of these sessions and API keys, find those that are still good."""
    sessions = (
        select(UserSession.id)
        .join(User, col(UserSession.user_id) == User.id)
        .where(
            col(UserSession.id).in_(credential_ids),
            col(UserSession.revoked_at).is_(None),
            col(UserSession.expires_at) > now,
            col(User.deactivated_at).is_(None),
        )
    )
    keys = select(ApiKey.id).where(col(ApiKey.id).in_(credential_ids), _is_live(now))
    return {*(await session.exec(sessions)).all(), *(await session.exec(keys)).all()}


async def has_admin(session: AsyncSession, org_id: UUID) -> bool:
    return await count_admins(session, org_id) > 0


async def count_admins(session: AsyncSession, org_id: UUID) -> int:
    statement = select(func.count()).where(
        User.org_id == org_id, User.role == Role.ADMIN, col(User.deactivated_at).is_(None)
    )
    return (await session.exec(statement)).one()


async def find_user(session: AsyncSession, org_id: UUID, user_id: UUID) -> User | None:
    statement = select(User).where(User.org_id == org_id, User.id == user_id)
    return (await session.exec(statement)).one_or_none()


async def lock_user(session: AsyncSession, user_id: UUID) -> User | None:
    return (
        await session.exec(select(User).where(User.id == user_id).with_for_update(key_share=True))
    ).one_or_none()


async def list_users(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[User]:
    statement = select(User).where(User.org_id == org_id)
    if cursor is not None:
        statement = statement.where(col(User.id) < cursor)
    return (await session.exec(statement.order_by(col(User.id).desc()).limit(limit))).all()


async def list_named(
    session: AsyncSession, org_id: UUID, user_ids: Collection[UUID]
) -> Sequence[User]:
    statement = select(User).where(User.org_id == org_id, col(User.id).in_(user_ids))
    return (await session.exec(statement)).all()


async def find_password_link(
    session: AsyncSession, sha256: bytes, now: datetime
) -> PasswordLink | None:
    statement = select(PasswordLink).where(
        PasswordLink.secret_sha256 == sha256, col(PasswordLink.expires_at) > now
    )
    return (await session.exec(statement)).one_or_none()


async def list_api_keys(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[ApiKey]:
    statement = select(ApiKey).where(ApiKey.org_id == org_id)
    if cursor is not None:
        statement = statement.where(col(ApiKey.id) < cursor)
    return (await session.exec(statement.order_by(col(ApiKey.id).desc()).limit(limit))).all()


async def lock_api_key(session: AsyncSession, org_id: UUID, key_id: UUID) -> ApiKey | None:
    statement = select(ApiKey).where(ApiKey.org_id == org_id, ApiKey.id == key_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def list_live_keys_of(
    session: AsyncSession, user_id: UUID, roles: Sequence[Role], now: datetime
) -> Sequence[UUID]:
    """List the keys a user answers for, those with these roles, that still work."""
    statement = select(ApiKey.id).where(
        ApiKey.created_by == user_id, col(ApiKey.role).in_(roles), _is_live(now)
    )
    return (await session.exec(statement)).all()


async def revoke_api_keys(session: AsyncSession, key_ids: Sequence[UUID], now: datetime) -> None:
    """End these keys and all that were made with them, however far down."""
    ended = select(ApiKey.id).where(col(ApiKey.id).in_(key_ids)).cte("ended", recursive=True)
    ended = ended.union(select(ApiKey.id).join(ended, col(ApiKey.made_with) == ended.c.id))
    await session.exec(
        update(ApiKey)
        .where(col(ApiKey.id).in_(select(ended.c.id)), col(ApiKey.revoked_at).is_(None))
        .values(revoked_at=now)
        .execution_options(synchronize_session=False)
    )


async def hand_over_api_keys(session: AsyncSession, key_ids: Sequence[UUID], user_id: UUID) -> None:
    await session.exec(
        update(ApiKey)
        .where(col(ApiKey.id).in_(key_ids))
        .values(created_by=user_id)
        .execution_options(synchronize_session=False)
    )


async def list_audit_entries(
    session: AsyncSession, org_id: UUID, wanted: AuditQuery, *, limit: int
) -> Sequence[AuditEntry]:
    statement = select(AuditEntry).where(AuditEntry.org_id == org_id)
    if wanted.action is not None:
        statement = statement.where(
            col(AuditEntry.action).startswith(wanted.action, autoescape=True)
        )
    if wanted.actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == wanted.actor_id)
    if wanted.object_id is not None:
        statement = statement.where(AuditEntry.object_id == wanted.object_id)
    if wanted.created_after is not None:
        statement = statement.where(col(AuditEntry.id) >= ids.first_id(wanted.created_after))
    if wanted.created_before is not None:
        statement = statement.where(col(AuditEntry.id) < ids.first_id(wanted.created_before))
    if wanted.cursor is not None:
        statement = statement.where(col(AuditEntry.id) < wanted.cursor)
    return (await session.exec(statement.order_by(col(AuditEntry.id).desc()).limit(limit))).all()
