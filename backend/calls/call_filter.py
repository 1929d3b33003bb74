"""Which calls are meant, and the conditions that select them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import eq, ge, le, lt
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from backend.agents import service as agents
from backend.calls import search
from backend.calls.models import AnsweredBy, Call, CallSource, CallStatus, CallWords


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
    # Whether words that are masked count.
    with_originals: bool = True


def conditions_of(org_id: UUID, wanted: CallFilter) -> list[ColumnElement[bool]]:
    conditions = [col(Call.org_id) == org_id]
    compared = (
        (eq, Call.status, wanted.status),
        (eq, Call.agent_id, wanted.agent_id),
        (eq, Call.source, wanted.source),
        (eq, Call.answered_by, wanted.answered_by),
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
    for pair in wanted.variable:
        name, _, value = pair.partition(":")
        conditions.append(col(Call.variables).contains({name: value}))
        conditions += _worded(org_id, value, with_originals=wanted.with_originals)
    return conditions


def _worded(org_id: UUID, value: str, *, with_originals: bool) -> Iterator[ColumnElement[bool]]:
    """Narrow down by the index of words, which values of calls are in as well."""
    if search.has_any(value):
        worded = select(CallWords.call_id).where(
            CallWords.org_id == org_id, search.has_words(value, with_originals=with_originals)
        )
        yield col(Call.id).in_(worded)
