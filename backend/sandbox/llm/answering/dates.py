"""Dates as people say them: found, and worked out as far as the words go."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from backend.sandbox.llm.answering.calendar_words import MONTHS, ORDINALS, RELATIVE_DAYS, WEEKDAYS


@dataclass(frozen=True)
class Day:
    start: int
    end: int
    # None where it cannot be told: `next week`, or no known day to count from.
    day: date | None


def one_of(names: Iterable[str]) -> str:
    """Match any of the names, the longest first."""
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


NUMBER = rf"(?:(?P<n>\d{{1,2}})(?:st|nd|rd|th)?|(?P<nth>{one_of(ORDINALS)}))"
YEAR = r"(?:,?\s+(?:of\s+|de\s+)?(?P<year>(?:19|20)\d\d))?"
MONTH = rf"(?P<month>{one_of(MONTHS)})"
# `the first` is a date only where nothing follows that it could count.
ALONE = (
    r"(?=\W*$|[,.;?!]|\s+(?:at|around|in|for|of this|works|is|if|or|and|but|then|would|please"
    r"|should|instead)\b)"
)
PATTERNS = tuple(
    re.compile(rf"(?<![\w-])(?:{pattern})(?!\w)", re.IGNORECASE)
    for pattern in (
        r"(?P<iso>\d{4}-\d\d-\d\d)",
        r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<short>\d{4}|\d\d))?",
        rf"{MONTH}\s+(?:the\s+)?{NUMBER}{YEAR}",
        rf"(?:the\s+)?{NUMBER}\s+(?:of\s+|de\s+)?{MONTH}{YEAR}",
        rf"(?:the\s+)?{NUMBER}\s+of\s+(?:this|the)\s+month",
        rf"(?<!la\s)(?:the\s+)?(?P<relative>{one_of(RELATIVE_DAYS)})",
        rf"(?:(?P<which>this coming|this|next|coming|last|próximo|este)\s+)?"
        rf"(?P<weekday>{one_of(WEEKDAYS)})(?P<week>\s+(?:of\s+)?next\s+week)?",
        rf"the\s+{NUMBER}{ALONE}",
        rf"(?:(?<=in\s)|(?<=by\s)|(?<=before\s)|(?<=until\s)|(?<=since\s))(?:{one_of(MONTHS)})",
        r"(?:this|next|the|end of the|end of this)\s+(?:weekend|week|month|quarter|year)",
    )
)


@lru_cache(maxsize=2048)
def find_dates(text: str, today: date | None) -> tuple[Day, ...]:
    """Find every date; where readings overlap, the more telling one counts."""
    found: list[Day] = []
    for pattern in PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= day.start or start >= day.end for day in found):
                found.append(Day(start, end, _read(match.groupdict(), today)))
    return tuple(sorted(found, key=lambda day: day.start))


def _read(parts: dict[str, str | None], today: date | None) -> date | None:
    try:
        return _calendar_day(parts, today) or _day_from(parts, today)
    except ValueError:  # no such day, as the 31st of June
        return None


def _calendar_day(parts: dict[str, str | None], today: date | None) -> date | None:
    if iso := parts.get("iso"):
        return date.fromisoformat(iso)
    if parts.get("first"):
        return _slashed(parts, today)
    if month := parts.get("month"):
        return _dated(parts.get("year"), MONTHS[month.lower()], _day_number(parts) or 1, today)
    return None


def _day_from(parts: dict[str, str | None], today: date | None) -> date | None:
    """Read what only today gives a meaning: `tomorrow`, `Friday`, `the 12th`."""
    if today is None:
        return None
    if relative := parts.get("relative"):
        return today + timedelta(days=RELATIVE_DAYS[" ".join(relative.lower().split())])
    if weekday := parts.get("weekday"):
        which = "next" if parts.get("week") else (parts.get("which") or "").lower()
        return _weekday(WEEKDAYS[weekday.lower()], which, today)
    number = _day_number(parts)
    if parts.get("month") or not number:
        return None
    return next(_days_numbered(number, today), None)


def _day_number(parts: dict[str, str | None]) -> int | None:
    if nth := parts.get("nth"):
        return ORDINALS[nth.lower()]
    return int(parts["n"] or 0) if parts.get("n") else None


def _slashed(parts: dict[str, str | None], today: date | None) -> date | None:
    """Read as month and day, as in the United States, unless only the other way is a date."""
    first, second = int(parts["first"] or 0), int(parts["second"] or 0)
    month, day = (first, second) if first <= 12 else (second, first)
    short = parts.get("short")
    year = f"20{short}" if short and len(short) == 2 else short
    return _dated(year, month, day, today)


def _dated(year: str | None, month: int, day: int, today: date | None) -> date | None:
    """Without a year, take the next such day."""
    if year:
        return date(int(year), month, day)
    if today is None:
        return None
    found = date(today.year, month, day)
    return found if found >= today else date(today.year + 1, month, day)


def _weekday(number: int, which: str, today: date) -> date:
    """Take the coming one; `next Friday` is Friday of next week, `last Friday` is past."""
    if which == "last":
        return today - timedelta(days=(today.weekday() - number - 1) % 7 + 1)
    if which in {"next", "próximo"}:
        return today + timedelta(days=7 - today.weekday() + number)
    return today + timedelta(days=(number - today.weekday() - 1) % 7 + 1)


def _days_numbered(number: int, today: date) -> Iterator[date]:
    """Go through the coming days with this number in their month."""
    for ahead in range(62):
        day = today + timedelta(days=ahead)
        if day.day == number:
            yield day
