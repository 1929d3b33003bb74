"""Reading records."""

import json
import math
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, cast, event, func, inspect, or_
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapper
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.calls import search
from backend.calls.models import Call, CallWords
from backend.calls.search import Somebody, belongs_to_assigned
from backend.platform.events import JsonObject
from backend.platform.tables import unread
from backend.records.models import Origin, Record, RecordAudit, RecordStatus


@event.listens_for(Record, "after_insert")
@event.listens_for(Record, "after_update")
def _keep_words(_mapper: Mapper[Record], connection: Connection, record: Record) -> None:
    """Have the call found by what its current record holds."""
    attributes = inspect(record).attrs
    is_new = any(attributes[name].history.has_changes() for name in ("data", "is_current"))
    if record.is_current and is_new:
        search.keep_record_words(connection, record.org_id, record.call_id, record.data)


async def keep_words(session: AsyncSession, record: Record) -> None:
    """Have the call found by what this record holds, masked as it counts now."""
    of_record = (record.org_id, record.call_id, record.data)
    await (await session.connection()).run_sync(search.keep_record_words, *of_record)


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
    return (await session.exec(_current(org_id, call_id))).one_or_none()


async def lock_current(session: AsyncSession, org_id: UUID, call_id: UUID) -> Record | None:
    """Lock the call's current revision. Lock the call first."""
    return (await session.exec(_current(org_id, call_id).with_for_update())).one_or_none()


def _current(org_id: UUID, call_id: UUID) -> SelectOfScalar[Record]:
    return select(Record).where(
        Record.org_id == org_id, Record.call_id == call_id, col(Record.is_current)
    )


async def find_revision(
    session: AsyncSession, org_id: UUID, call_id: UUID, revision: int
) -> Record | None:
    statement = select(Record).where(
        Record.org_id == org_id, Record.call_id == call_id, Record.revision == revision
    )
    return (await session.exec(statement)).one_or_none()


async def find_audit(session: AsyncSession, org_id: UUID, record_id: UUID) -> RecordAudit | None:
    statement = select(RecordAudit).where(
        RecordAudit.org_id == org_id, RecordAudit.record_id == record_id
    )
    return (await session.exec(statement)).one_or_none()


@dataclass(frozen=True)
class RecordFilter:
    """Which current revisions are meant; None: whichever."""

    status: RecordStatus | None = None
    agent_id: UUID | None = None
    origin: Origin | None = None
    final: bool | None = None
    problem: str | None = None
    assigned_to: Somebody | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        if self.status is not None:
            yield col(Record.status) == self.status
        if self.agent_id is not None:
            yield col(Call.agent_id) == self.agent_id
        if self.origin is not None:
            yield col(Record.origin) == self.origin
        if self.final is not None:
            yield col(Record.final) == self.final
        if self.problem is not None:
            yield col(Record.problems).contains([{"code": self.problem}])
        if self.assigned_to is not None:
            yield belongs_to_assigned(col(Record.call_id), self.assigned_to)
        if self.created_after is not None:
            yield col(Record.created_at) >= self.created_after
        if self.created_before is not None:
            yield col(Record.created_at) < self.created_before


async def list_current(
    session: AsyncSession,
    org_id: UUID,
    wanted: RecordFilter,
    *,
    cursor: UUID | None,
    limit: int,
    oldest_first: bool = False,
) -> Sequence[tuple[Record, Call]]:
    """List current revisions with their calls, by when they were made."""
    statement = (
        select(Record, Call)
        .join(Call, col(Call.id) == Record.call_id)
        .options(unread(Call.transcript))
        .where(Record.org_id == org_id, col(Record.is_current), *wanted.conditions())
        .order_by(col(Record.id).asc() if oldest_first else col(Record.id).desc())
        .limit(limit)
    )
    if cursor is not None:
        place = col(Record.id) > cursor if oldest_first else col(Record.id) < cursor
        statement = statement.where(place)
    return (await session.exec(statement)).all()


async def count_current(
    session: AsyncSession, org_id: UUID, wanted: RecordFilter, *, most: int
) -> int:
    """Count current revisions, and stop at `most`."""
    some = select(Record.id).where(
        Record.org_id == org_id, col(Record.is_current), *wanted.conditions()
    )
    if wanted.agent_id is not None:
        some = some.join(Call, col(Call.id) == Record.call_id)
    counted = select(func.count()).select_from(some.limit(most).subquery())
    return (await session.exec(counted)).one()


def select_calls(org_id: UUID, status: RecordStatus) -> SelectOfScalar[UUID]:
    """Select the calls whose current record is in a state."""
    return _of_current(org_id).where(Record.status == status)


def select_with_value(
    org_id: UUID, pair: str, *, with_originals: bool = True
) -> SelectOfScalar[UUID]:
    """Select the calls whose current record has this value, written as `field:value`.

    Without originals, a value that is masked is no value.
    """
    name, _, text = pair.partition(":")
    held = cast(Record.data, JSONB)
    values = [text, *_read_as_json(text)]
    found = _of_current(org_id).where(or_(*(held.contains({name: value}) for value in values)))
    if text in {"true", "false"} or not search.has_any(text):
        return found
    # By the index of words, which values of records are in as well.
    worded = select(CallWords.call_id).where(
        CallWords.org_id == org_id, search.has_words(text, with_originals=with_originals)
    )
    return found.where(col(Record.call_id).in_(worded))


def _of_current(org_id: UUID) -> SelectOfScalar[UUID]:
    return select(Record.call_id).where(Record.org_id == org_id, col(Record.is_current))


def _read_as_json(text: str) -> Iterator[Any]:
    """Numbers, true and false are written like text; an item stands for the list that has it."""
    with suppress(ValueError):
        value = json.loads(text)
        # Python reads NaN and infinity, which JSON has not.
        if isinstance(value, int | float) and math.isfinite(value):
            yield value
    yield [text]


async def find_data(
    session: AsyncSession, org_id: UUID, call_ids: Sequence[UUID]
) -> dict[UUID, JsonObject]:
    """Find what the current records of these calls hold."""
    statement = select(Record.call_id, Record.data).where(
        Record.org_id == org_id, col(Record.is_current), col(Record.call_id).in_(call_ids)
    )
    return {call_id: dict(data) for call_id, data in (await session.exec(statement)).all()}


async def find_statuses(
    session: AsyncSession, org_id: UUID, call_ids: Sequence[UUID]
) -> dict[UUID, RecordStatus]:
    """Find how the current records of calls stand; those without one are left out."""
    statement = select(Record.call_id, Record.status).where(
        Record.org_id == org_id, col(Record.is_current), col(Record.call_id).in_(call_ids)
    )
    return {call_id: RecordStatus(status) for call_id, status in await session.exec(statement)}


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


async def list_revisions_of_calls(
    session: AsyncSession, call_ids: Collection[UUID]
) -> Sequence[Record]:
    """Read the revisions of several organisations' calls, for what is told of each to its own."""
    return (await session.exec(select(Record).where(col(Record.call_id).in_(call_ids)))).all()
