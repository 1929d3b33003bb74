"""Reading records."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.records.models import Record, RecordStatus


async def lock_latest(session: AsyncSession, org_id: UUID, call_id: UUID) -> Record | None:
    """Lock the call's highest revision, whatever became of it. Lock the call first."""
    statement = (
        select(Record)
        .where(Record.org_id == org_id, Record.call_id == call_id)
        .order_by(col(Record.revision).desc())
        .limit(1)
        .with_for_update()
    )
    return (await session.exec(statement)).one_or_none()


async def find_current(session: AsyncSession, org_id: UUID, call_id: UUID) -> Record | None:
    """Find the revision to go by: the highest that came to something, else the highest."""
    is_nothing_yet = col(Record.status).in_([RecordStatus.PENDING, RecordStatus.FAILED])
    statement = (
        select(Record)
        .where(Record.org_id == org_id, Record.call_id == call_id)
        .order_by(is_nothing_yet, col(Record.revision).desc())
        .limit(1)
    )
    return (await session.exec(statement)).one_or_none()


async def find_record(session: AsyncSession, org_id: UUID, record_id: UUID) -> Record | None:
    statement = select(Record).where(Record.org_id == org_id, Record.id == record_id)
    return (await session.exec(statement)).one_or_none()


async def lock_record(session: AsyncSession, org_id: UUID, record_id: UUID) -> Record | None:
    statement = select(Record).where(Record.org_id == org_id, Record.id == record_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def list_revisions(session: AsyncSession, org_id: UUID, call_id: UUID) -> Sequence[Record]:
    statement = (
        select(Record)
        .where(Record.org_id == org_id, Record.call_id == call_id)
        .order_by(col(Record.revision))
    )
    return (await session.exec(statement)).all()
