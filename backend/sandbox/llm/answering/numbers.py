"""Numbers as people say them: digits, words in English and Spanish, and mixtures of both."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from backend.sandbox.llm.answering.lexicon import numbered, word_set
from backend.sandbox.llm.answering.words import folded, words

SMALL = numbered(
    """zero/cero one/uno/una/un two/dos/couple/pair three/tres four/cuatro five/cinco six/seis
    seven/siete eight/ocho nine/nueve ten/diez eleven twelve/doce/dozen/docena thirteen/trece
    fourteen/catorce fifteen/quince sixteen/dieciseis seventeen/diecisiete eighteen/dieciocho
    nineteen/diecinueve"""
)
TENS = numbered(
    """twenty/veinte thirty/treinta forty/cuarenta fifty/cincuenta sixty/sesenta seventy/setenta
    eighty/ochenta ninety/noventa""",
    start=2,
    step=10,
)
HUNDREDS = numbered(
    """cien/ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos
    ochocientos novecientos""",
    start=1,
    step=100,
)
SCALES = {"hundred": 1e2, "thousand": 1e3, "k": 1e3, "mil": 1e3, "grand": 1e3}
SCALES |= dict.fromkeys(("million", "millon", "millones"), 1e6)
HALVES = frozenset({"half", "medio", "media"})
ORDINALS = frozenset({"st", "nd", "rd", "th"})
DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
# `I-80` and `A-4` are names.
LABELLED = re.compile(r"\b[A-Z]{1,3}-$")
# `that one` and `one of them` count nothing.
POINTING = word_set("this that which the no any another each every next other")
POINTED = word_set("of that more i is de thing poco poquito rato")
AMBIGUOUS = word_set("one un una uno")


@dataclass(frozen=True)
class Part:
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Number:
    start: int
    end: int
    value: float


@lru_cache(maxsize=2048)
def find_numbers(text: str) -> tuple[Number, ...]:
    """Find every number in the text, each in its longest reading."""
    found = []
    for run in _runs(text):
        index = 0
        while index < len(run):
            count, value = _read(run[index:])
            if count and not _counts_nothing(run, index, count):
                found.append(Number(run[index].start, run[index + count - 1].end, value))
            index += count or 1
    return tuple(found)


def _runs(text: str) -> list[list[Part]]:
    """Words that only spaces and hyphens part, with `1,500.50` in one piece and `15k` in two."""
    runs: list[list[Part]] = []
    end = -1
    for word in words(text):
        if word.start < end:
            continue
        if not runs or text[end : word.start].strip(" -$"):
            runs.append([])
        if LABELLED.search(text, 0, word.start):
            end = word.end
            continue
        digits = DIGITS.match(text, word.start)
        at = digits.end() if digits else word.start
        if digits:
            runs[-1].append(Part(digits[0].replace(",", ""), word.start, at))
        end = max(at, word.end)
        if end > at:
            runs[-1].append(Part(folded(text[at:end]), at, end))
    return runs


def _read(run: Sequence[Part]) -> tuple[int, float]:
    """Read the number the words begin with: how many words it takes (0 if none), its value."""
    total, current, used = 0.0, 0.0, 0
    for position, word in enumerate(run):
        value = _value(word.text)
        is_new = used == 0 or run[position - 1].text in SCALES
        if value is not None and (is_new or (word.text.isalpha() and _fits(current, value))):
            current += value
        elif word.text in SCALES and (used or word.text == "mil"):
            current = (current or 1) * SCALES[word.text]
            if SCALES[word.text] >= SCALES["thousand"]:
                total, current = total + current, 0.0
        elif word.text in HALVES and used and run[position - 1].text in {"and", "a", "y"}:
            current += 0.5
        elif not (used and _joins(run, position)):
            break
        used = position + 1
    if used < len(run) and run[used].text in ORDINALS:
        return 0, 0.0
    return used, total + current


def _value(text: str) -> float | None:
    if DIGITS.fullmatch(text):
        return float(text)
    return next((float(table[text]) for table in (SMALL, TENS, HUNDREDS) if text in table), None)


def _fits(current: float, value: float) -> bool:
    """`twenty five` is one number; `two thirty` and `5 5` are two."""
    if current and current % 100 == 0:
        return value < 100
    return current % 100 >= 20 and current % 10 == 0 and 0 < value < 10


def _joins(run: Sequence[Part], position: int) -> bool:
    """Whether the `and` here is part of the number, as in `two and a half`."""
    if run[position].text not in {"and", "a", "y"}:
        return False
    following = [word.text for word in run[position + 1 : position + 3]]
    if following[:1] and (following[0] in HALVES or following == ["a", "half"]):
        return True
    previous = run[position - 1].text
    is_sum = previous in SCALES or previous in HUNDREDS or previous in TENS
    return bool(following) and is_sum and _value(following[0]) is not None


def _counts_nothing(run: Sequence[Part], index: int, count: int) -> bool:
    if count > 1 or run[index].text not in AMBIGUOUS:
        return False
    before = run[index - 1].text if index else ""
    after = run[index + 1].text if index + 1 < len(run) else ""
    return before in POINTING or after in POINTED
