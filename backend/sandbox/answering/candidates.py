"""What in a sentence could answer a field, by the kind of thing the field asks for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from backend.sandbox.answering import phrases
from backend.sandbox.answering.choices import find_choices
from backend.sandbox.answering.clock_times import find_durations, find_times
from backend.sandbox.answering.closeness import covers_name
from backend.sandbox.answering.dates import find_dates
from backend.sandbox.answering.form import Field
from backend.sandbox.answering.instants import find_instants, in_utc, likely
from backend.sandbox.answering.kinds import Kind
from backend.sandbox.answering.lexicon import COURTESIES
from backend.sandbox.answering.profiles import Profile
from backend.sandbox.answering.quantities import (
    find_amounts,
    find_counts,
    find_quantities,
    unit_seconds,
)
from backend.sandbox.answering.talk import Sentence, Talk, questions
from backend.sandbox.answering.words import terms, words
from backend.sandbox.answering.yes_no import denies, reply_polarity

# How many letters may lie between a day and a time of one appointment.
TOGETHER = 6
EMPTY_TERMS = terms(" ".join(COURTESIES))


@dataclass(frozen=True)
class Candidate:
    """A possible value, what says it, and how much it looks the part by itself."""

    value: Any
    sentence: Sentence
    start: int
    end: int
    weight: float
    # Whether what was asked before tells what it is about.
    is_answer: bool = True


class Piece(NamedTuple):
    """A part of a sentence with the value it could give."""

    start: int
    end: int
    value: Any
    weight: float
    # A statement that stands for itself, whatever was asked before.
    is_statement: bool = False


Found = Iterator[Piece]
Finder = Callable[[Field, Sentence, datetime | None], Found]


def candidates(profile: Profile, talk: Talk) -> Iterator[Candidate]:
    find = FINDERS[profile.kind]
    for sentence in talk.sentences:
        for piece in find(profile.field, sentence, talk.now):
            if piece.is_statement and not covers_name(profile, sentence):
                continue
            yield Candidate(
                piece.value,
                sentence,
                sentence.start + piece.start,
                sentence.start + piece.end,
                piece.weight,
                not piece.is_statement,
            )


def _dates(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    for found in find_dates(sentence.text, now.date() if now else None):
        if field.format != "date":
            yield Piece(found.start, found.end, sentence.text[found.start : found.end], 1.0)
        elif found.day is not None:
            yield Piece(found.start, found.end, found.day.isoformat(), 1.0)


def _times(field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    for found in find_times(sentence.text):
        said = sentence.text[found.start : found.end]
        value = likely(found).isoformat() if field.format == "time" else said
        yield Piece(found.start, found.end, value, 1.0)


def _whens(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    """Join a day and a time that stand together."""
    days = [(found.start, found.end) for found in find_dates(sentence.text, None)]
    times = [(found.start, found.end) for found in find_times(sentence.text)]
    joined: list[tuple[int, int]] = []
    for start, end in sorted(days + times):
        if joined and start - joined[-1][1] <= TOGETHER:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    for start, end in joined:
        yield Piece(start, end, sentence.text[start:end], 1.0)


def _instants(_field: Field, sentence: Sentence, now: datetime | None) -> Found:
    for start, end, moment in find_instants(sentence.text, now):
        yield Piece(start, end, in_utc(moment), 1.0)


def _durations(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    if unit_seconds(field) is not None:
        yield from find_counts(field, sentence, now)
        return
    for found in find_durations(sentence.text):
        yield Piece(found.start, found.end, sentence.text[found.start : found.end], 1.0)


def _matches(*patterns: Any) -> Finder:
    def find(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
        for pattern in patterns:
            for match in pattern.finditer(sentence.text):
                yield Piece(match.start(), match.end(), match[0].strip(" ,.-"), 1.0)

    return find


def _choices(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    plain = {choice.casefold(): choice for choice in field.choices}
    agreeing, refusing = plain.get("yes"), plain.get("no", plain.get("none"))
    if agreeing or refusing:
        for piece in _yes_no(field, sentence, now):
            choice = agreeing if piece.value else refusing
            if choice:
                yield piece._replace(value=choice)
    yield from _agreed_choices(field, sentence)
    if sentence.is_question:
        return
    text = sentence.text
    for start, end in phrases.clauses(text, 0, len(text)):
        for at, to, choice, weight in find_choices(field, words(text)):
            if start <= at < end and not denies(text[start:at]):
                yield Piece(at, to, choice, weight)


def _agreed_choices(field: Field, sentence: Sentence) -> Found:
    """Take the choice a question names when the answer is yes, and names none itself."""
    if sentence.start or sentence.heard is None or not reply_polarity(sentence.turn.plain):
        return
    named = {
        choice: weight
        for *_, choice, weight in find_choices(field, words(questions(sentence.heard.plain)))
    }
    piece = next(phrases.clauses(sentence.text, 0, len(sentence.text)), None)
    if piece and len(named) == 1:
        for choice, weight in named.items():
            yield Piece(*piece, choice, weight)


def _yes_no(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    text = sentence.text
    polarity = reply_polarity(text) if sentence.start == 0 else None
    pieces = list(phrases.clauses(text, 0, len(text)))
    if polarity is not None and sentence.heard is not None:
        yield Piece(*pieces[0], polarity, 1.0)
    elif not sentence.is_question and pieces:
        for start, end in pieces:
            yield Piece(start, end, not denies(text[start:end]), 0.0, is_statement=True)


def _names(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    for start, end in phrases.names(sentence.text, 0, len(sentence.text)):
        yield Piece(start, end, sentence.text[start:end], 0.5)


def _places(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    yield from _names(field, sentence, now)
    for start, end in phrases.places(sentence.text, 0, len(sentence.text)):
        until = min((m for m in _moments(sentence.text) if start <= m), default=end)
        said = sentence.text[start : min(end, until)].rstrip(" ,")
        if terms(said):
            is_named = any(letter.isupper() or letter.isdigit() for letter in said)
            yield Piece(start, start + len(said), said, 2.5 if is_named else 0.3)


def _moments(text: str) -> list[int]:
    starts = [found.start for found in find_dates(text, None)]
    starts += [found.start for found in find_times(text)]
    return starts + [found.start for found in find_durations(text)]


def _reasons(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    for start, end in phrases.reasons(sentence.text, 0, len(sentence.text)):
        yield Piece(start, end, sentence.text[start:end], 3.0)
    yield from _texts(field, sentence, now)


def _texts(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    if sentence.is_question:
        return
    for start, end in phrases.clauses(sentence.text, 0, len(sentence.text)):
        span = phrases.content(sentence.text, start, end)
        if span and terms(sentence.text[span[0] : span[1]]) - EMPTY_TERMS:
            yield Piece(*span, sentence.text[span[0] : span[1]], 0.0)


FINDERS: dict[Kind, Finder] = {
    Kind.CHOICE: _choices,
    Kind.YES_NO: _yes_no,
    Kind.NUMBER: find_quantities,
    Kind.COUNT: find_counts,
    Kind.MONEY: find_amounts,
    Kind.DATE: _dates,
    Kind.TIME: _times,
    Kind.WHEN: _whens,
    Kind.INSTANT: _instants,
    Kind.DURATION: _durations,
    Kind.PHONE: _matches(phrases.PHONE, phrases.SPOKEN_DIGITS),
    Kind.EMAIL: _matches(phrases.EMAIL, phrases.SPOKEN_EMAIL),
    Kind.LINK: _matches(phrases.LINK),
    Kind.NAME: _names,
    Kind.PLACE: _places,
    Kind.REASON: _reasons,
    Kind.TEXT: _texts,
}
