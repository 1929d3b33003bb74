"""Whether a number is the one its quote mentions, and in what the field counts."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

from backend.grounding.agreement.amounts import in_numbers
from backend.grounding.agreement.evidenced import Evidenced
from backend.grounding.agreement.numbers import number_contradiction
from backend.grounding.fields import Scalar
from backend.grounding.mentions.quantities import NumberRole, Quantity, quantities_in
from backend.grounding.speech.languages import in_english_words
from backend.grounding.speech.lexicon import LANGUAGES, lexicon_of
from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import word_texts, wordset

# Of one kind, in its smallest unit.
_FACTORS: dict[str, tuple[str, float]] = {
    "milligram": ("mass", 0.001), "microgram": ("mass", 1e-6), "gram": ("mass", 1.0),
    "ounce": ("mass", 28.3495), "pound": ("mass", 453.592), "kilogram": ("mass", 1000.0),
    "ton": ("mass", 1e6), "inch": ("length", 0.0254), "centimeter": ("length", 0.01),
    "foot": ("length", 0.3048), "meter": ("length", 1.0), "kilometer": ("length", 1000.0),
    "mile": ("length", 1609.34), "second": ("time", 1.0), "minute": ("time", 60.0),
    "hour": ("time", 3600.0), "day": ("time", 86400.0), "week": ("time", 604800.0),
    "month": ("time", 2592000.0), "year": ("time", 31536000.0), "liter": ("volume", 1.0),
    "gallon": ("volume", 3.78541), "percent": ("share", 0.01),
    "celsius": ("heat", 1.0), "fahrenheit": ("heat", 1.0),
}  # fmt: skip
_NAMED_UNITS = {"lbs": "pound", "ft": "foot", "in": "inch", "kg": "kilogram", "mg": "milligram"}
_ENDS = wordset(
    "min minimum max maximum earliest latest start starts begin begins from since end ends until "
    "lowest highest low high least most lower upper first last after before"
)
_DIASTOLIC = wordset("diastolic total scale out of denominator whole")
_CHANGED = wordset("from")
_TIMES = wordset("times often frequency doses daily")
_CLOSE, _LEAST = 0.02, 0.006
_MANY = 6


def other_number(field: Scalar, said: Evidenced, value: float) -> str | None:
    """Say why a number cannot be the one its quote mentions, or nothing."""
    mentions = quantities_in(said.quote, said.language)
    words = in_english_words(said.quote, said.language)
    plain = {float(word) for word in words if is_number(word)}
    reckoned = {float(word) for word in in_numbers(words) if is_number(word)}
    wanted = _wanted_unit(field, said)
    if reckoned != plain and (why := number_contradiction(value, words)) is not None:
        # What only the typed mentions know: "a couple hundred thousand".
        fresh = {n for mention in mentions for n in mention.readings} - plain
        is_converted = any(_close(value, n) for n in _converted(mentions, wanted, words, said))
        return None if is_converted or _is_one_of(value, fresh) else why
    meant = [m for m in mentions if _is_one_of(_typed(field, value), m.readings)]
    if meant:
        return _misplaced(field, said, value, meant, wanted)
    is_read = bool(mentions) and len(mentions) <= _MANY and reckoned == plain
    if not is_read or _comes_to(value, mentions, wanted, words, said):
        return None
    is_piece = value in plain or any(value in mention.parts for mention in mentions)
    if not is_piece and number_contradiction(value, words) is None:
        return None
    return f"The quote says {_told(mentions)}, and the value is {value:.10g}."


def _comes_to(
    value: float,
    mentions: Sequence[Quantity],
    wanted: str | None,
    words: Sequence[str],
    said: Evidenced,
) -> bool:
    """Say whether the mentions come to a value in the field's unit, or together."""
    converted = _converted(mentions, wanted, words, said)
    is_converted = any(_close(value, number) for number in converted)
    return is_converted or _is_one_of(value, _sums(mentions, words))


def mentions_number(value: float, text: str) -> bool:
    """Say whether a text mentions a number, in whichever of our languages."""
    return any(
        _is_one_of(value, mention.readings)
        for language in LANGUAGES
        for mention in quantities_in(text, language)
    )


def _misplaced(
    field: Scalar, said: Evidenced, value: float, meant: Sequence[Quantity], wanted: str | None
) -> str | None:
    """Find a number that is there, and is one of something else than the field's."""
    name = {*word_texts(said.name.replace("_", " "))}
    words = word_texts(said.quote)
    if all(each.role is NumberRole.END for each in meant):
        is_change = not _CHANGED.isdisjoint(words)
        if name.isdisjoint(_ENDS) and not is_change:
            return f"The quote names a range, and {value:.10g} is one end of it."
    if all(each.role is NumberRole.WHOLE for each in meant) and name.isdisjoint(_DIASTOLIC):
        return f"The quote has {value:.10g} as that of which something is a part."
    measures = [_other_measure(field, said, each, wanted) for each in meant]
    return measures[0] if all(measures) else None


def _other_measure(
    field: Scalar, said: Evidenced, mention: Quantity, wanted: str | None
) -> str | None:
    currency = _wanted_currency(field, said)
    if mention.currency and currency and mention.currency != currency:
        return f"The quote is in {mention.currency}, and the field in {currency}."
    if mention.unit is None or wanted is None or mention.unit == wanted:
        return None
    return f"The quote counts in {mention.unit}s, and the field in {wanted}s."


def _wanted_unit(field: Scalar, said: Evidenced) -> str | None:
    """Take the one unit of the field's name, or else of its description."""
    units = lexicon_of("en").units
    for text in (said.name.replace("_", " "), field.description):
        words = word_texts(text)
        if {"per", "rate", "price", "cost", "each"} & {*words}:
            return None
        found = {units.get(word) or _NAMED_UNITS.get(word) for word in words} - {None}
        if text == field.description:
            found -= {"second"}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _wanted_currency(field: Scalar, said: Evidenced) -> str | None:
    known = lexicon_of("en").currencies
    about = word_texts(said.name.replace("_", " ")) + word_texts(field.description)
    found = {known[word] for word in about if word in known}
    return found.pop() if len(found) == 1 else None


def _converted(
    mentions: Sequence[Quantity], wanted: str | None, words: Sequence[str], said: Evidenced
) -> Iterator[float]:
    """Give what the mentions come to in the field's unit."""
    if "every" in words and _TIMES & {*word_texts(said.name.replace("_", " "))}:
        yield from (24 / n for each in mentions if each.unit == "hour" for n in each.readings if n)
    if wanted is None or wanted not in _FACTORS:
        if len(mentions) == 1:
            yield from (n / 100 for n in mentions[0].readings if mentions[0].unit == "percent")
            yield from _bare(mentions[0], words)
        return
    kind, factor = _FACTORS[wanted]
    total, is_sum = 0.0, False
    smaller = {"foot": "inch", "hour": "minute", "pound": "ounce", "minute": "second"}
    last: str | None = None
    for each in mentions:
        unit = each.unit or (smaller.get(last or "") if last else None)
        known = _FACTORS.get(unit or "")
        if known is None or known[0] != kind:
            continue
        number = min(each.readings)
        if kind == "heat":
            yield (number - 32) / 1.8 if wanted == "celsius" else number * 1.8 + 32
            continue
        yield number * known[1] / factor
        total, is_sum, last = total + number * known[1], True, unit
    if is_sum:
        yield total / factor


def _bare(mention: Quantity, words: Sequence[str]) -> Iterator[float]:
    """Give what a quote with a unit may come to where the field tells none."""
    kind, factor = _FACTORS.get(mention.unit or "", ("", 1.0))
    for other, (other_kind, other_factor) in _FACTORS.items():
        if kind and other_kind == kind and other != mention.unit:
            yield from (number * factor / other_factor for number in mention.readings)
    if mention.currency or "cents" in words:
        yield from (number * 100 for number in mention.readings)
        yield from (number / 100 for number in mention.readings)


def _sums(mentions: Sequence[Quantity], words: Sequence[str]) -> set[float]:
    """Add up what is counted apart: "two adults and one child"."""
    if {"and", "plus"}.isdisjoint(words) or len(mentions) < 2:
        return set()
    numbers = [min(each.readings) for each in mentions]
    return {sum(some) for n in (2, 3) for some in combinations(numbers, n)}


def _is_one_of(value: float, numbers: Iterable[float]) -> bool:
    return any(_is_same(value, number) for number in numbers)


def _typed(field: Scalar, value: float) -> float:
    """Give a number of a field that takes fractions as one, since it need not be rounded."""
    return float(value) if field.kind == "number" else value


def _is_same(value: float, said: float) -> bool:
    """Take a number as it was said, or as a whole one of its fraction."""
    is_rounded = isinstance(value, int) and not said.is_integer() and abs(value - said) <= 0.5
    return abs(value - said) < _LEAST or is_rounded


def _close(value: float, said: float) -> bool:
    return abs(value - said) <= max(_CLOSE * abs(said), 0.5 if abs(said) >= 10 else _LEAST)


def _told(mentions: Sequence[Quantity]) -> str:
    told = [f"{min(each.readings):.10g}" for each in mentions if each.readings]
    return " and ".join(told)


_WRITTEN = re.compile(r"\d[\d\s./-]*\d")
_LEAST_DIGITS = 2


def other_identifier(value: str, said: Evidenced) -> str | None:
    """Find a text of digits that is a piece of what was said: 47 of "forty seven eleven"."""
    if not _WRITTEN.fullmatch(value):
        return None
    digits = "".join(c for c in value if c.isdigit())
    heard = [mention.digits for mention in quantities_in(said.quote, said.language)]
    if digits in heard or not value.isdigit() or len(digits) < _LEAST_DIGITS:
        return None
    whole = next((each for each in heard if digits in each), None)
    return f'The quote says "{whole}", and the value is a piece of it.' if whole else None


def is_dictated(value: str, said: Evidenced) -> bool:
    """Say whether the digits of a text are those of the quote: "oh nine twenty eight" is 09/28."""
    digits = "".join(c for c in value if c.isdigit())
    mentions = quantities_in(said.quote, said.language)
    return (
        _WRITTEN.fullmatch(value) is not None
        and digits == "".join(mention.digits for mention in mentions)
        and not _is_clock(value)
    )


def _is_clock(value: str) -> bool:
    return ":" in value
