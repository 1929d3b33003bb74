"""Counts and sums of money as answers: in the field's unit, within its bounds, of its type."""

import re
from collections.abc import Iterator
from datetime import datetime

from backend.sandbox.llm.answering.calendar_words import UNIT_SECONDS
from backend.sandbox.llm.answering.clock_times import find_durations, find_times
from backend.sandbox.llm.answering.contacts import PHONE
from backend.sandbox.llm.answering.dates import find_dates
from backend.sandbox.llm.answering.form import Field
from backend.sandbox.llm.answering.numbers import Number, find_numbers
from backend.sandbox.llm.answering.pieces import Found, Piece
from backend.sandbox.llm.answering.talk import Sentence
from backend.sandbox.llm.answering.words import folded, label_text, words

CURRENCY_BEFORE = re.compile(r"(?:[$€£]|US\$|USD )\s?$")
CURRENCY_AFTER = re.compile(
    r"\s*(?:dollars?|bucks|usd|euros?|pounds sterling|pesos|dólares)\b", re.IGNORECASE
)
AT_LEAST = re.compile(r"\bat least (-?\d+(?:\.\d+)?)\b", re.IGNORECASE)
AT_MOST = re.compile(r"\bat most (-?\d+(?:\.\d+)?)\b", re.IGNORECASE)
# In an answer this short a bare number is in the unit that was asked for.
SHORT = 3


def find_quantities(field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    text = sentence.text
    unit = unit_seconds(field)
    if unit is not None:
        for duration in find_durations(text):
            value = _fitted(field, duration.seconds / unit)
            if value is not None:
                yield Piece(duration.start, duration.end, value, 0.2)
    if unit is not None and len(words(text)) > SHORT:
        return
    for number in _free_numbers(text):
        value = _fitted(field, number.value)
        if value is not None and not _is_money(text, number.start, number.end):
            yield Piece(number.start, number.end, value, 0.0)


def find_counts(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    """Find numbers for a field that takes them as text, as they were said."""
    for piece in find_quantities(field, sentence, now):
        number = next(iter(find_numbers(sentence.text[piece.start : piece.end])), None)
        if number is not None:
            end = piece.start + number.end
            yield piece._replace(end=end, value=sentence.text[piece.start : end])


def find_amounts(field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    text = sentence.text
    cents = (
        100 if re.search(r"\bcents?\b", f"{label_text(field.name)} {field.label}".lower()) else 1
    )
    for number in _free_numbers(text):
        before = CURRENCY_BEFORE.search(text, 0, number.start)
        after = CURRENCY_AFTER.match(text, number.end)
        start = before.start() if before else number.start
        end = after.end() if after else number.end
        weight = 1.0 if before or after else 0.0
        if field.type == "string":
            yield Piece(start, end, text[start:end], weight)
        elif (value := _fitted(field, number.value * cents)) is not None:
            yield Piece(start, end, value, weight)


def _free_numbers(text: str) -> Iterator[Number]:
    """Leave out the numbers that belong to a date, a time, a length of time or a telephone."""
    taken = [match.span() for match in PHONE.finditer(text)]
    taken += [(found.start, found.end) for found in find_dates(text, None)]
    taken += [(found.start, found.end) for found in find_times(text)]
    taken += [(found.start, found.end) for found in find_durations(text)]
    for number in find_numbers(text):
        if not any(start < number.end and number.start < end for start, end in taken):
            yield number


def _is_money(text: str, start: int, end: int) -> bool:
    return bool(CURRENCY_BEFORE.search(text, 0, start) or CURRENCY_AFTER.match(text, end))


def unit_seconds(field: Field) -> int | None:
    """Find the unit of time a field counts in, from its name or else its description."""
    for label in (label_text(field.name), field.label):
        for word in words(folded(label)):
            unit = word.text.removesuffix("s")
            if unit in UNIT_SECONDS:
                return UNIT_SECONDS[unit]
    return None


def _told_bounds(label: str) -> dict[str, float]:
    """Read bounds that are told in words, as not every model takes them in its schema."""
    said = {"minimum": AT_LEAST.search(label), "maximum": AT_MOST.search(label)}
    return {bound: float(match[1]) for bound, match in said.items() if match}


def _fitted(field: Field, value: float) -> int | float | None:
    """Give the number the field's type, or nothing if it is not one the field allows."""
    if field.type == "integer" or value.is_integer():
        if not value.is_integer():
            return None
        value = int(value)
    bounds = {**_told_bounds(field.label), **field.schema}
    if field.choices and value not in field.choices:
        return None
    if value < bounds.get("minimum", value) or value > bounds.get("maximum", value):
        return None
    if value <= bounds.get("exclusiveMinimum", value - 1):
        return None
    return None if value >= bounds.get("exclusiveMaximum", value + 1) else value
