"""Whether the day or time of day of a value can be the one its quote names."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise

from backend.grounding.agreement.clock import clock_times
from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import MONTHS, WEEKDAYS, word_texts, wordset

_WEEKDAYS = frozenset(WEEKDAYS)
_MONTHS = frozenset(MONTHS) - {"may"}  # mostly a verb
_RELATIVE = wordset("today tomorrow yesterday")
_MOMENTS = _RELATIVE.union(_WEEKDAYS, _MONTHS)
_CLOCK_WORDS = wordset("noon midday midnight half quarter hour hours minute minutes")
_AMOUNT_WORDS = wordset(
    "half quarter couple few several dozen pair single both same alone myself us double triple "
    "hundred thousand million grand hour hours day days week weeks month months year years next"
)
_SHORT = 6
# With one of these in the quote, another day than the named one may be meant.
_SHIFTED = wordset(
    "after before from until till til week weeks fortnight not or between through no actually"
)


def day_contradiction(value: str, quote: Sequence[str], called_on: date | None) -> str | None:
    """Compare a day in words, like "next Thursday", with the days the quote names.

    With the day of the call, in the zone it was meant in, "tomorrow" and "March 5th" as well.
    """
    ours = word_texts(value)
    for names in (_WEEKDAYS, _MONTHS, _RELATIVE):
        said, meant = names.intersection(quote), names.intersection(ours)
        if said and meant and not said & meant:
            return f"The quote says {_listed(said)}, and the value says {_listed(meant)}."
    said, meant = _halves(quote), _halves(ours)
    if said and meant and not said & meant:
        return f"The quote says {_listed(said)}, and the value says {_listed(meant)}."
    if _is_day_later(quote) and "tomorrow" in ours and "after" not in ours:
        return "The quote says the day after tomorrow, and the value says tomorrow."
    if _SHIFTED.isdisjoint(quote) and _are_other_days(ours, quote, called_on):
        return f"The quote names another day than {value!r}."
    return None


def _is_day_later(quote: Sequence[str]) -> bool:
    is_only = quote.count("tomorrow") == 1 and not {"or", "not"} & {*quote}
    return is_only and "day after tomorrow" in " ".join(quote)


def _are_other_days(ours: Sequence[str], quote: Sequence[str], called_on: date | None) -> bool:
    meant, heard = _in_month(ours), _in_month(quote)
    if meant and heard:
        return not meant & heard
    if called_on is None:
        return False
    days, named = _days(ours, called_on), _days(quote, called_on)
    return bool(days) and bool(named) and not days & named


def _in_month(texts: Sequence[str]) -> set[int]:
    """Read days of a month: "the 9th of this month", "March 9th", "9 March"."""
    if (_MONTHS | {"month"}).isdisjoint(texts):
        return set()
    beside = [*pairwise(texts), *((b, a) for a, b in pairwise(texts))]
    near = [a for a, b in beside if b in _MONTHS or b in ("of", "th")]
    return {int(text) for text in near if text.isdecimal() and 1 <= int(text) <= 31}


def _days(texts: Sequence[str], called_on: date) -> set[date]:
    """Work out which days may be meant, within the year that follows the call."""
    ahead = [called_on + timedelta(days=away) for away in range(-31, 366)]
    if days := _in_month(texts):
        months = {MONTHS[text] for text in texts if text in _MONTHS} or {called_on.month}
        return {day for day in ahead if day.day in days and day.month in months}
    if weekdays := {WEEKDAYS[text] for text in texts if text in WEEKDAYS}:
        return {day for day in ahead[:62] if day.weekday() in weekdays}
    if "tomorrow" in texts and "after" in texts:
        return {called_on + timedelta(days=2)}
    relative = [_DAYS_AWAY[text] for text in texts if text in _DAYS_AWAY]
    return {called_on + timedelta(days=away) for away in relative}


def unsaid_moment(heard: Sequence[str]) -> str | None:
    """Find a quote, with what it agrees to, in which no day and no time is named at all."""
    if any(is_number(word) for word in _without_spelled(heard)):
        return None
    if not (_MOMENTS | _VAGUE_DAYS | _CLOCK_WORDS | _PARTS_OF_DAY | _SOON).isdisjoint(heard):
        return None
    return "The quote names no day and no time."


def _without_spelled(heard: Sequence[str]) -> Iterator[str]:
    """Leave out what is spelled digit by digit and too long for a time, such as phone numbers."""
    for is_digit, run in groupby(heard, lambda word: len(word) == 1 and word.isdecimal()):
        found = list(run)
        if not is_digit or len(found) <= len("0730"):
            yield from found


_SOON = wordset(
    "soon day days next year years first second third fourth fifth sixth seventh eighth ninth "
    "tenth clock right straight already just later earlier same then until till before after"
)


def names_moment(texts: Sequence[str]) -> bool:
    return not (_MOMENTS | _PARTS_OF_DAY).isdisjoint(texts)


_PARTS_OF_DAY = wordset("morning noon midday afternoon evening night midnight tonight weekend week")


def names_day(value: str) -> bool:
    """Say whether a value is a day: "next Friday", "the 5th"."""
    return not _MOMENTS.isdisjoint(word_texts(value)) or _names_day(value)


def unsupported_moment(value: str, quote: Sequence[str], spoken: str) -> str | None:
    """Find a short value that is a day or a time, of which the quote has nothing of the kind.

    `spoken` is the quote as it stands, where "8th" still differs from "8".
    """
    ours = word_texts(value)
    if len(ours) > _SHORT:
        return None
    if not _MOMENTS.isdisjoint(ours) or _names_day(value):
        is_said = not (_MOMENTS | _VAGUE_DAYS).isdisjoint(quote) or _names_day(spoken)
    elif any(is_number(word) and float(word) for word in ours):
        in_words = _CLOCK_WORDS if clock_times(ours) else _AMOUNT_WORDS
        is_said = any(is_number(word) for word in quote) or not in_words.isdisjoint(quote)
    else:
        return None
    return None if is_said else f'The quote says nothing like "{value}".'


_VAGUE_DAYS = wordset(
    "now tonight later week weeks weekend month months fortnight immediately asap may "
    "christmas easter thanksgiving halloween"
)
_ORDINAL = re.compile(
    r"\b\d{1,2}\s?(?:st|nd|rd|th)\b|\b\d{1,2}[/-]\d{1,2}\b|\b\d{1,2}\.\d{1,2}\.|"
    r"\b(?:the|on|until|till) \d{1,2}\b(?!:)|"
    r"\b(?:first|second|third|(?:four|fif|six|seven|eigh|nin|ten|eleven|twelf|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twentie|thirtie)th)\b",
    re.IGNORECASE,
)


def _names_day(text: str) -> bool:
    return _ORDINAL.search(text) is not None


def date_contradiction(value: str, quote: Sequence[str], called_on: date | None) -> str | None:
    """Compare a written date with the weekday, month and day of the month in its quote.

    With the day of the call, in the zone it was meant in, "tomorrow" is compared as well.
    """
    meant = _written(value)
    if meant is None or not _SHIFTED.isdisjoint(quote):
        return None
    weekdays, months = _WEEKDAYS.intersection(quote), _MONTHS.intersection(quote)
    if weekdays and meant.weekday() not in {WEEKDAYS[day] for day in weekdays}:
        return f"The quote says {_listed(weekdays)}, and {value} is another day of the week."
    if months and meant.month not in {MONTHS[month] for month in months}:
        return f"The quote says {_listed(months)}, and {value} is in another month."
    days = {float(word) for word in quote if is_number(word)}
    if months and days and float(meant.day) not in days:
        return f"The quote names another day of the month than {value}."
    return None if weekdays or months else _counted_otherwise(meant, quote, called_on)


def _written(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _counted_otherwise(meant: date, quote: Sequence[str], called_on: date | None) -> str | None:
    relative = [_DAYS_AWAY[word] for word in quote if word in _DAYS_AWAY]
    if called_on is None or not relative:
        return None
    if meant in {called_on + timedelta(days=away) for away in relative}:
        return None
    return f"Counted from the day of the call, {meant} is another day than the quote says."


_DAYS_AWAY = {"today": 0, "tonight": 0, "tomorrow": 1, "yesterday": -1}


def _halves(texts: Sequence[str]) -> frozenset[str]:
    """Pick "am" and "pm" where they stand behind a number; elsewhere "am" is a verb."""
    return frozenset(
        word for before, word in pairwise(texts) if is_number(before) and word in ("am", "pm")
    )


def _listed(texts: frozenset[str]) -> str:
    return " and ".join(sorted(texts))
