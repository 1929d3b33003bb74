"""Time zones by the data that came with this release.

`zoneinfo` would take the machine's own first, which may be older: some are an hour off then.
"""

from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


@cache
def names() -> frozenset[str]:
    return frozenset(files("tzdata").joinpath("zones").read_text().split())


def is_zone(name: str) -> bool:
    return name in names()


@cache
def zone(name: str) -> ZoneInfo:
    path = files("tzdata").joinpath("zoneinfo").joinpath(*name.split("/"))
    with path.open("rb") as data:
        return ZoneInfo.from_file(data, key=name)


class Offsets(NamedTuple):
    """By how much a zone's clocks are ahead of UTC, from each instant on."""

    starts: list[datetime]
    ahead: list[timedelta]


def offsets(zone: ZoneInfo, since: datetime, until: datetime) -> Offsets:
    """Find them for a stretch of time; both are given in UTC."""
    found = Offsets([since], [_ahead(zone, since)])
    at = since
    while at < until:
        following = min(at + _DAY, until)
        if _ahead(zone, following) != found.ahead[-1]:
            found.starts.append(_change(zone, at, following))
            found.ahead.append(_ahead(zone, following))
        at = following
    return found


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Find when the clocks were changed, to the minute: they are changed at full ones."""
    was = _ahead(zone, before)
    low, high = 0, int((after - before) / _MINUTE) + 1
    start = before.replace(second=0, microsecond=0)
    while high - low > 1:
        middle = (low + high) // 2
        if _ahead(zone, start + middle * _MINUTE) == was:
            low = middle
        else:
            high = middle
    return start + high * _MINUTE


def _ahead(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def local(column: str, starts: str = ":zone_starts", ahead: str = ":zone_ahead") -> str:
    """Write in SQL what the clocks showed at an instant, given the offsets."""
    bucket = f"width_bucket({column}, cast({starts} as timestamptz[]))"
    return f"({column} at time zone 'UTC' + (cast({ahead} as interval[]))[greatest(1, {bucket})])"
