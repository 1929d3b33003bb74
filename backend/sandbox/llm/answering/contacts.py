"""Telephone numbers, e-mail addresses and links, written or spoken, as answers."""

import re
from datetime import datetime

from backend.sandbox.llm.answering.form import Field
from backend.sandbox.llm.answering.lexicon import numbered
from backend.sandbox.llm.answering.pieces import Found, Piece
from backend.sandbox.llm.answering.talk import Sentence

PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d ().-]{5,}\d(?!\w)")
DIGITS = numbered("zero/oh one two three four five six seven eight nine")
SPOKEN_PHONE = re.compile(rf"\b(?:(?:plus )?(?:{'|'.join(DIGITS)})\b[ ,.-]*){{7,}}", re.IGNORECASE)
# Ten digits are one of North America's numbers, of which the first is never 0 or 1.
NORTH_AMERICAN = re.compile(r"1?([2-9]\d{9})")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
SPOKEN_EMAIL = re.compile(
    r"\b\w+(?:(?: dot | underscore |\.)\w+)* at \w+(?:(?: dot |\.)\w+)+\b", re.IGNORECASE
)
LINK = re.compile(r"\bhttps?://\S+[\w/]|\b(?:[\w-]+\.)+(?:com|org|net|io|co|edu|gov)\b(?:/\S*\w)?")


def phones_said(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    for pattern in (PHONE, SPOKEN_PHONE):
        for match in pattern.finditer(sentence.text):
            said = match[0].rstrip(" ,.-")
            yield Piece(match.start(), match.start() + len(said), dialled(said), 1.0)


def dialled(said: str) -> str:
    """Write a number as it is dialled, with the country where that can be told."""
    for name, digit in DIGITS.items():
        said = re.sub(rf"\b{name}\b", str(digit), said, flags=re.IGNORECASE)
    digits = re.sub(r"\D", "", said)
    if said.startswith("+") or said.casefold().startswith("plus"):
        return f"+{digits}"
    match = NORTH_AMERICAN.fullmatch(digits)
    return f"+1{match[1]}" if match else digits


def emails_said(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    for match in EMAIL.finditer(sentence.text):
        yield Piece(match.start(), match.end(), match[0], 1.0)
    for match in SPOKEN_EMAIL.finditer(sentence.text):
        name, _, host = re.sub(r" dot ", ".", match[0], flags=re.IGNORECASE).rpartition(" at ")
        value = f"{name.replace(' underscore ', '_')}@{host}".lower()
        yield Piece(match.start(), match.end(), value, 1.0)


def links_said(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    for match in LINK.finditer(sentence.text):
        yield Piece(match.start(), match.end(), match[0], 1.0)
