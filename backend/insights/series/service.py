"""Putting a metric's points together: what they are called, and which calls are behind them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.insights.metrics.definitions import MetricKind
from backend.insights.metrics.figures import interval_of
from backend.insights.metrics.reading import Stretch, Tally, Wanted, find_known_since
from backend.insights.metrics.schemas import LONGEST, Interval
from backend.insights.series import queries
from backend.insights.series.behind import calls_behind
from backend.insights.series.calendar import keys_of, label_of, last_days, span_of
from backend.insights.series.queries import Group
from backend.insights.series.schemas import (
    Asked,
    Point,
    SeriesBy,
    SeriesQuery,
    SeriesRead,
)
from backend.platform import clock
from backend.platform.zones import zone


def stretch_of(meant: Asked) -> Stretch:
    """Say which stretch of time is meant where not all of it was said."""
    until = meant.until or clock.now()
    since = meant.since or last_days(until, zone(meant.time_zone))
    # Not reckoned from instants at the calendar's beginning.
    return Stretch(since if until - since <= LONGEST else until - LONGEST, until)


def wanted_of(meant: Asked, org_id: UUID, metric: str, *, with_originals: bool) -> Wanted:
    return Wanted(
        org_id=org_id,
        metric=metric,
        agent_id=meant.agent_id,
        agent_version=meant.agent_version,
        number=meant.number,
        source=meant.source,
        with_originals=with_originals,
    )


async def read_series(session: AsyncSession, wanted: Wanted, query: SeriesQuery) -> SeriesRead:
    """Read a metric's points; those of the organisation of which it is wanted."""
    stretch, place = stretch_of(query), zone(query.time_zone)
    known = await find_known_since(session, wanted)
    if known is not None and known <= stretch.since:
        known = None
    read = stretch.from_when(known)
    total, groups = await queries.read_groups(session, wanted, read, query.by, place)
    kind = wanted.definition.kind
    names = await agents.find_names(session, wanted.org_id)
    shown = _filled(groups, keys_of(query.by, stretch, place))
    points = [
        _unknown(point) if _is_unknown(query.by, point.key, stretch, known, place) else point
        for point in (_point(query, stretch, group, kind, names) for group in shown)
    ]
    behind = calls_behind(query, stretch, total)
    overall = _figures(total, kind, key="", label="All", calls=behind)
    return SeriesRead(
        metric=query.metric,
        kind=kind,
        by=query.by,
        since=stretch.since,
        until=stretch.until,
        known_since=known,
        overall=_unknown(overall) if read.since == read.until else overall,
        points=points,
    )


def _is_unknown(
    by: SeriesBy, key: str, stretch: Stretch, known: datetime | None, place: ZoneInfo
) -> bool:
    """Say whether some of what a point is of was pruned: a day or a week that began before.

    What is told apart otherwise is of all that is known, and of nothing where that is nothing.
    """
    if known is None:
        return False
    if by in {SeriesBy.DAY, SeriesBy.WEEK}:
        return span_of(by, key, stretch, place).since < known
    return known >= stretch.until


def _unknown(point: Point) -> Point:
    return point.model_copy(update={"value": None, "n": 0, "interval": None, "calls": None})


def _filled(groups: list[Group], keys: Any) -> Iterator[Group]:
    """Give the groups in order, with empty ones where the calendar has a place for them."""
    if not keys:
        yield from groups
        return
    found = {group.key: group for group in groups}
    for key in keys:
        yield found.get(key) or Group(key, None, Tally())


def _point(
    query: SeriesQuery, stretch: Stretch, group: Group, kind: MetricKind, names: Mapping[UUID, str]
) -> Point:
    agent_id = UUID(group.key) if query.by in {SeriesBy.AGENT, SeriesBy.VERSION} else None
    label = label_of(query.by, group.key)
    if agent_id is not None:
        label = names.get(agent_id, "")
    if query.by is SeriesBy.VERSION:
        label += ", no version" if group.version is None else f", version {group.version}"
    return _figures(
        group.tally,
        kind,
        key=group.key,
        label=label,
        agent_id=agent_id,
        agent_version=group.version,
        calls=calls_behind(query, stretch, group.tally, group),
    )


def _figures(tally: Tally, kind: MetricKind, **about: Any) -> Point:
    return Point(
        **about,
        value=tally.value(kind),
        n=tally.n,
        interval=Interval.of(interval_of(tally, kind)),
    )
