"""Whether a count is in the field's unit and of all who are counted."""

from collections.abc import Sequence
from itertools import pairwise

from backend.grounding.agreement.amounts import in_numbers
from backend.grounding.agreement.evidenced import Evidenced, meaning_of
from backend.grounding.fields import Scalar
from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import word_texts, wordset

_UNITS = {"second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86400.0, "week": 604800.0}
_UNITS |= {"night": 86400.0, "month": 2592000.0, "year": 31536000.0}
_RATES = wordset("per each every rate price cost")
_CLOSE = 0.1


def other_unit(field: Scalar, said: Evidenced, value: float, quote: Sequence[str]) -> str | None:
    """Find "two hours" given as 2 for a number of minutes."""
    told = in_numbers(quote)
    timed = [(number, _unit(unit)) for number, unit in pairwise(told) if is_number(number)]
    if sum(is_number(word) for word in told) != 1 or len(timed) != 1:
        return None
    (number, unit), wanted = timed[0], _wanted(field, said)
    if unit is None or wanted is None or _UNITS[unit] == _UNITS[wanted]:
        return None
    meant = float(number) * _UNITS[unit] / _UNITS[wanted]
    if value != float(number) or abs(value - meant) <= max(_CLOSE * meant, 0.5):
        return None
    return f"The quote counts in {unit}s, and the field in {wanted}s."


def _unit(word: str) -> str | None:
    one = word.removesuffix("s")
    return one if one in _UNITS else None


def _wanted(field: Scalar, said: Evidenced) -> str | None:
    """Take the one unit of the field's name, or else of its description."""
    if not _RATES.isdisjoint(meaning_of(field, said)):
        return None
    for text in (said.name.replace("_", " "), field.description):
        units = {unit for word in word_texts(text) if (unit := _unit(word)) is not None}
        if units:
            return units.pop() if len(units) == 1 else None
    return None


_GROUPS = wordset(
    "adult adults child children kid kids infant infants baby babies senior seniors teenager "
    "teenagers man men woman women boy boys girl girls lady ladies student students"
)


def other_total(field: Scalar, said: Evidenced, value: float, quote: Sequence[str]) -> str | None:
    """Find "two adults and one child" given as 2, where the field counts neither alone."""
    parts = [float(n) for n, group in pairwise(quote) if is_number(n) and group in _GROUPS]
    numbers = [word for word in quote if is_number(word)]
    if (
        len(parts) < 2
        or len(parts) != len(numbers)
        or not _GROUPS.isdisjoint(meaning_of(field, said))
    ):
        return None
    return None if value == sum(parts) else f"In all, the quote counts {sum(parts):g}."
