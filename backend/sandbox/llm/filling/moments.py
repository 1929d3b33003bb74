"""Days and times of day as people say them, worked out from when the call began."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from backend.sandbox.llm.filling.numbers import SMALL, find_numbers
from backend.sandbox.llm.filling.words import folded, listed

WEEKDAYS = listed("monday tuesday wednesday thursday friday saturday sunday")
DIAS = listed("lunes martes miercoles jueves viernes sabado domingo")
MONTHS = listed(
    "january february march april may june july august september october november december"
)
DAY = re.compile(
    rf"\b(?P<weekday>{'|'.join(WEEKDAYS + DIAS)})\b|\b(?P<tomorrow>tomorrow)\b"
    r"|\b(?P<today>today|tonight|this (?:morning|afternoon|evening))\b"
    rf"|\b(?P<month>{'|'.join(MONTHS)}) (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b"
    r"|\bthe (?P<number>\d{1,2})(?:st|nd|rd|th)\b|\b(?P<iso>\d{4}-\d\d-\d\d)\b",
    re.IGNORECASE,
)
HOUR = rf"(?P<hour>\d{{1,2}}|{'|'.join(SMALL[1:13])})"
MINUTE = r"(?::(?P<minute>\d\d)| (?P<spoken>fifteen|thirty|forty-five))"
HALF = (
    r"\s*(?:(?P<half>[ap])\.?m\b|(?:in the |this |at )?(?P<part>morning|afternoon|evening|night))"
)
PAST = rf"(?:(?P<turn>half|quarter) past {HOUR}(?:{HALF})?)"
TIMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{PAST}",
        rf"\b{HOUR}{MINUTE}?{HALF}",
        rf"\b{HOUR}:(?P<minute>\d\d)\b",
        rf"\b{HOUR} o'?clock(?:{HALF})?",
        rf"\b(?:at|around|about|by|put|until|make that) {HOUR}{MINUTE}?"
        r"(?=\W*$|[,.;?!]| (?:this|today|tomorrow|tonight|on|or|and|works|would))",
        rf"\b{HOUR} (?P<spoken>fifteen|thirty|forty-five)\b",
        r"\b(?P<named>noon|midnight)\b",
    )
)
UNITS = {"hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
SPOKEN = {"fifteen": 15, "thirty": 30, "forty-five": 45, "half": 30, "quarter": 15, None: 0}
AHEAD = re.compile(
    r"\b(?:in|another|within) (?:about |around )?(?P<many>.+?) (?P<unit>hour|minute)s?"
)


@dataclass(frozen=True)
class Moment:
    start: int
    end: int
    day: date | None = None
    clock: time | None = None
    instant: datetime | None = None


def find_days(text: str, now: datetime | None) -> Iterator[Moment]:
    for match in DAY.finditer(folded(text)):
        day = _day(match, now.date()) if now else None
        if day is not None:
            yield Moment(match.start(), match.end(), day=day)


def find_times(text: str) -> Iterator[Moment]:
    taken: list[Moment] = []
    for match in (match for pattern in TIMES for match in pattern.finditer(text.lower())):
        start, end = match.span()
        said = _time(match.groupdict())
        if said and all(end <= other.start or start >= other.end for other in taken):
            taken.append(Moment(start, end, clock=said))
    yield from sorted(taken, key=lambda moment: moment.start)


def find_instants(text: str, now: datetime | None) -> Iterator[Moment]:
    """Put a time on the day that is named with it, else take the next such time."""
    if now is None:
        return
    days = list(find_days(text, now))
    for clock in find_times(text):
        day = min(days, key=lambda day: abs(day.start - clock.start), default=None)
        assert clock.clock is not None  # noqa: S101 - it is one of the times
        instant = datetime.combine(day.day if day and day.day else now, clock.clock, now.tzinfo)
        if instant <= now:
            instant += timedelta(hours=12 if instant.hour < 12 else 24)
        start = min(clock.start, day.start) if day else clock.start
        yield Moment(start, max(clock.end, day.end) if day else clock.end, instant=instant)
    for match in AHEAD.finditer(text):
        for number in find_numbers(match["many"]):
            ahead = number.value * UNITS[match["unit"]]
            yield Moment(match.start(), match.end(), instant=now + ahead)


def _day(match: re.Match[str], today: date) -> date | None:
    said = match.groupdict()
    if said["iso"]:
        return date.fromisoformat(said["iso"])
    if said["weekday"]:
        names = WEEKDAYS if said["weekday"] in WEEKDAYS else DIAS
        return today + timedelta(days=(names.index(said["weekday"]) - today.weekday() - 1) % 7 + 1)
    if said["tomorrow"] or said["today"]:
        return today + timedelta(days=1 if said["tomorrow"] else 0)
    number = int(said["day"] or said["number"])
    month = MONTHS.index(said["month"]) + 1 if said["month"] else None
    coming = (today + timedelta(days=ahead) for ahead in range(366))
    return next((d for d in coming if d.day == number and month in (None, d.month)), None)


def _time(said: dict[str, str | None]) -> time | None:
    if named := said.get("named"):
        return time(12 if named == "noon" else 0)
    hour = said["hour"] or ""
    number = int(hour) if hour.isdecimal() else SMALL.index(hour)
    minute = int(said.get("minute") or SPOKEN[said.get("spoken") or said.get("turn")])
    half = said.get("half") or {"morning": "a", None: ""}.get(said.get("part"), "p")
    if number > 23 or minute > 59:
        return None
    if half == "p" or (not half and number < 7):
        number = number % 12 + 12
    return time(number % 24, minute)
