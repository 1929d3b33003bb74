"""Finding which versions are to be looked at, how many calls they have, and of what kind."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.metrics.reading import OUR_NUMBER
from backend.insights.metrics.sampling import MOST
from backend.insights.versions.models import VersionComparison
from backend.platform import ids

# An agent's newest calls: those of its versions that matter here are among them.
_NEWEST = 20_000

_OPEN = text(
    """
    insert into version_comparisons
        (id, org_id, agent_id, version, calls, baseline_calls, looks, findings, other_traffic, told,
         created_at)
    select :id, agents.org_id, agents.id, agents.published_version, 0, 0, 0, '[]', '[]', '[]', :now
    from agents join agent_versions as versions
        on versions.agent_id = agents.id and versions.version = agents.published_version
    where agents.archived_at is null and agents.published_version > 1
        and versions.created_at > :since and not exists (
            select from version_comparisons as known
            where known.agent_id = agents.id and known.version = agents.published_version
        )
    order by agents.id limit 1
    on conflict (agent_id, version) do nothing
    """
)


async def open_next(session: AsyncSession, now: datetime, since: datetime) -> bool:
    """Begin to compare the live version of one more agent, if it was published since then."""
    values = {"id": ids.new_id(), "now": now, "since": since}
    opened = await (await session.connection()).execute(_OPEN, values)
    return bool(opened.rowcount)


async def list_due(session: AsyncSession, before: datetime, limit: int) -> Sequence[UUID]:
    """Find those that nobody has looked after since then, longest ago first."""
    checked = col(VersionComparison.checked_at)
    statement = select(VersionComparison.id).where(
        col(VersionComparison.ended_at).is_(None), checked.is_(None) | (checked < before)
    )
    return (await session.exec(statement.order_by(checked.nulls_first()).limit(limit))).all()


_CALLS = text(
    f"""
    select agent_version, count(*) as n from (
        select agent_version, status from calls
        where org_id = :org_id and agent_id = :agent_id order by id desc limit {_NEWEST}
    ) as newest
    where agent_version is not null and status in ('ended', 'not_connected', 'failed')
    group by agent_version
    """  # noqa: S608 - our own text
)


async def count_calls(session: AsyncSession, org_id: UUID, agent_id: UUID) -> dict[int, int]:
    """Count the calls that are over by version, of an agent's newest."""
    asked = {"org_id": org_id, "agent_id": agent_id}
    rows = await (await session.connection()).execute(_CALLS, asked)
    return {row.agent_version: row.n for row in rows}


_TRAFFIC = text(
    f"""
    select kind, value, count(*) as n
    from (select * from calls c
          where org_id = :org_id and agent_id = :agent_id and agent_version = :version
          order by created_at desc limit {MOST}) as c
    cross join lateral (values
        ('source', c.source),
        ('number', coalesce({OUR_NUMBER}, '')),
        ('weekday', to_char(c.created_at at time zone 'UTC', 'ID')),
        ('hours', cast(floor(extract(hour from c.created_at at time zone 'UTC') / 3) as text))
    ) as of_call (kind, value)
    group by kind, value
    """  # noqa: S608 - our own text
)
TRAFFIC = ("source", "number", "weekday", "hours")


async def count_traffic(
    session: AsyncSession, org_id: UUID, agent_id: UUID, version: int
) -> dict[str, Counter[str]]:
    """Count which calls a version had: how they came about, on which number of ours, and when."""
    asked = {"org_id": org_id, "agent_id": agent_id, "version": version}
    found: dict[str, Counter[str]] = {kind: Counter() for kind in TRAFFIC}
    for kind, value, n in await (await session.connection()).execute(_TRAFFIC, asked):
        found[kind][value] = n
    return found
