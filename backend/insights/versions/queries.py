"""Finding which versions are to be looked at, how many calls they have, and of what kind."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents.models import AgentVersion
from backend.insights.metrics.reading import BEGUN, OUR_NUMBER
from backend.insights.metrics.sampling import MOST
from backend.insights.versions.models import VersionComparison
from backend.platform import ids

# Versions are passed over that hardly had calls, so many at most.
_BACK = 20
# By then a call's record is made, and what it cost is known.
SETTLED = timedelta(hours=1)
# What has been running for longer is none that is still talked on.
_LONGEST_CALL = timedelta(days=1)
# By how much the clocks of what publishes and what calls may differ.
_CLOCKS = timedelta(hours=1)

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


async def note_checked(session: AsyncSession, comparison_id: UUID, now: datetime) -> None:
    """Have the others come before this one is looked after again."""
    statement = update(VersionComparison).where(col(VersionComparison.id) == comparison_id)
    await session.exec(statement.values(checked_at=now))


async def list_versions_before(
    session: AsyncSession, org_id: UUID, agent_id: UUID, version: int
) -> Sequence[AgentVersion]:
    """List the versions that calls of this one may be compared with, the newest first."""
    statement = select(AgentVersion).where(
        AgentVersion.org_id == org_id,
        AgentVersion.agent_id == agent_id,
        AgentVersion.version < version,
    )
    return (
        await session.exec(statement.order_by(col(AgentVersion.version).desc()).limit(_BACK))
    ).all()


# All calls of a version came after it: with an index by id, that is all that is gone through.
_OF_VERSION = """
    c.org_id = :org_id and c.agent_id = :agent_id and c.agent_version = :version
    and c.id >= :first and c.source = any(:sources)
"""
_RUNNING = text(
    f"""
    select min({BEGUN}) from calls c
    where {_OF_VERSION} and status in ('dialing', 'in_progress') and {BEGUN} >= :since
    """  # noqa: S608 - our own text
)
_OVER = f"""
    select * from calls c
    where {_OF_VERSION} and status in ('ended', 'not_connected', 'failed')
        and {BEGUN} < :begun_before
    order by id desc limit :most
"""  # noqa: S608 - our own text
_CALLS = text(f"select count(*) from ({_OVER}) as c")  # noqa: S608 - our own text


async def find_settled(
    session: AsyncSession, version: AgentVersion, sources: Sequence[str], now: datetime
) -> datetime:
    """Say up to when all calls of a version that had begun are over, and their records made.

    Those that are over first are the short ones, and the ones that nobody answered.
    """
    asked = _asked(version, sources) | {"since": now - _LONGEST_CALL}
    running = (await (await session.connection()).execute(_RUNNING, asked)).scalar_one()
    return now - SETTLED if running is None else min(running, now - SETTLED)


async def count_calls(
    session: AsyncSession,
    version: AgentVersion,
    sources: Sequence[str],
    begun_before: datetime,
    most: int = MOST,
) -> int:
    """Count a version's calls that began before and are over, so many at most."""
    asked = _asked(version, sources) | {"begun_before": begun_before, "most": most}
    return int((await (await session.connection()).execute(_CALLS, asked)).scalar_one())


def _asked(version: AgentVersion, sources: Sequence[str]) -> dict[str, Any]:
    return {
        "org_id": version.org_id,
        "agent_id": version.agent_id,
        "version": version.version,
        "first": ids.first_id(version.created_at - _CLOCKS),
        "sources": list(sources),
    }


_TRAFFIC = text(
    f"""
    select kind, value, count(*) as n
    from ({_OVER}) as c
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
    session: AsyncSession, version: AgentVersion, sources: Sequence[str], begun_before: datetime
) -> dict[str, Counter[str]]:
    """Count which calls a version had: how they came about, on which number of ours, and when."""
    asked = _asked(version, sources) | {"begun_before": begun_before, "most": MOST}
    found: dict[str, Counter[str]] = {kind: Counter() for kind in TRAFFIC}
    for kind, value, n in await (await session.connection()).execute(_TRAFFIC, asked):
        found[kind][value] = n
    return found
