"""When a campaign's own windows are open. They narrow what the rules allow, and never widen it.

An instant is in a window when every zone's own clocks say so at that instant: so an hour that a
change of clocks leaves out is none, and one that comes twice is open both times.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from backend.campaigns.policy import CALLEE, Policy, Window
from backend.compliance.rules import DAYS
from backend.platform.zones import zone as zone_of

# Windows repeat weekly. Zones whose hours do not meet within this time never do.
_SEARCHED_DAYS = 15
_MIDNIGHT = time(0)
_STEP = timedelta(minutes=15)
_DAY = timedelta(days=1)


def zones_of(policy: Policy, zones: Collection[str]) -> tuple[str, ...]:
    """Say in whose time the windows of a contact in these zones are."""
    return tuple(sorted(zones)) if policy.time_zone == CALLEE else (policy.time_zone,)


def is_open(windows: Sequence[Window], zones: Collection[str], at: datetime) -> bool:
    return not windows or all(_is_open_in(windows, at.astimezone(zone_of(zone))) for zone in zones)


def _is_open_in(windows: Sequence[Window], local: datetime) -> bool:
    day, clock = DAYS[local.weekday()], f"{local:%H:%M}"
    return any(day in each.days and each.start <= clock < each.end for each in windows)


def next_open(
    windows: Sequence[Window], zones: Collection[str], after: datetime
) -> datetime | None:
    """Find the first instant, `after` or later, that is in the windows; None: there is none."""
    if is_open(windows, zones, after):
        return after
    turns = _turns(windows, zones, after)
    return next((at for at in turns if is_open(windows, zones, at)), None)


def next_closed(
    windows: Sequence[Window], zones: Collection[str], after: datetime
) -> datetime | None:
    """Find the first instant, `after` or later, that is in no window; None: there is none."""
    if not windows:
        return None
    turns = [after, *_turns(windows, zones, after)]
    return next((at for at in turns if not is_open(windows, zones, at)), None)


def next_day(zones: Collection[str], after: datetime) -> datetime:
    """Find the first instant at which it is a later day in every zone than it is there now."""
    starts = []
    for zone in zones:
        local = after.astimezone(zone_of(zone))
        starts.append(_first_of_day(local.date() + _DAY, zone_of(zone)))
    return max(starts)


def _first_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Find when a day begins: some begin at one in the morning, when clocks are changed."""
    at = datetime.combine(day, _MIDNIGHT, zone).astimezone(UTC) - _DAY / 8
    while at.astimezone(zone).date() < day:
        at += _STEP
    return at


def _turns(
    windows: Sequence[Window], zones: Collection[str], after: datetime
) -> Iterator[datetime]:
    """Give in order every instant after this one at which a window may open or close."""
    clocks = tuple(sorted({clock for each in windows for clock in (each.start, each.end)}))
    today = after.astimezone(UTC).date()
    for day in (today + _DAY * days for days in range(_SEARCHED_DAYS)):
        begins = datetime.combine(day, _MIDNIGHT, UTC)
        # A day in UTC has parts of three days of the zones around the world.
        local_days = (day - _DAY, day, day + _DAY)
        turns = {at for own in local_days for zone in zones for at in _turns_of(own, zone, clocks)}
        yield from sorted(at for at in turns if at > after and begins <= at < begins + _DAY)


@lru_cache(maxsize=20_000)
def _turns_of(day: date, zone: str, clocks: tuple[str, ...]) -> tuple[datetime, ...]:
    """Give the instants of one local day at which its clocks show these times, or are changed."""
    own = zone_of(zone)
    turns = {_instant(day, "00:00", own, fold) for fold in (0, 1)}
    turns |= {_instant(day, clock, own, fold) for clock in clocks for fold in (0, 1)}
    start, end = _instant(day, "00:00", own, 0), _instant(day, "24:00", own, 0)
    if start.astimezone(own).utcoffset() != end.astimezone(own).utcoffset():
        steps = int((end - start) / _STEP) + 1
        turns |= {start + _STEP * step for step in range(steps)}
    return tuple(turns)


def _instant(day: date, clock: str, zone: ZoneInfo, fold: int) -> datetime:
    if clock == "24:00":
        day, clock = day + _DAY, "00:00"
    wall = datetime.combine(day, time.fromisoformat(clock), zone)
    return wall.replace(fold=fold).astimezone(UTC)
