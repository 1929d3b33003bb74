"""What in a sentence could answer a field, by the kind of thing the field asks for."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

from backend.sandbox.llm.filling import moments
from backend.sandbox.llm.filling.numbers import find_numbers
from backend.sandbox.llm.filling.talk import Sentence, denies, polarity
from backend.sandbox.llm.filling.words import folded, listed, terms
from backend.sandbox.llm.form import Field

PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d ().-]{5,}\d(?!\w)")
DIGITS = listed("zero one two three four five six seven eight nine")
SPOKEN_PHONE = re.compile(rf"\b(?:(?:oh|{'|'.join(DIGITS)})\b[ ,.-]*){{7,}}", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NAME = re.compile(r"\b[A-Z][\w-]+(?: (?:[A-Z][\w-]+|of|de|del))* [A-Z][\w-]+|\b[A-Z][\w-]+")
PLACE = re.compile(
    r"\b(?i:in|near|at|past|passed|on|outside|from|by)\s+(?:the\s+)?"
    r"(?P<place>(?:mile marker [\w-]+ |exit \w+ )?(?:on )?(?:the )?[A-Z][\w'-]*.*)"
)
NAMED = re.compile(r"\b(?:names?|person|company|city|town|artist|title|brand|nombre)\b")
INTRODUCED = re.compile(r"\b(?i:this is|my name is|i'm|name's) $")
PLACED = re.compile(r"\b(?:location|where|place|address|position|ubicacion)\b")
LEAD_IN = re.compile(
    r"^(?:\W|\b(?:uh|um|well|so|yeah|yes|no|oh|hmm|okay|ok|honestly|and|but|pues|este)\b)*",
    re.IGNORECASE,
)
TRAILING = " ,.;:!?-"


class Piece(NamedTuple):
    """A part of a sentence with the value it gives, and how much it looks the part by itself."""

    value: Any
    text: str
    weight: float = 0.0


def find_pieces(field: Field, sentence: Sentence, now: datetime | None) -> Iterator[Piece]:
    if field.choices and all(isinstance(choice, str) for choice in field.choices):
        yield from _choices(field, sentence)
    elif field.type == "boolean":
        yield from _yes_no(field, sentence)
    elif field.type in {"integer", "number"} or field.choices:
        yield from _numbers(field, sentence.text)
    elif field.format in {"date", "time", "date-time"}:
        yield from _moments(field.format, sentence.text, now)
    elif _is_phone(field):
        yield from _phones(sentence.text)
    elif "email" in (field.format, *terms(field.name)) or "e-mail" in field.label:
        yield from (Piece(match[0], match[0], 1.0) for match in EMAIL.finditer(sentence.text))
    elif field.type in {"string", None} and field.format is None:
        yield from _texts(field, sentence)


def _choices(field: Field, sentence: Sentence) -> Iterator[Piece]:
    about = _described_choices(field)
    for choice in field.choices:
        for clause in re.split(r",|\bbut\b|\bthen\b", sentence.text):
            own = terms(str(choice)) & terms(clause)
            told = about.get(choice, frozenset()) & terms(clause)
            if (own or len(told) > 1) and not denies(clause):
                weight = 2.0 * len(own) / max(len(terms(str(choice))), 1) + 0.5 * len(told)
                yield Piece(choice, clause.strip(TRAILING), weight)


def _described_choices(field: Field) -> dict[str, frozenset[str]]:
    """Read `Delayed: behind schedule.` in a description as what the choice means."""
    told = re.findall(r"(\w[\w -]*): ([^.]+)", field.label)
    plain = {folded(choice).replace("_", " "): choice for choice in field.choices}
    return {
        plain[name]: terms(words)
        for name, words in ((folded(name).replace("_", " "), words) for name, words in told)
        if name in plain
    }


def _yes_no(field: Field, sentence: Sentence) -> Iterator[Piece]:
    about = terms(f"{field.label} {field.name}")
    reply = polarity(sentence.text)
    if reply is not None and about & sentence.asked and not sentence.is_by_agent:
        yield Piece(reply, sentence.text, 1.0)
    elif len(about & sentence.terms) > (0 if about & sentence.asked else 1):
        yield Piece(not denies(sentence.text), sentence.text)


def _numbers(field: Field, text: str) -> Iterator[Piece]:
    for number in find_numbers(text):
        value = number.value
        if (
            re.match(r"\W+hours?\b", text[number.end :])
            and "minute" in f"{field.label}{field.name}"
        ):
            value *= 60
        is_whole = value == int(value)
        if is_whole or field.type == "number":
            fits = int(value) if is_whole else value
            if not field.choices or fits in field.choices:
                yield Piece(fits, text)


def _moments(format_: str, text: str, now: datetime | None) -> Iterator[Piece]:
    if format_ == "date":
        found = [(day, day.day) for day in moments.find_days(text, now)]
        yield from (Piece(str(value), text, 1.0) for _, value in found)
    elif format_ == "time":
        yield from (Piece(str(each.clock), text, 1.0) for each in moments.find_times(text))
    else:
        for each in moments.find_instants(text, now):
            if each.instant is not None:
                instant = each.instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
                yield Piece(instant, text, 1.0)


def _is_phone(field: Field) -> bool:
    return field.format == "phone" or "phone" in terms(f"{field.name} {field.label}")


def _phones(text: str) -> Iterator[Piece]:
    for match in (*PHONE.finditer(text), *SPOKEN_PHONE.finditer(text)):
        said = match[0].strip(TRAILING)
        written = re.sub(r"\boh\b", "0", said, flags=re.IGNORECASE)
        for digit, name in enumerate(DIGITS):
            written = re.sub(rf"\b{name}\b", str(digit), written, flags=re.IGNORECASE)
        digits = re.sub(r"\D", "", written)
        is_american = len(digits) == 10 and digits[0] > "1"
        yield Piece(f"{'+1' if is_american else '+' if said[0] == '+' else ''}{digits}", said, 1.0)


def _texts(field: Field, sentence: Sentence) -> Iterator[Piece]:
    """Take a name, a place, or else the whole thought without what people begin with."""
    kind = folded(f"{field.name.replace('_', ' ')} {' '.join(field.label.split()[:4])}")
    thought = LEAD_IN.sub("", sentence.text).strip(TRAILING)
    if NAMED.search(kind):
        start = len(sentence.text) - len(sentence.text.lstrip())
        for match in NAME.finditer(sentence.text):
            is_introduced = INTRODUCED.search(sentence.text[: match.start()]) and "nam" in terms(
                field.name
            )
            if match.start() > start or " " in match[0]:
                yield Piece(match[0], sentence.text, 1.0 if is_introduced else 0.5)
    elif PLACED.search(kind) and (found := PLACE.search(sentence.text)):
        yield Piece(found["place"].strip(TRAILING), sentence.text, 1.0)
    elif len(thought.split()) > 1 and not sentence.is_by_agent and "?" not in sentence.text:
        yield Piece(thought, thought if len(thought.split()) > 2 else sentence.text)
