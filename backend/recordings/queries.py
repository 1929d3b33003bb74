"""Reading and locking recordings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, TextClause, func, or_, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.tables import unread
from backend.recordings import masking
from backend.recordings.models import Recording, RecordingChunk, RecordingStatus


@dataclass(frozen=True)
class RecordingFilter:
    status: RecordingStatus | None = None
    agent_id: UUID | None = None
    q: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    # Whether what is masked of a name counts.
    with_originals: bool = True


async def find_recording(
    session: AsyncSession, org_id: UUID, recording_id: UUID
) -> Recording | None:
    statement = select(Recording).where(Recording.org_id == org_id, Recording.id == recording_id)
    return (await session.exec(statement)).one_or_none()


async def lock_recording(
    session: AsyncSession, org_id: UUID, recording_id: UUID
) -> Recording | None:
    statement = select(Recording).where(Recording.org_id == org_id, Recording.id == recording_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def list_recordings(
    session: AsyncSession,
    org_id: UUID,
    wanted: RecordingFilter,
    *,
    cursor: UUID | None,
    limit: int,
) -> Sequence[Recording]:
    """List recordings newest first, but for calls' own that were transcribed again."""
    conditions: list[ColumnElement[bool] | TextClause] = [
        col(Recording.org_id) == org_id,
        col(Recording.is_of_call).is_(False),
    ]
    if wanted.status is not None:
        conditions.append(col(Recording.status) == wanted.status)
    if wanted.agent_id is not None:
        conditions.append(col(Recording.agent_id) == wanted.agent_id)
    if wanted.q:
        conditions.append(col(Recording.file_name).icontains(wanted.q, autoescape=True))
        if not wanted.with_originals:
            conditions.append(masking.is_shown_whole())
    if wanted.created_after is not None:
        conditions.append(col(Recording.created_at) >= wanted.created_after)
    if wanted.created_before is not None:
        conditions.append(col(Recording.created_at) < wanted.created_before)
    if cursor is not None:
        conditions.append(col(Recording.id) < cursor)
    statement = select(Recording).where(*conditions).order_by(col(Recording.id).desc())
    return (await session.exec(statement.limit(limit))).all()


async def find_same(
    session: AsyncSession, org_id: UUID, sha256: str, but: UUID
) -> Recording | None:
    """Find another recording with these bytes, unless it has failed or was canceled.

    Whoever asks at the same time for the same bytes waits until this transaction ends.
    """
    key = f"{org_id} {sha256}"
    await (await session.connection()).execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key}
    )
    given_up = [RecordingStatus.FAILED, RecordingStatus.CANCELED]
    statement = select(Recording).where(
        Recording.org_id == org_id,
        Recording.sha256 == sha256,
        Recording.id != but,
        col(Recording.status).not_in(given_up),
        col(Recording.is_of_call).is_(False),
    )
    return (await session.exec(statement.order_by(col(Recording.id)).limit(1))).one_or_none()


async def list_of_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> Sequence[Recording]:
    """List what a call of Retell's was or is being transcribed from, newest first."""
    statement = select(Recording).where(
        Recording.org_id == org_id,
        Recording.call_id == call_id,
        col(Recording.is_of_call).is_(True),
    )
    return (await session.exec(statement.order_by(col(Recording.id).desc()))).all()


async def has_files(session: AsyncSession, recording_id: UUID) -> bool:
    """Say whether files are of a recording; none are of one whose bytes never came."""
    statement = select(Recording.id).where(
        Recording.id == recording_id,
        or_(
            col(Recording.status).not_in([RecordingStatus.FAILED, RecordingStatus.CANCELED]),
            col(Recording.size_bytes).is_not(None),
            col(Recording.sealed_url).is_not(None),
        ),
    )
    return (await session.exec(statement)).first() is not None


async def list_never_uploaded(
    session: AsyncSession, before: datetime, limit: int
) -> Sequence[tuple[UUID, UUID]]:
    """List organisation and id of uploads opened before then whose bytes never came."""
    statement = (
        select(Recording.org_id, Recording.id)
        .where(
            Recording.status == RecordingStatus.AWAITING_UPLOAD,
            col(Recording.created_at) < before,
        )
        .limit(limit)
    )
    return (await session.exec(statement)).all()


async def list_lost_keys(
    session: AsyncSession, now: datetime, limit: int
) -> Sequence[tuple[UUID, UUID]]:
    """List organisation and id of recordings whose key nobody has renewed."""
    over = [RecordingStatus.COMPLETED, RecordingStatus.FAILED, RecordingStatus.CANCELED]
    statement = (
        select(Recording.org_id, Recording.id)
        .where(col(Recording.status).not_in(over), col(Recording.key_held_until) < now)
        .limit(limit)
    )
    return (await session.exec(statement)).all()


async def find_chunk(session: AsyncSession, org_id: UUID, chunk_id: UUID) -> RecordingChunk | None:
    statement = select(RecordingChunk).where(
        RecordingChunk.org_id == org_id, RecordingChunk.id == chunk_id
    )
    return (await session.exec(statement)).one_or_none()


async def list_chunks(
    session: AsyncSession, org_id: UUID, recording_id: UUID, *, heard: bool
) -> Sequence[RecordingChunk]:
    """List a recording's chunks by channel and time; without what was heard unless asked for."""
    statement = (
        select(RecordingChunk)
        .where(RecordingChunk.org_id == org_id, RecordingChunk.recording_id == recording_id)
        .order_by(col(RecordingChunk.channel), col(RecordingChunk.number))
        .options(unread(RecordingChunk.raw))
    )
    if not heard:
        statement = statement.options(unread(RecordingChunk.heard))
    return (await session.exec(statement)).all()


async def count_chunks(session: AsyncSession, recording_id: UUID) -> tuple[int, int]:
    """Count the chunks, and those that are done."""
    statement = select(func.count(), func.count(col(RecordingChunk.done_at))).where(
        RecordingChunk.recording_id == recording_id
    )
    total, done = (await session.exec(statement)).one()
    return total, done


async def lock_with_urls(session: AsyncSession) -> Sequence[Recording]:
    """Lock all, of every organisation, that are still to be fetched from somewhere."""
    statement = select(Recording).where(col(Recording.sealed_url).is_not(None))
    return (await session.exec(statement.with_for_update())).all()
