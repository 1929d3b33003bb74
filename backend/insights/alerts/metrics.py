"""The numbers that can be watched, each read over a window of time by when calls happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Any

from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.alerts.models import Alert

FIELD = "field:"
_WEEKS = 4
# A mean of fewer weeks is no baseline.
_ENOUGH_WEEKS = 2


@dataclass(frozen=True)
class Reading:
    """A number, and of how many it is; None where there are none to make it of."""

    value: float | None
    samples: int


_OF_AGENT = "(cast(:agent_id as uuid) is null or agent_id = :agent_id)"
_CALLS = f"""
    from calls where org_id = :org_id and created_at >= :since and created_at < :until
        and {_OF_AGENT}
"""
_RECORDS = f"""
    from records join calls on calls.id = records.call_id
    where records.is_current and calls.org_id = :org_id
        and calls.created_at >= :since and calls.created_at < :until and {_OF_AGENT}
        and records.status in ('valid', 'corrected', 'needs_review', 'failed')
"""
_EVALUATIONS = f"""
    from evaluations where is_current and org_id = :org_id and score is not null
        and call_at >= :since and call_at < :until and {_OF_AGENT}
"""
_EVENTS = f"from events where org_id = :org_id and at >= :since and at < :until and {_OF_AGENT}"


def _of(numbers: str, source: str) -> TextClause:
    """Ask for a value and the number of samples."""
    return text(f"select {numbers} {source}")


def _percent(condition: str) -> str:
    return f"100.0 * count(*) filter (where {condition}) / nullif(count(*), 0), count(*)"


_COST = "known #>> '{cost,1,combined_cents}'"
METRICS: Mapping[str, TextClause] = {
    "calls": _of("count(*), count(*)", _CALLS),
    "answered_by_people_percent": _of(
        _percent("answered_by = 'human'"),
        f"{_CALLS} and source = 'outbound' and status in ('ended', 'not_connected', 'failed')",
    ),
    "duration_ms": _of("avg(duration_ms), count(duration_ms)", f"{_CALLS} and status = 'ended'"),
    "cost_cents": _of(f"sum(cast({_COST} as float8)), count({_COST})", _CALLS),
    "valid_percent": _of(_percent("records.status in ('valid', 'corrected')"), _RECORDS),
    "review_percent": _of(_percent("records.status = 'needs_review'"), _RECORDS),
    "score": _of("avg(score), count(*)", _EVALUATIONS),
    "passed_percent": _of(_percent("passed"), f"{_EVALUATIONS} and passed is not null"),
    "webhooks_missed": _of("count(*), count(*)", f"{_EVENTS} and name = 'call.repaired'"),
    "deliveries_dead": _of("count(*), count(*)", f"{_EVENTS} and name = 'delivery.died'"),
}
# Numbers of these are of nothing when nothing happened, and that is a number too.
COUNTS = frozenset({"calls", "webhooks_missed", "deliveries_dead"})
# A field that is a number counts as it is; one that is true or false, as 100 or 0.
_OF_FIELD = _of(
    "avg(number), count(number)",
    f"""
    from (
        select case json_typeof(records.data -> cast(:field as text))
            when 'number' then cast(records.data ->> cast(:field as text) as float8)
            when 'boolean' then case records.data ->> cast(:field as text)
                when 'true' then 100.0 else 0.0 end
        end as number
        {_RECORDS} and records.status in ('valid', 'corrected')
    ) as read
    """,
)


async def read(session: AsyncSession, alert: Alert, since: datetime, until: datetime) -> Reading:
    """Read an alert's number from one instant to the other."""
    asked: dict[str, Any] = {
        "org_id": alert.org_id,
        "agent_id": alert.agent_id,
        "since": since,
        "until": until,
    }
    statement = METRICS.get(alert.metric)
    if statement is None:
        statement, asked["field"] = _OF_FIELD, alert.metric.removeprefix(FIELD)
    row = (await (await session.connection()).execute(statement, asked)).one()
    value = None if row[0] is None else float(row[0])
    return Reading(value, row[1])


async def read_now(session: AsyncSession, alert: Alert, now: datetime) -> Reading:
    """Read it over its window; None for the value where there are too few samples."""
    reading = await read(session, alert, now - timedelta(minutes=alert.window_minutes), now)
    return reading if _is_enough(alert, reading) else Reading(None, reading.samples)


async def read_baseline(session: AsyncSession, alert: Alert, now: datetime) -> float | None:
    """Read the mean of the same hours of the four weeks before; None: there are too few of them."""
    window = timedelta(minutes=alert.window_minutes)
    weeks = [now - timedelta(weeks=week) for week in range(1, _WEEKS + 1)]
    readings = [await read(session, alert, at - window, at) for at in weeks]
    values = [
        each.value for each in readings if each.value is not None and each.samples >= _few(alert)
    ]
    return fmean(values) if len(values) >= _ENOUGH_WEEKS else None


def _is_enough(alert: Alert, reading: Reading) -> bool:
    """Of a number that falls to nothing, nothing is enough."""
    return alert.metric in COUNTS or reading.samples >= _few(alert)


def _few(alert: Alert) -> int:
    return max(1, alert.min_samples)
