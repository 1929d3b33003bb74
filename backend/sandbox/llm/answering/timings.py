"""Dates, times, moments and lengths of time as answers, in the format the field asks for."""

from datetime import datetime

from backend.sandbox.llm.answering.clock_times import find_durations, find_times
from backend.sandbox.llm.answering.dates import find_dates
from backend.sandbox.llm.answering.form import Field
from backend.sandbox.llm.answering.instants import find_instants, in_utc, likely
from backend.sandbox.llm.answering.pieces import Found, Piece
from backend.sandbox.llm.answering.quantities import find_counts, unit_seconds
from backend.sandbox.llm.answering.talk import Sentence

# How many letters may lie between a day and a time of one appointment.
TOGETHER = 6


def dates_said(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    for found in find_dates(sentence.text, now.date() if now else None):
        if field.format != "date":
            yield Piece(found.start, found.end, sentence.text[found.start : found.end], 1.0)
        elif found.day is not None:
            yield Piece(found.start, found.end, found.day.isoformat(), 1.0)


def times_said(field: Field, sentence: Sentence, _now: datetime | None) -> Found:
    for found in find_times(sentence.text):
        said = sentence.text[found.start : found.end]
        value = likely(found).isoformat() if field.format == "time" else said
        yield Piece(found.start, found.end, value, 1.0)


def whens_said(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
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


def instants_said(_field: Field, sentence: Sentence, now: datetime | None) -> Found:
    for start, end, moment in find_instants(sentence.text, now):
        yield Piece(start, end, in_utc(moment), 1.0)


def durations_said(field: Field, sentence: Sentence, now: datetime | None) -> Found:
    if unit_seconds(field) is not None:
        yield from find_counts(field, sentence, now)
        return
    for found in find_durations(sentence.text):
        yield Piece(found.start, found.end, sentence.text[found.start : found.end], 1.0)
