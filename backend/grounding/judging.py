"""Judging one value by its quote and the call: the rules object, prove, or leave it open.

Rules may object, never acquit: what they neither object to nor prove is for a second reading.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from backend.grounding.agreement.any_language import contradiction_in
from backend.grounding.agreement.english import is_plain, is_qualified
from backend.grounding.agreement.evidenced import Evidenced
from backend.grounding.agreement.proposals import is_left_open
from backend.grounding.fields import Scalar
from backend.grounding.orders import gives_orders
from backend.grounding.transcript import Found, Transcript


class ObjectionCode(StrEnum):
    NO_QUOTE = "no_quote"
    QUOTE_NOT_FOUND = "quote_not_found"
    WRONG_SPEAKER = "wrong_speaker"
    VALUE_CONTRADICTS_QUOTE = "value_contradicts_quote"
    INSTRUCTION_IN_QUOTE = "instruction_in_quote"


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
    doubts: Sequence[str] = ()

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
    if objections or not _is_doubtful(claim, found, transcript):
        return Verdict(found, objections)
    return Verdict(found, doubts=["No rule can tell whether the quote says this."])


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
    if any(gives_orders(transcript.text(turn)) for turn in found.turns):
        message = "The quote is from words that give orders to whoever reads the transcript."
        yield Objection(ObjectionCode.INSTRUCTION_IN_QUOTE, message)
    # What has no right form has no meaning that a quote could contradict.
    if isinstance(claim.value, _TYPES[claim.field.kind]):
        language = transcript.language_of(found.turns[-1])
        said = _evidenced(claim, found, transcript, began_at)
        if (why := contradiction_in(language, claim.field, said)) is not None:
            yield Objection(ObjectionCode.VALUE_CONTRADICTS_QUOTE, why)


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
        all_words=transcript.vocabulary,
        began_at=began_at,
    )


def _is_doubtful(claim: Claim, found: Found, transcript: Transcript) -> bool:
    """Say whether no rule can tell: the quote has not the value itself, or only the agent's."""
    if not is_plain(claim.value, found.text) or is_qualified(claim.value, found.text):
        return True
    return is_left_open(_asked_in(found, transcript), transcript.reply_to(found.turns[-1]))


def _asked_in(found: Found, transcript: Transcript) -> str:
    is_agents = all(transcript.roles[turn] == "agent" for turn in found.turns)
    return transcript.question_around(found) if is_agents else ""
