"""Which calls are meant, and the conditions that select them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import eq, ge, le, lt
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, extract, func, literal, not_, or_
from sqlmodel import col, select

from backend.agents import service as agents
from backend.calls import search
from backend.calls.models import AnsweredBy, Call, CallSource, CallStatus, CallWords
from backend.platform import clock
from backend.platform.zones import offsets, zone

# No call was before; one that is scheduled may be a while ahead.
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class CallFilter:
    status: CallStatus | None = None
    agent_id: UUID | None = None
    source: CallSource | None = None
    answered_by: AnsweredBy | None = None
    tag: str | None = None
    q: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    min_duration_ms: int | None = None
    max_duration_ms: int | None = None
    sentiment: str | None = None
    status_reason: str | None = None
    assigned_to: search.Somebody | None = None
    # As `name:value`, all of them.
    variable: Sequence[str] = ()
    agent_version: int | None = None
    # The organisation's own number.
    number: str | None = None
    # As the clocks of the time zone had it; 1 is Monday.
    weekday: int | None = None
    hour: int | None = None
    time_zone: str = "UTC"
    # Whether words that are masked count.
    with_originals: bool = True


def conditions_of(org_id: UUID, wanted: CallFilter) -> list[ColumnElement[bool]]:
    conditions = [col(Call.org_id) == org_id]
    compared = (
        (eq, Call.status, wanted.status),
        (eq, Call.agent_id, wanted.agent_id),
        (eq, Call.source, wanted.source),
        (eq, Call.answered_by, wanted.answered_by),
        (eq, Call.agent_version, wanted.agent_version),
        (eq, Call.sentiment, wanted.sentiment),
        (eq, Call.status_reason, wanted.status_reason),
        (ge, Call.created_at, wanted.created_after),
        (lt, Call.created_at, wanted.created_before),
        (ge, Call.duration_ms, wanted.min_duration_ms),
        (le, Call.duration_ms, wanted.max_duration_ms),
    )
    conditions += [
        compare(col(column), value) for compare, column, value in compared if value is not None
    ]
    if wanted.tag is not None:
        conditions.append(col(Call.agent_id).in_(agents.select_tagged(org_id, wanted.tag)))
    if wanted.assigned_to is not None:
        conditions.append(search.is_assigned(wanted.assigned_to))
    if wanted.number is not None:
        conditions.append(_is_ours(wanted.number))
    conditions += _at_local_time(wanted)
    for pair in wanted.variable:
        name, _, value = pair.partition(":")
        conditions.append(col(Call.variables).contains({name: value}))
        conditions += _worded(org_id, value, with_originals=wanted.with_originals)
    return conditions


def _is_ours(number: str) -> ColumnElement[bool]:
    """Whether a call was from this number, or came in to it."""
    is_inbound = col(Call.source) == CallSource.INBOUND
    return or_(
        and_(col(Call.from_number) == number, not_(is_inbound)),
        and_(col(Call.to_number) == number, is_inbound),
    )


def _at_local_time(wanted: CallFilter) -> Iterator[ColumnElement[bool]]:
    asked = (("isodow", wanted.weekday), ("hour", wanted.hour))
    if all(value is None for _, value in asked):
        return
    found = offsets(zone(wanted.time_zone), _FIRST, clock.now() + _AHEAD)
    placed = col(Call.created_at)
    until = zip(found.starts[1:], found.ahead, strict=False)
    *_, last = found.ahead
    ahead = (
        case(*((placed < end, by) for end, by in until), else_=last)
        if found.starts[1:]
        else literal(last)
    )
    shown = func.timezone("UTC", placed) + ahead
    for part, value in asked:
        if value is not None:
            yield extract(part, shown) == value


def _worded(org_id: UUID, value: str, *, with_originals: bool) -> Iterator[ColumnElement[bool]]:
    """Narrow down by the index of words, which values of calls are in as well."""
    if search.has_any(value):
        worded = select(CallWords.call_id).where(
            CallWords.org_id == org_id, search.has_words(value, with_originals=with_originals)
        )
        yield col(Call.id).in_(worded)
