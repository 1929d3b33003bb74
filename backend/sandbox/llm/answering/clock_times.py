"""Times of day and durations as people say them: found, and read as far as the words go."""

import re
from dataclasses import dataclass
from datetime import time
from functools import lru_cache

from backend.sandbox.llm.answering.calendar_words import (
    HOURS,
    LATER_HALF,
    MIDNIGHT,
    MINUTES,
    MORNING,
    NOON,
    UNIT_SECONDS,
)
from backend.sandbox.llm.answering.dates import one_of
from backend.sandbox.llm.answering.numbers import find_numbers


@dataclass(frozen=True)
class ClockTime:
    start: int
    end: int
    time: time
    # Whether it was said which half of the day; else the hour may mean either.
    is_exact: bool


@dataclass(frozen=True)
class Duration:
    start: int
    end: int
    seconds: float
    unit: str


HOUR = rf"(?P<hour>\d{{1,2}}|{one_of(HOURS)})"
SPOKEN = rf"(?:y\s+)?(?P<spoken>{one_of(MINUTES)})"
PART = r"(?P<part>morning|afternoon|evening|night|tonight|mañana|tarde|noche)"
HALF = (
    r"(?:\s*(?P<half>[ap])\.?\s?m\b|,?\s+(?:(?:in the|at|this|de la|por la|tomorrow|today)\s+)?"
    rf"{PART}\b)"
)
PREPOSITION = r"(?:at|around|about|by|until|till|before|after|a las|para las|a la|las)"
# A bare hour is a time only where nothing follows that it could count.
ALONE = (
    r"(?=\W*$|[,.;?!]|\s+(?:today|tomorrow|tonight|on|or|and|but|if|is|works|would|for|then"
    r"|instead|local|central|eastern|pacific|mountain|sharp|because|so|mañana|hoy)\b)"
)
PATTERNS = tuple(
    re.compile(rf"(?<![\w:.$-]){pattern}(?![\w%]|:\d|\.\d)", re.IGNORECASE)
    for pattern in (
        r"(?P<all>(?P<part>morning|afternoon|evening|night)\s+(?:at\s+|around\s+)?"
        r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?)",
        rf"(?P<all>(?P<hour>\d{{1,2}})[:.](?P<minute>\d\d){HALF}?)",
        rf"(?P<all>(?:a\s+)?(?P<turn>{one_of(MINUTES)})\s+(?P<side>past|after|to|till|before)\s+"
        rf"{HOUR}(?:{HALF}|{ALONE}))",
        rf"(?P<all>{HOUR}(?:\s+{SPOKEN})?{HALF})",
        rf"(?P<all>{HOUR}\s+o'?\s?clock{HALF}?)",
        rf"(?P<all>(?P<named>{one_of(NOON | MIDNIGHT)}))",
        rf"{PREPOSITION}\s+(?P<all>{HOUR}(?:\s+{SPOKEN})?){ALONE}",
        rf"(?P<all>{HOUR}\s+{SPOKEN}){ALONE}",
    )
)
UNIT = re.compile(
    rf"[\s-]*(?:of\s+|more\s+|full\s+)?(?P<unit>{one_of(UNIT_SECONDS)})(?:e?s)?\b", re.IGNORECASE
)
ONE = re.compile(
    rf"\b(?:(?P<half>half\s+an?|media|medio)|an?|una?)\s+(?P<unit>{one_of(UNIT_SECONDS)})\b",
    re.IGNORECASE,
)
AND_A_HALF = re.compile(r"\s+(?:and a half|y media)\b", re.IGNORECASE)


@lru_cache(maxsize=2048)
def find_times(text: str) -> tuple[ClockTime, ...]:
    """Find every time of day; where readings overlap, the more telling one counts."""
    found: list[ClockTime] = []
    for pattern in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span("all")
            read = _read(match.groupdict())
            if read and all(end <= other.start or start >= other.end for other in found):
                found.append(ClockTime(start, end, *read))
    return tuple(sorted(found, key=lambda clock: clock.start))


def _read(parts: dict[str, str | None]) -> tuple[time, bool] | None:
    if named := parts.get("named"):
        return time(12 if named.lower() in NOON else 0), True
    hour, minute = _number(parts["hour"], HOURS), _number(parts.get("minute"), {})
    minute = minute or _number(parts.get("spoken"), MINUTES)
    if turn := parts.get("turn"):
        minute = MINUTES[turn.lower()]
        if parts["side"] in {"to", "till", "before"}:
            hour, minute = hour - 1 or 12, 60 - minute
    if hour > 23 or minute > 59:
        return None
    half = f"{parts['half']}m".lower() if parts.get("half") else (parts.get("part") or "").lower()
    if half in LATER_HALF and hour < 12:
        hour += 12
    elif half in MORNING and hour == 12:
        hour = 0
    return time(hour, minute), bool(half) or hour > 12 or hour == 0


def _number(text: str | None, names: dict[str, int]) -> int:
    if not text:
        return 0
    return int(text) if text.isdigit() else names[" ".join(text.lower().split())]


@lru_cache(maxsize=2048)
def find_durations(text: str) -> tuple[Duration, ...]:
    found = [
        _duration(text, number.start, unit, number.value)
        for number in find_numbers(text)
        if (unit := UNIT.match(text, number.end))
    ]
    for match in ONE.finditer(text):
        if all(match.end() <= other.start or match.start() >= other.end for other in found):
            found.append(_duration(text, match.start(), match, 0.5 if match["half"] else 1))
    return tuple(sorted(found, key=lambda duration: duration.start))


def _duration(text: str, start: int, unit: re.Match[str], count: float) -> Duration:
    end = unit.end()
    if more := AND_A_HALF.match(text, end):
        count, end = count + 0.5, more.end()
    name = unit["unit"].lower()
    return Duration(start, end, count * UNIT_SECONDS[name], name)
