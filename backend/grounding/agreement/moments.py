"""Whether an instant, date or time of day in its written form can be what its quote says."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.grounding.agreement.clock import local_time_contradiction
from backend.grounding.agreement.days import date_contradiction, names_day
from backend.grounding.agreement.numbers import text_contradiction
from backend.grounding.agreement.spelt_times import spelt_out
from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import MONTHS, WEEKDAYS

_HOW_LONG = (
    r"(?P<count>half an|an?|\d+(?:\.\d+)?)(?P<more> and a half)? "
    r"(?P<unit>minute|hour|day|week)s?(?P<half> and a half)?"
)
_LAPSE = re.compile(rf"(?<!with)\bin {_HOW_LONG}$")
_FROM_NOW = re.compile(rf"\b{_HOW_LONG} from (?:now|today)$")
_HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0, "week": 168.0}
# Counted from the call's start or from the moment they were said, as people round them.
_ROUNDED = timedelta(minutes=15)
_QUARTER = 4
_ZONES = {
    "eastern": ZoneInfo("America/New_York"),
    "central": ZoneInfo("America/Chicago"),
    "mountain": ZoneInfo("America/Denver"),
    "pacific": ZoneInfo("America/Los_Angeles"),
}


def other_instant(value: str, quote: Sequence[str], began_at: datetime | None) -> str | None:
    """Compare an instant, in the zone the call's times are meant in, with day and time quoted."""
    if began_at is None:
        return None
    zone = next((_ZONES[word] for word in quote if word in _ZONES), began_at.tzinfo)
    try:
        local = datetime.fromisoformat(value).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    if "midnight" in quote and local.hour == local.minute == 0:
        # Midnight may end the day that is named, or begin it.
        before = (local - timedelta(days=1)).date().isoformat()
        if other_date(before, quote, began_at.date()) is None:
            return None
    return (
        other_date(local.date().isoformat(), quote, began_at.date())
        or local_time_contradiction(local.hour, local.minute, quote)
        or _other_lapse(local - began_at, quote)
    )


def other_date(value: str, quote: Sequence[str], called_on: date | None) -> str | None:
    """Compare a date with the day that is quoted, also with one counted from the call's."""
    if (nth := _nth_weekday(quote)) is not None:
        return _other_nth(value, *nth)
    if (why := date_contradiction(value, quote, called_on)) is not None or called_on is None:
        return why
    lapse = _days_ahead(quote)
    try:
        meant = date.fromisoformat(value)
    except ValueError:
        return None
    if lapse is None or abs(meant - called_on - lapse) <= _leeway(lapse):
        return None
    return f"Counted from the day of the call, {meant} is another day than the quote says."


def _nth_weekday(quote: Sequence[str]) -> tuple[int, int, int] | None:
    """Read "the first Monday of December": which, of what weekday, in what month."""
    for n, word in enumerate(quote[:-3]):
        is_nth = word in ("1", "2", "3", "4", "5", "second") and quote[n + 1] in WEEKDAYS
        if is_nth and quote[n + 2] in ("of", "in") and quote[n + 3] in MONTHS:
            return (
                int(word) if word != "second" else 2,
                WEEKDAYS[quote[n + 1]],
                MONTHS[quote[n + 3]],
            )
    return None


def _other_nth(value: str, nth: int, weekday: int, month: int) -> str | None:
    try:
        meant = date.fromisoformat(value)
    except ValueError:
        return None
    is_it = (meant.weekday(), meant.month, (meant.day + 6) // 7) == (weekday, month, nth)
    return None if is_it else f"The quote counts weekdays of a month, and {value} is another."


def other_time(value: str, quote: Sequence[str]) -> str | None:
    told = spelt_out(quote, is_clock=True)
    hour, _, minute = value.partition(":")
    if not (hour.isdecimal() and minute[:2].isdecimal()):
        return None
    return text_contradiction(value, told) or local_time_contradiction(
        int(hour), int(minute[:2]), told
    )


def local_day(value: str, began_at: datetime | None) -> str:
    """Give the date of an instant in the zone the call's times are meant in, if that is known."""
    try:
        local = datetime.fromisoformat(value).astimezone(began_at.tzinfo if began_at else None)
    except (ValueError, OverflowError):
        return ""
    return local.date().isoformat() if began_at else ""


def with_lapse(value: str, quote: Sequence[str], called_on: date | None) -> list[str]:
    """Write "in two days" as the day it ends on, if the value is a day."""
    lapse = _lapse(quote)
    if lapse is None or lapse < timedelta(days=1) or not names_day(value):
        return list(quote)
    texts = [text for text in quote if not is_number(text) and text not in ("week", "weeks")]
    if called_on is None:
        return [*texts, "later"]
    day = called_on + lapse
    return [*texts, *(name for name, n in MONTHS.items() if n == day.month), str(day.day)]


def _days_ahead(quote: Sequence[str]) -> timedelta | None:
    """Read "the day after tomorrow", "in three days"."""
    told = " ".join(quote)
    if "day after tomorrow" in told and " or " not in told and "not" not in quote:
        return timedelta(days=2)
    lapse = _lapse(quote)
    return lapse if lapse is not None and lapse >= timedelta(days=2) else None


def _leeway(lapse: timedelta) -> timedelta:
    """Take "in a week" for a day more or less."""
    return timedelta(days=lapse.days // 7)


def _other_lapse(ahead: timedelta, quote: Sequence[str]) -> str | None:
    lapse = _lapse(quote)
    if lapse is None or lapse >= timedelta(days=1):
        return None
    if abs(ahead - lapse) <= max(_ROUNDED, lapse / _QUARTER):
        return None
    return "Counted from the start of the call, the value is another time than the quote says."


def _lapse(quote: Sequence[str]) -> timedelta | None:
    """Read how long a quote that ends in "in two hours" says that something takes."""
    told = " ".join(quote)
    found = _LAPSE.search(told) or _FROM_NOW.search(told)
    if found is None or " or " in f" {' '.join(quote)} ":
        return None
    count = {"half an": 0.5, "a": 1.0, "an": 1.0}.get(found["count"])
    count = float(found["count"]) if count is None else count
    count += 0.5 if found["more"] or found["half"] else 0
    return timedelta(hours=count * _HOURS[found["unit"]])
