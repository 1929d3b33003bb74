"""What the quality room announces."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import CallEvent, Event


class EvaluationCompleted(CallEvent):
    """A call was scored, and every verdict has its evidence."""

    name: ClassVar[str] = "evaluation.completed"


class EvaluationNeedsReview(CallEvent):
    """A call was scored, and a person has to look at what is doubtful."""

    name: ClassVar[str] = "evaluation.needs_review"


class EvaluationFailed(CallEvent):
    name: ClassVar[str] = "evaluation.failed"


class EvaluationReviewed(CallEvent):
    """A person overrode or approved an evaluation, or decided a dispute about it."""

    name: ClassVar[str] = "evaluation.reviewed"


class EvaluationDisputed(CallEvent):
    name: ClassVar[str] = "evaluation.disputed"


class ViolationFound(CallEvent):
    """A call failed criteria; `data.violations` names them with their severity."""

    name: ClassVar[str] = "violation.found"


class AgreementDropped(Event):
    """The judge agrees less with people than it did, on the same calls.

    `data.criteria` says of each criterion how far, before and now.
    """

    name: ClassVar[str] = "policy.agreement_dropped"


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
