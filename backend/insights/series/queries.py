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
) -> tuple[Tally, list[Group]]:
    """Sum all samples up, and by each key.

    Those without a key, such as a web call's number, are in no group, and of more groups than
    anybody reads the largest count. All are in the sum of all.
    """
    samples, asked = samples_of(wanted)
    version = "agent_version" if by is SeriesBy.VERSION else "cast(null as integer)"
    statement = text(f"""
        select grouping(key) = 1 as is_all, key, version, {SUMS}
        from (select {_KEYS[by]} as key, {version} as version, number, is_share
              from ({samples}) as samples) as keyed
        group by grouping sets ((key, version), ())
        having grouping(key) = 1 or key is not null
        order by is_all desc, n desc, key, version limit {_MOST + 1}
    """)  # noqa: S608 - our own text
    asked |= {"since": stretch.since, "until": stretch.until}
    if by in _OF_TIME:
        found = offsets(zone, stretch.since, stretch.until)
        asked |= {"zone_starts": found.starts, "zone_ahead": found.ahead}
    rows = await (await session.connection()).execute(statement, asked)
    (_, _, _, *total), *groups = rows
    return Tally(*total), [Group(key, version, Tally(*sums)) for _, key, version, *sums in groups]
