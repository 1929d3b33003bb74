"""Judging an answer: its data by the schema, each value by its quote, each quote by the transcript.

Pure: the same answer, turns and schema always give the same verdict.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel

from backend.calls.models import Turn
from backend.grounding.fields import field_path, read_schema
from backend.grounding.judging import Claim, Verdict, judge_claim
from backend.grounding.transcript import Found, Transcript
from backend.records.answer_model import Answer
from backend.records.answer_reading import Leaf, read_answer
from backend.records.gaps import GapReason, NotSaid, Questions
from backend.records.record_model import validate


class ProblemCode(StrEnum):
    NOT_ASKED = "not_asked"
    NOT_ANSWERED = "not_answered"
    INVALID = "invalid"
    NO_QUOTE = "no_quote"
    QUOTE_NOT_FOUND = "quote_not_found"
    WRONG_SPEAKER = "wrong_speaker"
    VALUE_CONTRADICTS_QUOTE = "value_contradicts_quote"
    TAKEN_BACK = "taken_back"
    CONTRADICTED = "contradicted"
    NOT_DECIDED = "not_decided"
    NOT_CHECKED = "not_checked"
    NOT_PROVEN = "not_proven"
    PERSON_DECIDES = "person_decides"
    SPEAKERS_UNKNOWN = "speakers_unknown"
    VOICES_APPROXIMATE = "voices_approximate"


class ProvenBy(StrEnum):
    """What a value was proven by."""

    RULES = "rules"
    SECOND_READING = "second_reading"
    PERSON = "person"


class Evidence(BaseModel):
    """What was said for a value. `turns` are those the quote is from, when it was found."""

    quote: str
    turns: list[int]
    start_ms: int | None
    found: bool
    # The quote was found in other turns than the model had named.
    turns_corrected: bool = False
    # Null: it is not proven.
    proven_by: ProvenBy | None = None


class Problem(BaseModel):
    field: str
    code: ProblemCode
    message: str


class Open(NamedTuple):
    """A value that no rule objects to. What proves it is the agent's to choose."""

    field: str
    claim: Claim
    verdict: Verdict


@dataclass
class Extraction:
    """A judged answer. `data` has what was answered, also where there is a problem."""

    data: dict[str, Any]
    evidence: dict[str, Evidence]
    problems: list[Problem]
    not_said: dict[str, NotSaid]
    # What the rules do not object to.
    open: list[Open]

    @property
    def status(self) -> Literal["valid", "needs_review"]:
        return "needs_review" if self.problems else "valid"

    def complaints(self) -> list[str]:
        """Word the problems for the model, which gets one chance to mend them."""
        return [f"{problem.field or 'record'}: {problem.message}" for problem in self.problems]


def judge(
    answer: Answer | Mapping[str, Any],
    turns: Sequence[Turn],
    schema: Mapping[str, Any],
    *,
    began_at: datetime | None = None,
    transcript: Transcript | None = None,
) -> Extraction:
    """Split an answer into data and evidence, and list everything that is wrong with it.

    `began_at` is when the call began, in the zone its times are meant in. `transcript` has the
    turns already read.
    """
    answered = answer.as_json() if isinstance(answer, Answer) else answer
    root = read_schema(schema)
    reading = read_answer(root, answered)
    transcript = transcript or Transcript(turns)
    evidence: dict[str, Evidence] = {}
    problems: list[Problem] = []
    still_open: list[Open] = []
    for leaf in reading.leaves:
        name = field_path(leaf.path)
        verdict = judge_claim(_claim(leaf), transcript, began_at=began_at)
        if leaf.quote:
            evidence[name] = _evidence(leaf, verdict.found, transcript)
        problems += [
            Problem(field=name, code=ProblemCode(objection.code), message=objection.message)
            for objection in verdict.objections
        ]
        if not verdict.objections:
            still_open.append(Open(name, _claim(leaf), verdict))
    questions = Questions(root, turns)
    not_said = {field_path(gap.path): questions.about(gap) for gap in reading.gaps}
    needed = [gap.path for gap in reading.gaps if gap.is_needed]
    problems += [_gap(name, not_said[name]) for name in map(field_path, needed)]
    validated = validate(schema, reading.value)
    # What has no right form has no meaning that a quote could contradict.
    formless = {field_path(wrong.path) for wrong in validated.wrong}
    problems = [
        problem
        for problem in problems
        if problem.code is not ProblemCode.VALUE_CONTRADICTS_QUOTE or problem.field not in formless
    ]
    problems += [
        Problem(field=field_path(wrong.path), code=ProblemCode.INVALID, message=wrong.message)
        for wrong in validated.wrong
        if wrong.path not in needed
    ]
    return Extraction(
        data=validated.data,
        evidence=evidence,
        problems=problems,
        not_said=not_said,
        open=[value for value in still_open if value.field not in formless],
    )


def _claim(leaf: Leaf) -> Claim:
    name = next(str(part) for part in reversed(leaf.path) if isinstance(part, str))
    return Claim(name, leaf.field, leaf.value, leaf.quote, leaf.turns)


def _evidence(leaf: Leaf, found: Found | None, transcript: Transcript) -> Evidence:
    named = [turn for turn in leaf.turns if turn in transcript.roles]
    turns = list(found.turns) if found else named
    return Evidence(
        quote=found.text if found else leaf.quote,
        turns=turns,
        start_ms=transcript.starts_ms[turns[0]] if turns else None,
        found=found is not None,
        turns_corrected=found is not None and set(found.turns).isdisjoint(leaf.turns),
    )


# A required value that is not there, whatever the reason.
GAPS = frozenset({ProblemCode.NOT_ASKED, ProblemCode.NOT_ANSWERED})


def _gap(name: str, not_said: NotSaid) -> Problem:
    """Say of a required value whether it was asked for."""
    if not_said.reason is GapReason.NOT_ASKED:
        message = "This is required, and no question about it was found."
        return Problem(field=name, code=ProblemCode.NOT_ASKED, message=message)
    message = f"This is required; it was asked for in turn {not_said.turns[0]} and not answered."
    return Problem(field=name, code=ProblemCode.NOT_ANSWERED, message=message)
