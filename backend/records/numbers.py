"""How calls and their records turned out over a stretch of time, in one number each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

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
