"""What the quality room announces."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import CallEvent, Event, JsonObject

_EVALUATION: JsonObject = {
    "evaluation_id": "01990000-0000-7000-8000-00000000e7a1",
    "policy_id": "01990000-0000-7000-8000-000000000b01",
    "policy_version": 2,
    "revision": 1,
    "status": "valid",
    "score": 86.0,
    "passed": True,
}


class EvaluationCompleted(CallEvent):
    """A call was scored, and every verdict has its evidence."""

    name: ClassVar[str] = "evaluation.completed"
    example: ClassVar[JsonObject] = _EVALUATION


class EvaluationNeedsReview(CallEvent):
    """A call was scored, and a person has to look at what is doubtful."""

    name: ClassVar[str] = "evaluation.needs_review"
    example: ClassVar[JsonObject] = _EVALUATION | {"status": "needs_review"}


class EvaluationFailed(CallEvent):
    name: ClassVar[str] = "evaluation.failed"
    example: ClassVar[JsonObject] = _EVALUATION | {
        "status": "failed",
        "score": None,
        "passed": None,
    }


class EvaluationReviewed(CallEvent):
    """A person overrode or approved an evaluation, or decided a dispute about it."""

    name: ClassVar[str] = "evaluation.reviewed"
    example: ClassVar[JsonObject] = _EVALUATION | {"status": "reviewed", "revision": 2}


class EvaluationDisputed(CallEvent):
    name: ClassVar[str] = "evaluation.disputed"
    example: ClassVar[JsonObject] = _EVALUATION | {"status": "disputed", "revision": 2}


class ViolationFound(CallEvent):
    """A call failed criteria; `data.violations` names them with their severity."""

    name: ClassVar[str] = "violation.found"
    example: ClassVar[JsonObject] = _EVALUATION | {
        "passed": False,
        "violations": [{"key": "greeting", "severity": "major", "turns": [1]}],
    }


class AgreementDropped(Event):
    """The judge agrees less with people than it did, on the same calls.

    `data.criteria` says of each criterion how far, before and now.
    """

    name: ClassVar[str] = "policy.agreement_dropped"
    example: ClassVar[JsonObject] = {
        "policy_id": "01990000-0000-7000-8000-000000000b01",
        "policy_version": 2,
        "model": "openai/gpt-5-mini",
        "criteria": [{"key": "greeting", "before": 94.0, "after": 71.0, "n": 52}],
    }


class EvaluationRequested(CallEvent):
    """A revision has been opened and is to be made. Nobody outside sees this."""

    name: ClassVar[str] = "evaluation.requested"
    is_logged: ClassVar[bool] = False

    evaluation_id: UUID


class PolicyTrialDue(CallEvent):
    """A policy's draft is to be tried on a call. Nobody outside sees this."""

    name: ClassVar[str] = "trial.policy_due"
    is_logged: ClassVar[bool] = False

    trial_id: UUID
