"""Judging one value by its quote and the call: the rules object, prove, or leave it open.

Rules may object, never acquit: what they neither object to nor prove is for a second reading.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from backend.grounding.agreement.any_language import contradiction_in
from backend.grounding.agreement.context import denied, doubts, misread, replaced_later, taken_back
from backend.grounding.agreement.days import names_moment
from backend.grounding.agreement.english import is_plain, is_qualified
from backend.grounding.agreement.evidenced import Evidenced
from backend.grounding.agreement.proposals import is_left_open
from backend.grounding.fields import Scalar
from backend.grounding.mentions.quantities import quantities_in
from backend.grounding.speech.numbers import is_number
from backend.grounding.speech.words import NEGATIONS, word_texts
from backend.grounding.transcript import Found, Transcript


class ObjectionCode(StrEnum):
    NO_QUOTE = "no_quote"
    QUOTE_NOT_FOUND = "quote_not_found"
    WRONG_SPEAKER = "wrong_speaker"
    VALUE_CONTRADICTS_QUOTE = "value_contradicts_quote"
    TAKEN_BACK = "taken_back"


class Outcome(StrEnum):
    OBJECTED = "objected"
    TO_SECOND_READING = "to_second_reading"
    PROVEN = "proven"


@dataclass(frozen=True)
class Claim:
    """A value somebody gives for a field, with the words and turns it is said to rest on."""

    name: str
    field: Scalar
    value: Any
    quote: str
    turns: Sequence[int] = ()


class Objection(NamedTuple):
    code: ObjectionCode
    message: str


@dataclass(frozen=True)
class Verdict:
    """What the rules say of a claim. `found` is where its quote is from."""

    found: Found | None
    objections: Sequence[Objection] = ()
    # Looked for when they are asked for: of a long call that takes longer than all else.
    look_for_doubts: Callable[[], Iterator[str]] = lambda: iter(())

    @cached_property
    def doubts(self) -> Sequence[str]:
        """Why the rules do not prove the claim; empty when they do, or object."""
        return () if self.objections else tuple(self.look_for_doubts())

    @property
    def outcome(self) -> Outcome:
        if self.objections:
            return Outcome.OBJECTED
        return Outcome.TO_SECOND_READING if self.doubts else Outcome.PROVEN


def judge_claim(
    claim: Claim, transcript: Transcript, *, began_at: datetime | None = None
) -> Verdict:
    """Judge a claim. `began_at` is when the call began, in the zone its times are meant in."""
    if not claim.quote:
        return Verdict(None, [Objection(ObjectionCode.NO_QUOTE, "The value has no quote.")])
    named = [turn for turn in claim.turns if turn in transcript.roles]
    found = transcript.find(claim.quote, named)
    if found is None:
        return Verdict(None, [_not_found(claim, transcript)])
    objections = [*_objections(claim, found, transcript, began_at)]
    if objections:
        return Verdict(found, objections)
    return Verdict(found, look_for_doubts=lambda: _doubts(claim, found, transcript, began_at))


def is_borne_out(claim: Claim, verdict: Verdict, turn: int, transcript: Transcript) -> bool:
    """Say whether a turn that is named in support of a claim does not speak against it.

    The claim's own turns and those right around them have been judged with it.
    """
    if verdict.found is None:
        return False
    if any(abs(turn - own) <= _AROUND for own in verdict.found.turns):
        return True
    return not judge_claim(_resting_on(claim, turn, transcript), transcript).objections


def may_contradict(claim: Claim, verdict: Verdict, turn: int, transcript: Transcript) -> bool:
    """Say whether a turn that is named against a claim has anything to contradict it with.

    Of values that are numbers, days or times, something of the kind has to be said there, or a no;
    for all others any words will do.
    """
    own = verdict.found.turns if verdict.found else ()
    if not _has_figures(claim.value) or turn in own:
        return True
    said = word_texts(transcript.text(turn))
    return any(map(is_number, said)) or names_moment(said) or not NEGATIONS.isdisjoint(said)


_AROUND = 1


def _resting_on(claim: Claim, turn: int, transcript: Transcript) -> Claim:
    return replace(claim, quote=transcript.text(turn), turns=[turn])


def _has_figures(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return not isinstance(value, str) or any(map(str.isdigit, value))


def _not_found(claim: Claim, transcript: Transcript) -> Objection:
    message = "The quote is not in the transcript, word for word."
    if transcript.has(claim.quote):
        message = "The quote is not from the turns named with it, and could be from several."
    return Objection(ObjectionCode.QUOTE_NOT_FOUND, message)


_TYPES = {"string": str, "integer": int, "number": int | float, "boolean": bool}


def _objections(
    claim: Claim, found: Found, transcript: Transcript, began_at: datetime | None
) -> Iterator[Objection]:
    speakers = {transcript.roles[turn] for turn in found.turns}
    if claim.field.said_by and claim.field.said_by not in speakers:
        message = f"The {claim.field.said_by} has to have said this; the quote is from another."
        yield Objection(ObjectionCode.WRONG_SPEAKER, message)
    # What has no right form has no meaning that a quote could contradict.
    if isinstance(claim.value, _TYPES[claim.field.kind]):
        said = _evidenced(claim, found, transcript, began_at)
        why = contradiction_in(said.language, claim.field, said) or denied(claim.field, said)
        why = why or misread(claim.field, said)
        if why is not None:
            yield Objection(ObjectionCode.VALUE_CONTRADICTS_QUOTE, why)
        elif (
            why := taken_back(claim.field, said) or replaced_later(claim.field, said)
        ) is not None:
            yield Objection(ObjectionCode.TAKEN_BACK, why)


def _evidenced(
    claim: Claim, found: Found, transcript: Transcript, began_at: datetime | None
) -> Evidenced:
    is_agents = {transcript.roles[turn] for turn in found.turns} == {"agent"}
    return Evidenced(
        name=claim.name,
        value=claim.value,
        quote=found.text,
        preceded_by=found.preceded_by,
        answers_to=transcript.said_before(found.turns[0]),
        answered_by=transcript.said_after(found.turns[-1]),
        asked_in=_asked_in(found, transcript),
        reply=transcript.reply_to(found.turns[-1]),
        is_agents_turn=is_agents and transcript.is_most_of(found),
        turn_text=" ".join(transcript.text(turn) for turn in found.turns),
        later=transcript.later(found.turns[-1]),
        is_agents=is_agents,
        language=transcript.language_of(found.turns[-1]),
        all_words=transcript.vocabulary,
        began_at=began_at,
    )


def _doubts(
    claim: Claim, found: Found, transcript: Transcript, began_at: datetime | None
) -> Iterator[str]:
    """Say what keeps the rules from proving a claim: anything but its own plain mention."""
    said = _evidenced(claim, found, transcript, began_at)
    if not (is_plain(claim.value, found.text) or _is_its_number(claim, said)):
        yield "The quote has not the value itself."
    elif is_qualified(claim.value, found.text):
        yield "The quote has words that may turn it down."
    if not isinstance(claim.value, _TYPES[claim.field.kind]):
        yield "It has not the form of the field."
        return
    if is_left_open(_asked_in(found, transcript), transcript.reply_to(found.turns[-1])):
        yield "The agent asked it, and got no plain yes."
    yield from doubts(claim.field, said)


def _is_its_number(claim: Claim, said: Evidenced) -> bool:
    if claim.field.kind not in ("integer", "number"):
        return False
    return any(claim.value in each.readings for each in quantities_in(said.quote, said.language))


def _asked_in(found: Found, transcript: Transcript) -> str:
    is_agents = all(transcript.roles[turn] == "agent" for turn in found.turns)
    return transcript.question_around(found) if is_agents else ""
