"""Times of day as people say them, and whether a value can be one of those its quote names."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from backend.grounding.agreement.spelt_times import spelt_out
from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import composed, words, wordset

HALF_DAY = 12 * 60
_QUARTERS = {"half": 30, "quarter": 15}
_AFTER = wordset("past after")
_BEFORE = wordset("to till before")
_AT = wordset("at by")
_NOON = wordset("noon midday")
_NIGHT = wordset("night tonight")
_DAYBREAK = 6
_NAMED = {"noon": 12 * 60, "midday": 12 * 60, "midnight": 0}
_EARLY = wordset("am morning")
_LATE = wordset("pm afternoon evening night tonight")
# Behind one of these a number is no time: "4 flights", "20 minutes".
_COUNTED = wordset(
    "minute minutes hour hours day days week weeks month months year years people persons person "
    "tickets ticket seats seat rooms room nights night dollars dollar bucks euros percent miles "
    "flights stars star th st of"
)
# With one of these a time is meant that is not said.
_RECKONED = wordset("minutes minute hour hours later earlier around about between or until till")


def clock_times(texts: Sequence[str]) -> set[int]:
    """Read all times of day, in minutes from midnight or noon: 3 in the afternoon is 180."""
    return set(_times(texts))


def told_clock(value: str, quote: Sequence[str]) -> list[str]:
    """Write the times that a quote spells out, if it is to be compared with one.

    Four digits in a row are taken for a time when that is the one of the value.
    """
    meant = clock_times(spelt_out([word.text for word in words(composed(value))]))
    if not meant:
        return list(quote)
    as_clock = spelt_out(quote, is_clock=True)
    return as_clock if meant & clock_times(as_clock) else spelt_out(quote)


def clock_contradiction(value: str, quote: Sequence[str]) -> str | None:
    """Compare the one time of a value with those of its quote, where both name one for sure."""
    ours = spelt_out([word.text for word in words(composed(value))])
    meant, heard = clock_times(ours), clock_times(quote)
    if len(meant) != 1 or not heard or not _RECKONED.isdisjoint(quote):
        return None
    if not meant & heard:
        return f"The quote names another time of day than {value!r}."
    if _is_other_half(ours, quote):
        return f"The quote names another half of the day than {value!r}."
    return None


def local_time_contradiction(hour: int, minute: int, quote: Sequence[str]) -> str | None:
    """Compare the time of an instant, in the zone it was meant in, with those of its quote."""
    quote = spelt_out([text for text in quote if not _is_year(text)], is_clock=True)
    heard = clock_times(quote)
    if not heard or not _RECKONED.isdisjoint(quote):
        return None
    if (hour % 12) * 60 + minute not in heard:
        return f"The quote names another time of day than {hour:02}:{minute:02}."
    early, late = _half(quote)
    if hour == 0 and minute == 0 and not _NOON.isdisjoint(quote):
        return "The quote says noon, and the value midnight."
    if hour < _DAYBREAK and not _NIGHT.isdisjoint(quote):
        return None  # "one at night"
    if len(heard) == 1 and early is not late and late is not (hour >= 12) and hour % 12:
        return f"The quote names another half of the day than {hour:02}:{minute:02}."
    return None


def _half(texts: Sequence[str]) -> tuple[bool, bool]:
    """Say whether the early and the late half of the day are named; "I am" names none."""
    named = [
        text
        for before, text in pairwise(["", *texts])
        if text not in ("am", "pm") or is_number(before)
    ]
    return not _EARLY.isdisjoint(named), not _LATE.isdisjoint(named)


def _is_year(text: str) -> bool:
    return len(text) == 4 and text.startswith(("19", "20")) and text != "2000"


def _is_other_half(ours: Sequence[str], quote: Sequence[str]) -> bool:
    if len(clock_times(quote)) != 1:
        return False
    meant, heard = _half(ours), _half(quote)
    # "Twelve thirty at night" is early.
    if not _NIGHT.isdisjoint(quote) and min(clock_times(quote)) < 60:
        return False
    return meant in {(True, False), (False, True)} and heard == (meant[1], meant[0])


def _times(texts: Sequence[str]) -> Iterator[int]:
    n = 0
    while n < len(texts):
        time, used = _time_at(texts, n)
        if time is not None:
            yield time % HALF_DAY
        n += used


def _time_at(texts: Sequence[str], n: int) -> tuple[int | None, int]:
    """Read a time that begins at a word: its minutes, and how many words it takes."""
    following = [*texts[n + 1 : n + 4], "", ""]
    if texts[n] in _NAMED:
        return _NAMED[texts[n]], 1
    fraction = _before_or_after_the_hour(texts[n], following)
    if fraction is not None:
        return fraction, 3
    return _from_the_hour(texts[n], following, is_at=n > 0 and texts[n - 1] in _AT)


def _before_or_after_the_hour(text: str, following: Sequence[str]) -> int | None:
    part, hour = _QUARTERS.get(text) or _minutes(text), _hour(following[1])
    hour = _NAMED[following[1]] // 60 if following[1] in _NAMED else hour
    if part and hour is not None and following[0] in _AFTER:
        return 60 * hour + part
    return 60 * hour - part if part and hour is not None and following[0] in _BEFORE else None


def _from_the_hour(text: str, following: Sequence[str], *, is_at: bool) -> tuple[int | None, int]:
    hour, minute = _hour(text), _minutes(following[0])
    if hour is None:
        return None, 1
    if minute is not None and following[1] not in _COUNTED:
        return 60 * hour + minute, 2
    if following[0].isdecimal() and len(following[0]) == 1 and following[1] in {"am", "pm"}:
        # "5:05 pm", where the zero is not kept, or "4, 5 pm": the second is read in its turn.
        return 60 * hour + int(following[0]), 1
    is_told = following[0] in {"am", "pm", "o", "sharp"} or following[:2] == ["in", "the"]
    if is_at and not is_told and following[0] not in _COUNTED and not is_number(following[0]):
        return 60 * hour, 1
    return (60 * hour, 2) if is_told else (None, 1)


def _hour(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 2 and int(text) <= 24 else None


def _minutes(text: str) -> int | None:
    """Read minutes behind an hour. Single digits are mostly something else, but for 0."""
    if not is_number(text) or not text.isdecimal():
        return None
    value = int(text)
    return value if value < 60 and (len(text) == 2 or value == 0) else None
