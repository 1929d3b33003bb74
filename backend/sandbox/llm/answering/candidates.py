"""What in a conversation could answer a field, by the kind of thing the field asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from backend.sandbox.llm.answering import contacts, quantities, timings, wordings
from backend.sandbox.llm.answering.closeness import covers_name
from backend.sandbox.llm.answering.kinds import Kind
from backend.sandbox.llm.answering.pieces import Finder
from backend.sandbox.llm.answering.profiles import Profile
from backend.sandbox.llm.answering.talk import Sentence, Talk


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
    Kind.PHONE: contacts.phones_said,
    Kind.EMAIL: contacts.emails_said,
    Kind.LINK: contacts.links_said,
    Kind.NAME: wordings.names_said,
    Kind.PLACE: wordings.places_said,
    Kind.REASON: wordings.reasons_said,
    Kind.TEXT: wordings.texts_said,
}
