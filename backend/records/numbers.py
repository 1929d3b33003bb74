"""How calls and their records turned out over a stretch of time, in one number each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

_CALLS = text("""
    select status, count(*) as calls,
           count(*) filter (where answered_by = 'human' and status = 'ended') as by_people,
           coalesce(sum(duration_ms), 0) as talk_ms,
           coalesce(sum((known #>> '{cost,1,combined_cents}')::float8), 0) as cents
    from calls
    where org_id = :org_id and created_at >= :since
      and (cast(:until as timestamptz) is null or created_at < :until)
    group by status
""")

_RECORDS = text("""
    select records.status, count(*) as records
    from records join calls on calls.id = records.call_id
    where calls.org_id = :org_id and calls.created_at >= :since
      and (cast(:until as timestamptz) is null or calls.created_at < :until)
      and records.is_current
    group by records.status
""")


_TURNED_OUT = """
           count(*) as calls,
           count(*) filter (where calls.status in ('ended', 'not_connected')) as dialed,
           count(*) filter (
               where calls.answered_by = 'human' and calls.status = 'ended'
           ) as answered_by_people,
           count(*) filter (where records.status <> 'pending') as records,
           count(*) filter (where records.status in ('valid', 'corrected')) as records_good,
           count(*) filter (where records.status = 'needs_review') as to_review,
           coalesce(sum((calls.known #>> '{cost,1,combined_cents}')::float8), 0) as cost_cents
    from calls left join records on records.call_id = calls.id and records.is_current
    where calls.org_id = :org_id and calls.created_at >= :since
"""

# Days are told apart by when they begin, as the caller's calendar has it.
_DAYS = text(f"""
    select width_bucket(calls.created_at, cast(:starts as timestamptz[])) as place, {_TURNED_OUT}
      and calls.created_at < :until
    group by place
""")

_AGENTS = text(f"select calls.agent_id, {_TURNED_OUT} group by calls.agent_id")


@dataclass(frozen=True)
class Numbers:
    calls: Mapping[str, int]
    answered_by_people: int
    talk_ms: int
    cost_cents: float
    records: Mapping[str, int]


async def count_calls(
    session: AsyncSession, org_id: UUID, since: datetime, until: datetime | None
) -> Numbers:
    """Count the calls placed from `since` on, before `until`, and their current records."""
    connection = await session.connection()
    stretch = {"org_id": org_id, "since": since, "until": until}
    calls = (await connection.execute(_CALLS, stretch)).all()
    records = (await connection.execute(_RECORDS, stretch)).all()
    return Numbers(
        calls={row.status: row.calls for row in calls},
        answered_by_people=sum(row.by_people for row in calls),
        talk_ms=sum(int(row.talk_ms) for row in calls),
        cost_cents=round(sum(row.cents for row in calls), 4),
        records={row.status: row.records for row in records},
    )


@dataclass(frozen=True)
class AgentNumbers:
    agent_id: UUID
    calls: int
    dialed: int
    answered_by_people: int
    records: int
    records_good: int
    to_review: int
    cost_cents: float


async def count_by_agent(
    session: AsyncSession, org_id: UUID, since: datetime
) -> list[AgentNumbers]:
    """Count the calls of each agent that were placed from `since` on; agents without are absent."""
    connection = await session.connection()
    rows = (await connection.execute(_AGENTS, {"org_id": org_id, "since": since})).mappings()
    return [AgentNumbers(**row) for row in rows]


@dataclass(frozen=True)
class DayNumbers:
    day: date
    calls: int = 0
    dialed: int = 0
    answered_by_people: int = 0
    records: int = 0
    records_good: int = 0
    to_review: int = 0
    cost_cents: float = 0


async def count_by_day(
    session: AsyncSession, org_id: UUID, last: date, days: int, zone: ZoneInfo
) -> list[DayNumbers]:
    """Count the calls of each day up to the last one by when they were placed, oldest first."""
    dates = [last - timedelta(days=days - 1 - place) for place in range(days)]
    starts = [_start(day, zone) for day in [*dates, last + timedelta(days=1)]]
    connection = await session.connection()
    stretch = {"org_id": org_id, "starts": starts, "since": starts[0], "until": starts[-1]}
    rows = (await connection.execute(_DAYS, stretch)).mappings().all()
    found = {row["place"]: {name: row[name] for name in row if name != "place"} for row in rows}
    return [DayNumbers(day, **found.get(place, {})) for place, day in enumerate(dates, start=1)]


def _start(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
