"""A verdict on one criterion: what it says, what it is worth, what it rests on."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, TypeAlias

from pydantic import BaseModel, Field

from backend.grounding.transcript import Found, Transcript
from backend.quality.models import VerdictBy
from backend.quality.policies.config import Criterion, Scale

NOT_APPLICABLE = "not_applicable"
POINT = 20.0

# A number is points from 0 to 5, or percent.
Verdict: TypeAlias = Literal["yes", "no", "not_applicable"] | int


class VerdictProblem(StrEnum):
    NO_QUOTE = "no_quote"
    QUOTE_NOT_FOUND = "quote_not_found"
    WRONG_SPEAKER = "wrong_speaker"
    NOTHING_LOOKED_AT = "nothing_looked_at"
    CONTRADICTED = "contradicted"
    NOT_DECIDED = "not_decided"
    NOT_CHECKED = "not_checked"
    NOT_ANSWERED = "not_answered"


class Problem(BaseModel):
    """Why a verdict is not believed."""

    code: VerdictProblem = Field(description="Which problem, such as `quote_not_found`.")
    message: str = Field(description="A sentence for a person.")


class VerdictEvidence(BaseModel):
    """What a verdict rests on: words, or, where nothing was said, the turns looked at."""

    quote: str | None = None
    turns: list[int] = []
    start_ms: int | None = None
    found: bool = False


@dataclass
class Result:
    """What is said of one criterion. It counts once something has proven it."""

    key: str
    verdict: Verdict | None
    score: float | None = None
    reason: str = ""
    evidence: VerdictEvidence = field(default_factory=VerdictEvidence)
    problems: list[Problem] = field(default_factory=list)
    proven_by: VerdictBy | None = None

    def complain(self, code: VerdictProblem, message: str) -> None:
        self.problems.append(Problem(code=code, message=message))


def mark_of(verdict: Verdict | None, scale: Scale) -> float | None:
    """Give what a verdict is worth, from 0 to 100; None where it does not apply."""
    match verdict:
        case "yes":
            return 100.0
        case "no":
            return 0.0
        case int():
            return verdict * POINT if scale is Scale.POINTS else float(verdict)
        case _:
            return None


def fits(verdict: object, criterion: Criterion) -> bool:
    """Say whether a criterion can have this verdict."""
    if verdict == NOT_APPLICABLE:
        return criterion.may_not_apply
    if criterion.scale is Scale.YES_NO:
        return verdict in {"yes", "no"}
    most = 5 if criterion.scale is Scale.POINTS else 100
    return isinstance(verdict, int) and not isinstance(verdict, bool) and 0 <= verdict <= most


def evidence_at(found: Found, transcript: Transcript) -> VerdictEvidence:
    turns = list(found.turns)
    return VerdictEvidence(
        quote=found.text, turns=turns, start_ms=transcript.starts_ms[turns[0]], found=True
    )
