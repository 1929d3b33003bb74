"""When something is open by the wall clock of a zone, and when it opens next.

Days with a change of the clock have hours that come twice, and hours that do not come. What counts
is what a clock on the wall shows: an hour that comes twice is open twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from backend.compliance import public_holidays
from backend.platform.zones import zone as zone_of

# How far ahead it is looked for when something opens.
HORIZON = timedelta(days=60)
Minutes = tuple[int, int]
_ALL_DAY = ((0, 24 * 60),)


@dataclass(frozen=True)
class Schedule:
    """The minutes of each day of the week, Monday first; closed on the holidays of a calendar."""

    week: tuple[tuple[Minutes, ...], ...]
    holidays: str | None = None


ALWAYS = Schedule((_ALL_DAY,) * 7)


@dataclass(frozen=True)
class Opening:
    """A schedule, by the clocks of one zone."""

    schedule: Schedule
    zone: str


def is_open(opening: Opening, at: datetime) -> bool:
    local = at.astimezone(zone_of(opening.zone))
    minute = local.hour * 60 + local.minute
    stretches = _stretches(opening.schedule, local.date())
    return any(begin <= minute < end for begin, end in stretches)


def _stretches(schedule: Schedule, day: date) -> tuple[Minutes, ...]:
    stretches = schedule.week[day.weekday()]
    if stretches and schedule.holidays and public_holidays.is_holiday(schedule.holidays, day):
        return ()
    return stretches


@lru_cache(maxsize=10_000)
def next_open(opening: Opening, at: datetime) -> datetime | None:
    """Return the first instant from `at` on when it is open; None: not within the horizon."""
    if is_open(opening, at):
        return at
    if not any(opening.schedule.week):
        return None
    zone, day = zone_of(opening.zone), at.astimezone(zone_of(opening.zone)).date()
    for _ in range(HORIZON.days + 2):
        instants = (each for each in _instants(opening.schedule, zone, day) if each >= at)
        first = min((each for each in instants if is_open(opening, each)), default=None)
        if first is not None:
            return first
        day += timedelta(days=1)
    return None


def _instants(schedule: Schedule, zone: ZoneInfo, day: date) -> Iterator[datetime]:
    """Give all instants of a day at which it may open: where stretches begin, or clocks change."""
    for begin, _ in _stretches(schedule, day):
        wall = datetime.combine(day, time(begin // 60, begin % 60), zone)
        for fold in (0, 1):
            yield wall.replace(fold=fold).astimezone(UTC)
    change = _change_around(zone, day)
    if change is not None and change.astimezone(zone).date() == day:
        yield change


@lru_cache(maxsize=10_000)
def _change_around(zone: ZoneInfo, day: date) -> datetime | None:
    """Find the instant at which clocks change on a day, or close to it."""
    low = datetime.combine(day, time(), UTC) - timedelta(hours=15)
    high = datetime.combine(day, time(), UTC) + timedelta(hours=39)
    before = low.astimezone(zone).utcoffset()
    if high.astimezone(zone).utcoffset() == before:
        return None
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
