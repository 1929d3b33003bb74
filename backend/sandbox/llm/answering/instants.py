"""Moments worked out to an instant: `tomorrow at eight`, `in two hours`, `around six`."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from backend.sandbox.llm.answering.clock_times import ClockTime, find_durations, find_times
from backend.sandbox.llm.answering.dates import Day, find_dates

AHEAD_BEFORE = re.compile(
    r"\b(?:in|within|another|give me|en|dentro de)\s+(?:about |around |like )?$", re.IGNORECASE
)
AHEAD_AFTER = re.compile(r"\s*(?:from now|out\b|away|to go|until i)", re.IGNORECASE)
NEAR = 40


def find_instants(text: str, now: datetime | None) -> Iterator[tuple[int, int, datetime]]:
    """Find what names one instant; without knowing now, nothing relative does."""
    if now is None:
        return
    days = [day for day in find_dates(text, now.date()) if day.day is not None]
    for clock in find_times(text):
        day = min(
            (day for day in days if _gap(day, clock) <= NEAR),
            key=lambda day: _gap(day, clock),
            default=None,
        )
        start = min(clock.start, day.start) if day else clock.start
        end = max(clock.end, day.end) if day else clock.end
        yield start, end, _instant(clock, day, now)
    for duration in find_durations(text):
        before, after = text[: duration.start], text[duration.end :]
        if AHEAD_BEFORE.search(before) or AHEAD_AFTER.match(after):
            moment = now + timedelta(seconds=duration.seconds)
            yield duration.start, duration.end, moment.replace(microsecond=0)


def _gap(day: Day, clock: ClockTime) -> int:
    return max(day.start - clock.end, clock.start - day.end)


def _instant(clock: ClockTime, day: Day | None, now: datetime) -> datetime:
    """On a day that was named, else at the next such time."""
    on = day.day if day and day.day else now.date()
    options = [datetime.combine(on, clock.time, now.tzinfo)]
    if not clock.is_exact and clock.time.hour <= 12:
        options = [datetime.combine(on, half, now.tzinfo) for half in halves(clock.time)]
    if day and on > now.date():
        return min(options, key=lambda option: _oddness(option.timetz()))
    options += [option + timedelta(days=1) for option in options]
    return min((option for option in options if option > now), default=options[0])


def halves(clock: time) -> tuple[time, time]:
    """Return both readings of an hour that may be before or after noon."""
    early = clock.replace(hour=clock.hour % 12)
    return early, early.replace(hour=early.hour + 12)


def likely(clock: ClockTime) -> time:
    """Take seven to noon as before noon, the rest as after, as people arrange things by day."""
    if clock.is_exact or clock.time.hour > 12:
        return clock.time
    return min(halves(clock.time), key=_oddness)


def _oddness(clock: time) -> int:
    return (clock.hour - 7) % 24


def in_utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
