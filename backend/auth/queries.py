"""Reading accounts."""

from collections.abc import Set
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.models import Organisation, Role, User, UserSession


async def find_organisation(session: AsyncSession, slug: str) -> Organisation | None:
    statement = select(Organisation).where(Organisation.slug == slug)
    return (await session.exec(statement)).one_or_none()


async def lock_organisation(session: AsyncSession, slug: str) -> Organisation:
    statement = select(Organisation).where(Organisation.slug == slug)
    return (await session.exec(statement.with_for_update())).one()


async def find_user_by_email(session: AsyncSession, email: str) -> tuple[User, Organisation] | None:
    statement = (
        select(User, Organisation)
        .join(Organisation, col(User.org_id) == Organisation.id)
        .where(User.email == email.lower())
    )
    return (await session.exec(statement)).one_or_none()


async def find_open_session(
    session: AsyncSession, session_id: UUID, now: datetime
) -> tuple[User, Organisation] | None:
    """Return whose session it is, unless it has ended or was revoked."""
    statement = (
        select(User, Organisation)
        .join(UserSession, col(UserSession.user_id) == User.id)
        .join(Organisation, col(User.org_id) == Organisation.id)
        .where(UserSession.id == session_id)
        .where(col(UserSession.revoked_at).is_(None))
        .where(col(UserSession.expires_at) > now)
    )
    return (await session.exec(statement)).one_or_none()


async def has_admin(session: AsyncSession, org_id: UUID) -> bool:
    statement = select(User.id).where(User.org_id == org_id, User.role == Role.ADMIN).limit(1)
    return (await session.exec(statement)).first() is not None


async def list_open_sessions(
    session: AsyncSession, session_ids: Set[UUID], now: datetime
) -> set[UUID]:
    statement = select(UserSession.id).where(
        col(UserSession.id).in_(session_ids),
        col(UserSession.revoked_at).is_(None),
        col(UserSession.expires_at) > now,
    )
    return set((await session.exec(statement)).all())
