"""How evaluations are shown, and calls with them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field

from backend.auth.service import Caller
from backend.calls.models import Call
from backend.calls.schemas import ConversationGiven, WaitingFor
from backend.calls.search import Assignee, resolved
from backend.platform.pages import Cursor, Limit
from backend.platform.storable import Instant
from backend.quality.evaluations.marking import violations
from backend.quality.evaluations.queries import EvaluationFilter
from backend.quality.evaluations.service import Whole
from backend.quality.judging.verdicts import Problem, VerdictEvidence
from backend.quality.models import EvaluationOrigin, EvaluationStatus, VerdictBy
from backend.quality.policies.config import KEY_PATTERN, Severity
from backend.records.models import Record
from backend.records.schemas import CallRead as CallWithRecord, RecordRead

PolicyMeant = Annotated[
    UUID | None,
    Query(
        description="By which policy, where a call has several evaluations. Default: the oldest."
    ),
]


RevisionMeant = Annotated[
    int, Path(ge=1, le=2**31 - 1, description="Which revision, from 1.", examples=[1])
]


class VerdictEvidenceRead(VerdictEvidence):
    """What a verdict rests on."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    quote: str | None = Field(None, description="The words, as they stand in the turn.")
    turns: list[int] = Field(
        default_factory=list,
        description="The quote's turns; without a quote, those that were looked at.",
    )
    start_ms: int | None = Field(None, description="Where to listen, from the call's start.")
    found: bool = Field(default=False, description="Whether the quote is in the transcript.")


class ResultRead(BaseModel):
    """What is said of one criterion."""

    key: str = Field(description="The criterion's key.")
    name: str = Field(description="What people call it.")
    category: str = Field(description="What it belongs to.")
    weight: float = Field(description="Its share in the score.")
    severity: Severity = Field(description="How bad it is to fail it.")
    auto_fail: bool = Field(description="Whether failing it fails the call.")
    verdict: Any = Field(
        description="`yes`, `no`, `not_applicable`, or points or percent as a number; null: none."
    )
    score: float | None = Field(description="0 to 100; null where it does not apply.")
    proven_by: VerdictBy | None = Field(
        description="`rule`, `second_reading` or `person`. Null: it is not believed, and does not "
        "count."
    )
    unreliable: bool = Field(
        description="Whether people and judge agree too little on it: it is left out of the score."
    )
    violated: bool = Field(description="Whether the call failed it.")
    reason: str = Field(description="Why, in a sentence.")
    evidence: VerdictEvidenceRead = Field(description="What it rests on.")
    problems: list[Problem] = Field(description="Why it is not believed.")
    note: str | None = Field(description="What a person says of it.")


class ViolationRead(BaseModel):
    """A criterion that the call failed."""

    key: str = Field(description="The criterion's key.")
    severity: Severity = Field(description="How bad that is.")
    description: str = Field(description="What it is about, and why.")
    turns: list[int] = Field(description="Where in the call.")


class ResolutionRead(BaseModel):
    """Whether the matter was resolved."""

    resolved: bool | None = Field(description="Null: it does not apply, or nobody can tell.")
    reason: str = Field(description="Why, in a sentence.")
    evidence: VerdictEvidenceRead = Field(description="What it rests on.")
    problems: list[Problem] = Field(description="Why it is not believed.")
    proven_by: VerdictBy | None = Field(description="Null: it is not believed.")


class EvaluationContent(BaseModel):
    """What was judged, and what it comes to."""

    status: EvaluationStatus = Field(description="How far it can be trusted.")
    score: float | None = Field(description="0 to 100; null: no criterion applies.")
    passed: bool | None = Field(description="Whether it reaches the policy's passing score.")
    auto_failed: bool = Field(description="Whether one criterion alone failed the call.")
    category_scores: dict[str, float] = Field(description="By category, 0 to 100.")
    results: list[ResultRead] = Field(description="One for each criterion, in the policy's order.")
    violations: list[ViolationRead] = Field(description="What the call failed, the worst first.")
    resolution: ResolutionRead | None = Field(description="Null: the policy does not ask.")
    model: str | None = Field(description="The judge: `provider/model`. Null: rules alone.")
    attempts: int = Field(description="Requests it took.")
    input_tokens: int | None = Field(description="Of all requests together.")
    output_tokens: int | None = Field(description="Of all requests together.")
    cost_cents: float | None = Field(description="By the prices in LLM_PRICES; null: no price.")

    @classmethod
    def of(cls, whole: Whole) -> Self:
        own = whole.evaluation.model_dump(include=set(cls.model_fields))
        results = [ResultRead.model_validate(v, from_attributes=True) for v in whole.verdicts]
        return cls.model_validate(
            own | {"results": results, "violations": violations(whole.verdicts)}
        )


class EvaluationPreview(EvaluationContent):
    """What a policy's draft says of a call. It is kept nowhere."""


class EvaluationRead(EvaluationContent):
    """How far a call was a good one, with a quote for every verdict."""

    id: UUID = Field(description="The id of the revision.")
    call_id: UUID = Field(description="The call.")
    policy_id: UUID = Field(description="The policy it is by.")
    policy_version: int = Field(description="Which version of the policy.")
    agent_id: UUID = Field(description="Whose call it was.")
    agent_version: int | None = Field(description="Which version of the agent took the call.")
    call_at: datetime = Field(description="When the call began.")
    revision: int = Field(description="Counts from 1 for each call and policy.")
    is_current: bool = Field(description="Whether this revision is the one to go by.")
    origin: EvaluationOrigin = Field(description="Whether it was judged, or a person vouches.")
    failure: str | None = Field(description="Why judging failed, in words.")
    reviewed_by: UUID | None = Field(description="The user who vouches for it.")
    note: str | None = Field(description="What they say of it.")
    created_at: datetime = Field(description="When this revision was made.")


class EvaluationListed(BaseModel):
    """An evaluation in a list."""

    id: UUID = Field(description="The id of the current revision.")
    call_id: UUID = Field(description="The call.")
    policy_id: UUID = Field(description="The policy it is by.")
    policy_version: int = Field(description="Which version of the policy.")
    agent_id: UUID = Field(description="Whose call it was.")
    call_at: datetime = Field(description="When the call began.")
    revision: int = Field(description="Counts from 1 for each call and policy.")
    origin: EvaluationOrigin = Field(description="Whether it was judged, or a person vouches.")
    status: EvaluationStatus = Field(description="How far it can be trusted.")
    score: float | None = Field(description="0 to 100; null: no criterion applies.")
    passed: bool | None = Field(description="Whether it reaches the policy's passing score.")
    auto_failed: bool = Field(description="Whether one criterion alone failed the call.")
    category_scores: dict[str, float] = Field(description="By category, 0 to 100.")
    violations: list[ViolationRead] = Field(description="What the call failed, the worst first.")
    doubtful: list[str] = Field(description="The criteria whose verdict is not believed.")
    resolved: bool | None = Field(description="Null: not asked, or nobody can tell.")
    cost_cents: float | None = Field(description="By the prices in LLM_PRICES; null: no price.")
    created_at: datetime = Field(description="When the revision was made.")

    @classmethod
    def of(cls, whole: Whole) -> Self:
        evaluation = whole.evaluation
        return cls.model_validate(
            evaluation.model_dump(include=set(cls.model_fields))
            | {
                "violations": violations(whole.verdicts),
                "doubtful": [each.key for each in whole.verdicts if each.proven_by is None],
                "resolved": (evaluation.resolution or {}).get("resolved"),
            }
        )


class EvaluationQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: EvaluationStatus | None = Field(None, description="`needs_review` is the queue.")
    policy_id: UUID | None = Field(None, description="Only by this policy.")
    agent_id: UUID | None = Field(None, description="Only of this agent's calls.")
    call_id: UUID | None = Field(None, description="Only of this call.")
    below: float | None = Field(None, ge=0, le=100, description="Only with a score below this.")
    passed: bool | None = Field(None, description="Only those that passed, or did not.")
    violation: str | None = Field(
        None,
        max_length=40,
        pattern=KEY_PATTERN,
        description="Only with a violation: a criterion's key, or `minor`, `major`, `critical`.",
    )
    assigned_to: Assignee | None = Field(
        None,
        description="Only of calls that this user is to look after: an id, `me`, or `nobody`.",
        examples=["me"],
    )
    created_after: Instant | None = Field(None, description="Made at this instant or later.")
    created_before: Instant | None = Field(None, description="Made before this instant.")
    order: Literal["newest", "oldest"] = Field(
        "newest", description="Which come first: `oldest` works through a queue. Default `newest`."
    )
    cursor: Cursor = None
    limit: Limit = 50

    def wanted(self, caller: Caller) -> EvaluationFilter:
        own = self.model_dump(exclude={"cursor", "limit", "order"})
        return EvaluationFilter(**own | {"assigned_to": resolved(self.assigned_to, caller)})


class EvaluateAgain(BaseModel):
    model_config = ConfigDict(extra="forbid")

    policy_id: UUID | None = Field(
        None,
        description="By which policy. Default: the one it was evaluated by, else the oldest that "
        "is for the agent's calls.",
    )
    replace_review: bool = Field(
        default=False,
        description="Also replace the verdicts that a person gave. What is disputed has to be "
        "decided first.",
    )


class PolicyPreviewCreate(ConversationGiven):
    """A past call, or a transcript."""


class CallRead(CallWithRecord):
    """A call with its transcript, current record and current evaluation."""

    evaluation: EvaluationRead | None = Field(
        description="Its current evaluation, by the oldest policy if there are several; null: none."
    )

    @classmethod
    def shown(
        cls,
        call: Call,
        record: Record | None,
        evaluation: Whole | None,
        waiting_for: WaitingFor | None,
    ) -> Self:
        return cls.of(
            call,
            record=RecordRead.of(record) if record else None,
            waiting_for=waiting_for,
            evaluation=EvaluationRead.of(evaluation) if evaluation else None,
        )
