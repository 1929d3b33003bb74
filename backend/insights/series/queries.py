"""Reading the sums of a metric's samples, by what calls have in common."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.metrics.reading import SUMS, Stretch, Tally, Wanted, samples_of
from backend.insights.series.schemas import SeriesBy
from backend.platform.zones import local, offsets

_LOCAL = local("at")
_KEYS = {
    SeriesBy.DAY: f"to_char({_LOCAL}, 'YYYY-MM-DD')",
    SeriesBy.WEEK: f"to_char(date_trunc('week', {_LOCAL}), 'YYYY-MM-DD')",
    SeriesBy.WEEKDAY: f"cast(extract(isodow from {_LOCAL}) as text)",
    SeriesBy.HOUR: f"cast(extract(hour from {_LOCAL}) as text)",
    SeriesBy.AGENT: "cast(agent_id as text)",
    SeriesBy.VERSION: "cast(agent_id as text)",
    SeriesBy.NUMBER: "our_number",
}
_OF_TIME = frozenset({SeriesBy.DAY, SeriesBy.WEEK, SeriesBy.WEEKDAY, SeriesBy.HOUR})
# What nobody reads is not sent.
_MOST = 500


class Group(NamedTuple):
    key: str
    version: int | None
    tally: Tally


async def read_groups(
    session: AsyncSession, wanted: Wanted, stretch: Stretch, by: SeriesBy, zone: ZoneInfo
) -> list[Group]:
    """Sum samples up by each key; those without one, such as a web call's number, are left out."""
    samples, asked = samples_of(wanted)
    version = "agent_version" if by is SeriesBy.VERSION else "cast(null as integer)"
    statement = text(f"""
        select key, version, {SUMS}
        from (select {_KEYS[by]} as key, {version} as version, number, is_share
              from ({samples}) as samples) as keyed
        where key is not null group by key, version order by n desc, key, version limit {_MOST}
    """)  # noqa: S608 - our own text
    asked |= {"since": stretch.since, "until": stretch.until}
    if by in _OF_TIME:
        found = offsets(zone, stretch.since, stretch.until)
        asked |= {"zone_starts": found.starts, "zone_ahead": found.ahead}
    rows = await (await session.connection()).execute(statement, asked)
    return [Group(key, version, Tally(*sums)) for key, version, *sums in rows]
