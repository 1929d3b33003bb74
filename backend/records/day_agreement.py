"""Whether the day or time of day of a value can be the one its quote names."""

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from backend.records.spoken import MONTHS, WEEKDAYS, composed, words, wordset
from backend.records.spoken_numbers import is_number

_WEEKDAYS = frozenset(WEEKDAYS)
_MONTHS = frozenset(MONTHS) - {"may"}  # mostly a verb
_RELATIVE = wordset("today tomorrow yesterday")
_MOMENTS = _RELATIVE.union(_WEEKDAYS, _MONTHS)
_VAGUE = wordset(
    "now tonight morning noon midday afternoon evening night midnight soon later minute minutes "
    "hour hours days week weeks weekend month months year years next half quarter couple few "
    "several dozen pair single both same alone myself us may"
)
_SHORT = 6
# With one of these in the quote, another day than the named one may be meant.
_SHIFTED = wordset("after before from until till til week weeks fortnight not or between through")


def day_contradiction(value: str, quote: Sequence[str]) -> str | None:
    """Compare a day in words, like "next Thursday", with the days the quote names."""
    ours = [word.text for word in words(composed(value))]
    for names in (_WEEKDAYS, _MONTHS, _RELATIVE):
        said, meant = names.intersection(quote), names.intersection(ours)
        if said and meant and not said & meant:
            return f"The quote says {_listed(said)}, and the value says {_listed(meant)}."
    said, meant = _halves(quote), _halves(ours)
    if said and meant and not said & meant:
        return f"The quote says {_listed(said)}, and the value says {_listed(meant)}."
    return None


def unsupported_moment(value: str, quote: Sequence[str]) -> str | None:
    """Find a short value with a number or a day in it, of which the quote has none at all."""
    ours = [word.text for word in words(composed(value))]
    is_moment = any(is_number(word) for word in ours) or not _MOMENTS.isdisjoint(ours)
    if not is_moment or len(ours) > _SHORT:
        return None
    if any(is_number(word) for word in quote) or not (_MOMENTS | _VAGUE).isdisjoint(quote):
        return None
    return f'The quote says nothing like "{value}".'


def date_contradiction(value: str, quote: Sequence[str]) -> str | None:
    """Compare a written date with the weekday, month and day of the month in its quote."""
    try:
        meant = date.fromisoformat(value)
    except ValueError:
        return None
    if not _SHIFTED.isdisjoint(quote):
        return None
    weekdays, months = _WEEKDAYS.intersection(quote), _MONTHS.intersection(quote)
    if weekdays and meant.weekday() not in {WEEKDAYS[day] for day in weekdays}:
        return f"The quote says {_listed(weekdays)}, and {value} is another day of the week."
    if months and meant.month not in {MONTHS[month] for month in months}:
        return f"The quote says {_listed(months)}, and {value} is in another month."
    days = {float(word) for word in quote if is_number(word)}
    if months and days and float(meant.day) not in days:
        return f"The quote names another day of the month than {value}."
    return None


def _halves(texts: Sequence[str]) -> frozenset[str]:
    """Pick "am" and "pm" where they stand behind a number; elsewhere "am" is a verb."""
    return frozenset(
        word for before, word in pairwise(texts) if is_number(before) and word in ("am", "pm")
    )


def _listed(texts: frozenset[str]) -> str:
    return " and ".join(sorted(texts))
