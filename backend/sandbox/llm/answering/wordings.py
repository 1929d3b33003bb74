"""Choices, yes and no, names, places and free text as answers."""

from datetime import datetime

from backend.sandbox.llm.answering import phrases
from backend.sandbox.llm.answering.choices import find_choices
from backend.sandbox.llm.answering.clock_times import find_durations, find_times
from backend.sandbox.llm.answering.dates import find_dates
from backend.sandbox.llm.answering.form import Field
from backend.sandbox.llm.answering.lexicon import COURTESIES
from backend.sandbox.llm.answering.pieces import Found, Piece
from backend.sandbox.llm.answering.talk import Sentence, questions
from backend.sandbox.llm.answering.words import terms, words
from backend.sandbox.llm.answering.yes_no import denies, reply_polarity

EMPTY_TERMS = terms(" ".join(COURTESIES))


def choices_said(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    plain = {choice.casefold(): choice for choice in field.choices}
    agreeing, refusing = plain.get("yes"), plain.get("no", plain.get("none"))
    if agreeing or refusing:
        for piece in yes_no_said(field, sentence, now):
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
    if not _is_reply(sentence) or sentence.heard is None or not reply_polarity(sentence.text):
        return
    named = {
        choice: weight
        for *_, choice, weight in find_choices(field, words(questions(sentence.heard.plain)))
    }
    piece = next(phrases.clauses(sentence.text, 0, len(sentence.text)), None)
    if piece and len(named) == 1:
        for choice, weight in named.items():
            yield Piece(*piece, choice, weight)


def yes_no_said(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    text = sentence.text
    polarity = reply_polarity(text) if _is_reply(sentence) else None
    pieces = list(phrases.clauses(text, 0, len(text)))
    if polarity is not None:
        yield Piece(*pieces[0], polarity, 1.0)
    elif not sentence.is_question and pieces:
        for start, end in pieces:
            yield Piece(start, end, not denies(text[start:end]), 0.0, is_statement=True)


def _is_reply(sentence: Sentence) -> bool:
    """Say whether a yes or no here answers something; the agent's only answers a question."""
    if sentence.start or sentence.heard is None:
        return False
    return not sentence.is_by_agent or "?" in sentence.heard.plain


def names_said(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    for start, end in phrases.names(sentence.text, 0, len(sentence.text)):
        yield Piece(start, end, sentence.text[start:end], 0.5)


def places_said(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    yield from names_said(field, sentence, now)
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


def reasons_said(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    for start, end in phrases.reasons(sentence.text, 0, len(sentence.text)):
        yield Piece(start, end, sentence.text[start:end], 3.0)
    yield from texts_said(field, sentence, now)


def texts_said(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    if sentence.is_question:
        return
    for start, end in phrases.clauses(sentence.text, 0, len(sentence.text)):
        span = phrases.content(sentence.text, start, end)
        if span and terms(sentence.text[span[0] : span[1]]) - EMPTY_TERMS:
            yield Piece(*span, sentence.text[span[0] : span[1]], 0.0)
