"""Reading erasures."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.retention.models import Erasure, ErasureStatus


async def find_erasure(session: AsyncSession, org_id: UUID, erasure_id: UUID) -> Erasure | None:
    statement = select(Erasure).where(Erasure.org_id == org_id, Erasure.id == erasure_id)
    return (await session.exec(statement)).one_or_none()


async def lock_erasure(session: AsyncSession, org_id: UUID, erasure_id: UUID) -> Erasure | None:
    statement = select(Erasure).where(Erasure.org_id == org_id, Erasure.id == erasure_id)
    # What was read before the lock may be older than it.
    statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def find_running(session: AsyncSession, org_id: UUID, digest: bytes) -> Erasure | None:
    statement = select(Erasure).where(
        Erasure.org_id == org_id,
        Erasure.subject_digest == digest,
        Erasure.status == ErasureStatus.RUNNING,
    )
    return (await session.exec(statement.order_by(col(Erasure.id)).limit(1))).one_or_none()


async def list_erasures(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[Erasure]:
    statement = select(Erasure).where(Erasure.org_id == org_id)
    if cursor is not None:
        statement = statement.where(col(Erasure.id) < cursor)
    return (await session.exec(statement.order_by(col(Erasure.id).desc()).limit(limit))).all()


async def list_public_keys(session: AsyncSession, org_id: UUID) -> Sequence[bytes]:
    statement = select(Erasure.public_key).where(
        Erasure.org_id == org_id, col(Erasure.public_key).is_not(None)
    )
    return [key for key in await session.exec(statement.distinct()) if key is not None]


async def list_known(session: AsyncSession, erasure_ids: Sequence[UUID]) -> Sequence[UUID]:
    return (await session.exec(select(Erasure.id).where(col(Erasure.id).in_(erasure_ids)))).all()
