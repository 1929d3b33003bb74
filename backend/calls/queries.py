"""Reading and locking calls."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    case,
    func,
    literal,
    literal_column,
    text,
    tuple_,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.calls import masking, search
from backend.calls.call_filter import CallFilter, conditions_of
from backend.calls.models import (
    Call,
    CallStatus,
    CallWords,
    DialQueue,
    MissedCall,
    RepairTally,
    Sweep,
)
from backend.platform import clock
from backend.platform.pages import Stretch
from backend.platform.tables import unread
from backend.redaction.finding import Sensitive

_WITHOUT_WHAT_WAS_SAID = (
    unread(Call.transcript),
    unread(Call.tool_uses),
)

# As its index has it. Calls that nobody took have none, and are the shortest.
_LENGTH: ColumnElement[int] = literal_column("coalesce(calls.duration_ms, -1)")


async def find_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> Call | None:
    statement = select(Call).where(Call.org_id == org_id, Call.id == call_id)
    return (await session.exec(statement)).one_or_none()


async def lock_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> Call | None:
    statement = select(Call).where(Call.org_id == org_id, Call.id == call_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def lock_key(session: AsyncSession, key: str) -> None:
    """Take an advisory lock until the transaction ends, such as that of a call at Retell.

    To be called before anything is written or locked by row. An advisory lock needs no
    transaction id, so the id comes after the lock: a call's events stand in the log in the order
    in which they happened, since the log is ordered by transaction.
    """
    connection = await session.connection()
    await connection.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key}
    )


async def lock_call_at_retell(
    session: AsyncSession, org_id: UUID, retell_call_id: str
) -> Call | None:
    statement = select(Call).where(Call.org_id == org_id, Call.retell_call_id == retell_call_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def find_call_by_key(
    session: AsyncSession, org_id: UUID, idempotency_key: str
) -> Call | None:
    statement = select(Call).where(Call.org_id == org_id, Call.idempotency_key == idempotency_key)
    return (await session.exec(statement)).one_or_none()


async def list_waiting_for(
    session: AsyncSession, org_id: UUID, numbers: Collection[str]
) -> Sequence[UUID]:
    """List the calls to these numbers that are not dialled yet."""
    statement = select(Call.id).where(
        Call.org_id == org_id,
        col(Call.to_number).in_(numbers),
        col(Call.status).in_([CallStatus.SCHEDULED, CallStatus.QUEUED]),
    )
    return (await session.exec(statement.order_by(col(Call.id)))).all()


async def list_calls(
    session: AsyncSession,
    org_id: UUID,
    wanted: CallFilter,
    stretch: Stretch,
    *,
    among: Sequence[SelectOfScalar[UUID]] = (),
) -> Sequence[Call]:
    """List calls by when they were placed, or by length, without their transcripts."""
    conditions = _all_conditions(org_id, wanted, among)
    keys: list[Any] = [*([_LENGTH] if stretch.by_length else []), col(Call.id)]
    place = [key.asc() if stretch.oldest_first else key.desc() for key in keys]
    if stretch.cursor is not None:
        there = tuple_(*_keys_of(stretch.cursor, org_id, by_length=stretch.by_length))
        conditions.append(tuple_(*keys) > there if stretch.oldest_first else tuple_(*keys) < there)
    if wanted.q:
        conditions = [col(Call.id).in_(_found(conditions, wanted, place, stretch.limit))]
    statement = select(Call).where(*conditions).order_by(*place).limit(stretch.limit)
    statement = statement.options(*_WITHOUT_WHAT_WAS_SAID)
    return (await session.exec(statement)).all()


def _keys_of(call_id: UUID, org_id: UUID, *, by_length: bool) -> Iterator[Any]:
    if by_length:
        own = select(_LENGTH).where(Call.org_id == org_id, Call.id == call_id)
        yield own.scalar_subquery()
    yield literal(call_id)


async def count_calls(
    session: AsyncSession,
    org_id: UUID,
    wanted: CallFilter,
    *,
    most: int,
    among: Sequence[SelectOfScalar[UUID]] = (),
) -> int:
    """Count calls, and stop at `most`: who looks at more needs no exact number."""
    conditions = _all_conditions(org_id, wanted, among)
    if wanted.q:
        conditions = [col(Call.id).in_(_found(conditions, wanted, [col(Call.id).desc()], most))]
    some = select(Call.id).where(*conditions).limit(most).subquery()
    return (await session.exec(select(func.count()).select_from(some))).one()


def _all_conditions(
    org_id: UUID, wanted: CallFilter, among: Sequence[SelectOfScalar[UUID]]
) -> list[ColumnElement[bool]]:
    return [*conditions_of(org_id, wanted), *(col(Call.id).in_(ids) for ids in among)]


def _found(
    conditions: Sequence[ColumnElement[bool]],
    meant: CallFilter,
    place: Sequence[Any],
    limit: int,
) -> Any:
    """Look among whole numbers, ids and words, each by its own index."""
    q = meant.q or ""
    numbers = product((Call.to_number, Call.from_number), search.numbers_meant(q))
    parts = []
    for column, wanted in (*numbers, (Call.retell_call_id, q)):
        part = select(Call.id).where(*conditions, col(column) == wanted)
        if column is not Call.retell_call_id and not meant.with_originals:
            part = part.where(masking.masks_none("calls.id", Sensitive.PHONE))
        first = part.order_by(*place).limit(limit).subquery()
        parts.append(select(first.c.id))
    if search.has_any(q):
        has_words = search.has_words(q, with_originals=meant.with_originals)
        said = select(Call.id).join(CallWords).where(*conditions, has_words)
        first = said.order_by(*place).limit(limit).subquery()
        parts.append(select(first.c.id))
    return union_all(*parts)


async def lock_dial_queue(session: AsyncSession, org_id: UUID) -> DialQueue | None:
    statement = select(DialQueue).where(DialQueue.org_id == org_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def find_dial_queue(session: AsyncSession, org_id: UUID) -> DialQueue | None:
    statement = select(DialQueue).where(DialQueue.org_id == org_id)
    return (await session.exec(statement)).one_or_none()


async def count_running(session: AsyncSession, org_id: UUID) -> int:
    return (await session.exec(_count_running(org_id))).one()


async def count_at_retell(session: AsyncSession, org_id: UUID) -> int:
    """Count the running calls that Retell has told us of."""
    statement = _count_running(org_id).where(col(Call.retell_call_id).is_not(None))
    return (await session.exec(statement)).one()


def _count_running(org_id: UUID) -> SelectOfScalar[int]:
    return (
        select(func.count())
        .select_from(Call)
        .where(
            Call.org_id == org_id,
            col(Call.status).in_([CallStatus.DIALING, CallStatus.IN_PROGRESS]),
        )
    )


async def count_waiting(session: AsyncSession, org_id: UUID) -> int:
    """Count the calls that wait to be dialled now."""
    statement = (
        select(func.count())
        .select_from(Call)
        .where(Call.org_id == org_id, Call.status == CallStatus.QUEUED)
    )
    return (await session.exec(statement)).one()


async def find_next_due(session: AsyncSession, org_id: UUID, now: datetime) -> UUID | None:
    """Find the call that has waited longest of those that may be dialled now."""
    statement = (
        select(Call.id)
        .where(
            Call.org_id == org_id,
            col(Call.status).in_([CallStatus.SCHEDULED, CallStatus.QUEUED]),
            col(Call.due_at) <= now,
        )
        .order_by(col(Call.due_at), col(Call.id))
        .limit(1)
    )
    return (await session.exec(statement)).one_or_none()


async def list_orgs_with_due_calls(session: AsyncSession, now: datetime) -> Sequence[UUID]:
    statement = (
        select(Call.org_id)
        .where(
            col(Call.status).in_([CallStatus.SCHEDULED, CallStatus.QUEUED]),
            col(Call.due_at) <= now,
        )
        .distinct()
    )
    return (await session.exec(statement)).all()


async def lock_overdue(session: AsyncSession, now: datetime, limit: int) -> Sequence[Call]:
    statement = (
        select(Call)
        .where(col(Call.check_at) <= now)
        .order_by(col(Call.check_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.exec(statement)).all()


async def find_held(
    session: AsyncSession, org_id: UUID, retell_call_ids: Sequence[str]
) -> dict[str, Call]:
    """Find which calls at Retell are known here, without their transcripts."""
    statement = (
        select(Call)
        .where(Call.org_id == org_id, col(Call.retell_call_id).in_(retell_call_ids))
        .options(*_WITHOUT_WHAT_WAS_SAID)
    )
    calls = (await session.exec(statement)).all()
    return {call.retell_call_id: call for call in calls if call.retell_call_id is not None}


async def find_sweep_mark(session: AsyncSession, org_id: UUID) -> datetime | None:
    statement = select(Sweep.swept_until).where(Sweep.org_id == org_id)
    return (await session.exec(statement)).one_or_none()


async def move_sweep_mark(session: AsyncSession, org_id: UUID, swept_until: datetime) -> None:
    """Move the mark on; never back, whichever of two sweeps ends last.

    A mark from the future is of a clock that was wrong: what it passed over was never compared.
    """
    well = {"compared_at": clock.now(), "failing_since": None, "failure": None}
    statement = insert(Sweep).values(org_id=org_id, swept_until=swept_until, **well)
    held, own = col(Sweep.swept_until), statement.excluded.swept_until
    is_ahead = held > func.now() + text("interval '1 minute'")
    latest = case((is_ahead, own), else_=func.greatest(held, own))
    await session.exec(
        statement.on_conflict_do_update(
            index_elements=["org_id"], set_={"swept_until": latest, **well}
        )
    )


async def note_failed_sweep(
    session: AsyncSession, org_id: UUID, began: datetime, failure: str
) -> None:
    """Note that the list could not be compared, and since when. The mark stays where it is."""
    statement = insert(Sweep).values(
        org_id=org_id, swept_until=began, failing_since=began, failure=failure
    )
    since = func.coalesce(Sweep.failing_since, statement.excluded.failing_since)
    await session.exec(
        statement.on_conflict_do_update(
            index_elements=["org_id"], set_={"failing_since": since, "failure": failure}
        )
    )


async def find_sweep(session: AsyncSession, org_id: UUID) -> Sweep | None:
    return (await session.exec(select(Sweep).where(Sweep.org_id == org_id))).one_or_none()


async def note_missed(session: AsyncSession, org_id: UUID, retell_call_ids: Sequence[str]) -> None:
    """Keep what is to be fetched until it was, however often that fails."""
    if retell_call_ids:
        now = clock.now()
        rows = [
            {"org_id": org_id, "retell_call_id": call_id, "found_at": now}
            for call_id in retell_call_ids
        ]
        await session.exec(insert(MissedCall).values(rows).on_conflict_do_nothing())


async def list_missed(session: AsyncSession, org_id: UUID) -> Sequence[str]:
    statement = select(MissedCall.retell_call_id).where(MissedCall.org_id == org_id)
    return (await session.exec(statement.order_by(col(MissedCall.found_at)))).all()


async def forget_missed(session: AsyncSession, org_id: UUID, retell_call_id: str) -> None:
    await session.exec(
        delete(MissedCall).where(
            col(MissedCall.org_id) == org_id, col(MissedCall.retell_call_id) == retell_call_id
        )
    )


async def count_repairs(
    session: AsyncSession, org_id: UUID, since: datetime, now: datetime
) -> RepairTally:
    repaired = select(
        func.count(),
        func.coalesce(func.sum(func.jsonb_array_length(Call.repaired)), 0),
        func.max(Call.repaired_at),
    ).where(Call.org_id == org_id, col(Call.repaired_at) >= since)
    calls, changes, last_at = (await session.exec(repaired)).one()
    overdue = select(func.min(Call.check_at)).where(Call.org_id == org_id, col(Call.check_at) < now)
    oldest = (await session.exec(overdue)).one()
    sweep = await find_sweep(session, org_id)
    return RepairTally(
        calls,
        int(changes),
        last_at,
        oldest,
        compared_at=sweep.compared_at if sweep else None,
        failing_since=sweep.failing_since if sweep else None,
        failure=sweep.failure if sweep else None,
    )


async def list_calls_of_ids(session: AsyncSession, call_ids: Collection[UUID]) -> Sequence[Call]:
    """Read calls of several organisations, for what is told of each to its own."""
    return (await session.exec(select(Call).where(col(Call.id).in_(call_ids)))).all()
