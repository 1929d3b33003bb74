"""What in a conversation could answer a field, by the kind of thing the field asks for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backend.sandbox.answering import phrases, quantities, timings, wordings
from backend.sandbox.answering.closeness import covers_name
from backend.sandbox.answering.form import Field
from backend.sandbox.answering.kinds import Kind
from backend.sandbox.answering.pieces import Finder, Found, Piece
from backend.sandbox.answering.profiles import Profile
from backend.sandbox.answering.talk import Sentence, Talk


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


def _matches(*patterns: re.Pattern[str]) -> Finder:
    def find(_field: Field, sentence: Sentence, _now: datetime | None) -> Found:
        for pattern in patterns:
            for match in pattern.finditer(sentence.text):
                yield Piece(match.start(), match.end(), match[0].strip(" ,.-"), 1.0)

    return find


FINDERS: dict[Kind, Finder] = {
    Kind.CHOICE: wordings.choices_said,
    Kind.YES_NO: wordings.yes_no_said,
    Kind.NUMBER: quantities.find_quantities,
    Kind.COUNT: quantities.find_counts,
    Kind.MONEY: quantities.find_amounts,
    Kind.DATE: timings.dates_said,
    Kind.TIME: timings.times_said,
    Kind.WHEN: timings.whens_said,
    Kind.INSTANT: timings.instants_said,
    Kind.DURATION: timings.durations_said,
    Kind.PHONE: _matches(phrases.PHONE, phrases.SPOKEN_DIGITS),
    Kind.EMAIL: _matches(phrases.EMAIL, phrases.SPOKEN_EMAIL),
    Kind.LINK: _matches(phrases.LINK),
    Kind.NAME: wordings.names_said,
    Kind.PLACE: wordings.places_said,
    Kind.REASON: wordings.reasons_said,
    Kind.TEXT: wordings.texts_said,
}
