"""Policies with their versions, and evaluations with a verdict for each criterion."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Float, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, document_column, enum_column, instant_column, json_column
from backend.quality.policies.config import PolicyConfig, Severity

_CURRENT = text("is_current")


class Policy(Table, table=True):
    __tablename__ = "policies"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id", index=True)
    config: JsonObject = Field(sa_column=document_column("config"))
    # Counts the changes of the draft, so that an edit of an older one can be refused.
    draft_revision: int = 1
    published_version: int | None = None
    archived_at: datetime | None = Field(default=None, sa_column=instant_column("archived_at"))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    updated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("updated_at", nullable=False)
    )

    @property
    def draft(self) -> PolicyConfig:
        return PolicyConfig.model_validate(self.config)


class PolicyVersion(Table, table=True):
    """A published policy. Never changed."""

    __tablename__ = "policy_versions"
    __table_args__ = (UniqueConstraint("policy_id", "version"),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    policy_id: UUID = Field(foreign_key="policies.id")
    version: int
    config: JsonObject = Field(sa_column=document_column("config"))
    note: str | None = None
    published_by: UUID | None = Field(default=None, foreign_key="users.id")
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )

    @property
    def frozen(self) -> PolicyConfig:
        return PolicyConfig.model_validate(self.config)


class EvaluationStatus(StrEnum):
    PENDING = "pending"
    VALID = "valid"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"
    REVIEWED = "reviewed"
    DISPUTED = "disputed"


class EvaluationOrigin(StrEnum):
    """How a revision came to be."""

    JUDGING = "judging"
    OVERRIDE = "override"
    APPROVAL = "approval"


# What a person has vouched for: judging goes past it only when told to.
BY_A_PERSON = frozenset({EvaluationOrigin.OVERRIDE, EvaluationOrigin.APPROVAL})


class Evaluation(Table, table=True):
    """A revision. One of a call's is current for each policy; the others stay for the history."""

    __tablename__ = "evaluations"
    __table_args__ = (
        UniqueConstraint("call_id", "policy_id", "revision"),
        Index(
            "uq_evaluations_call_id_policy_id_current",
            *("call_id", "policy_id"),
            unique=True,
            postgresql_where=_CURRENT,
        ),
        Index("ix_evaluations_org_id_id_current", "org_id", "id", postgresql_where=_CURRENT),
        Index(
            "ix_evaluations_org_id_status_id_current",
            *("org_id", "status", "id"),
            postgresql_where=_CURRENT,
        ),
        Index(
            "ix_evaluations_org_id_agent_id_id_current",
            *("org_id", "agent_id", "id"),
            postgresql_where=_CURRENT,
        ),
        Index(
            "ix_evaluations_policy_id_id_current",
            *("policy_id", "id"),
            postgresql_where=_CURRENT,
        ),
        Index(
            "ix_evaluations_policy_id_call_at_current",
            *("policy_id", "call_at"),
            postgresql_where=_CURRENT,
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    call_id: UUID = Field(foreign_key="calls.id", ondelete="CASCADE")
    policy_id: UUID = Field(foreign_key="policies.id")
    policy_version: int
    # Of the call, kept here for lists and reports.
    agent_id: UUID = Field(foreign_key="agents.id")
    agent_version: int | None = None
    call_at: datetime = Field(sa_column=instant_column("call_at", nullable=False))
    revision: int
    # The highest that came to something, else the highest. Changed under the call's lock.
    is_current: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    origin: EvaluationOrigin = Field(
        default=EvaluationOrigin.JUDGING, sa_column=enum_column(EvaluationOrigin, "origin")
    )
    status: EvaluationStatus = Field(sa_column=enum_column(EvaluationStatus, "status"))
    # What it was made from; the same again needs no second judging.
    source_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    # Whether a person's verdicts give way to the judge's.
    replaces_review: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    # 0 to 100. Null: no criterion applies, or it is not made yet.
    score: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    passed: bool | None = None
    auto_failed: bool = False
    category_scores: dict[str, float] = Field(
        default_factory=dict, sa_column=document_column("category_scores")
    )
    # What was asked beside the criteria, with its evidence; null: nothing was.
    resolution: JsonObject | None = Field(
        default=None, sa_column=document_column("resolution", nullable=True)
    )
    # What is wrong with the evaluation as a whole.
    problems: list[JsonObject] = Field(default_factory=list, sa_column=json_column("problems"))
    failure: str | None = None
    model: str | None = None
    attempts: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_cents: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    reviewed_by: UUID | None = Field(default=None, foreign_key="users.id")
    note: str | None = None
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class VerdictBy(StrEnum):
    """By what a verdict is proven."""

    RULE = "rule"
    SECOND_READING = "second_reading"
    PERSON = "person"


class CriterionVerdict(Table, table=True):
    """What one revision says of one criterion, with what the criterion was at the time."""

    __tablename__ = "criterion_verdicts"
    __table_args__ = (
        Index(
            "ix_criterion_verdicts_violations",
            *("org_id", "key", "evaluation_id"),
            postgresql_where=text("violated"),
        ),
        Index(
            "ix_criterion_verdicts_violations_by_severity",
            *("org_id", "severity", "evaluation_id"),
            postgresql_where=text("violated"),
        ),
    )

    evaluation_id: UUID = Field(foreign_key="evaluations.id", ondelete="CASCADE", primary_key=True)
    key: str = Field(primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    position: int
    name: str
    category: str
    weight: float = Field(sa_column=Column(Float, nullable=False))
    auto_fail: bool
    fail_below: float = Field(sa_column=Column(Float, nullable=False))
    severity: Severity = Field(sa_column=enum_column(Severity, "severity"))
    # `yes`, `no`, `not_applicable` or a number.
    verdict: Any = Field(default=None, sa_column=json_column("verdict", nullable=True))
    # 0 to 100; null where it does not apply. It counts only where it is proven.
    score: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    # Null: not believed.
    proven_by: VerdictBy | None = Field(
        default=None, sa_column=enum_column(VerdictBy, "proven_by", nullable=True)
    )
    # Judges agree too little on it: it is left out of the score.
    unreliable: bool = False
    violated: bool = False
    reason: str = ""
    # The quote with its turns, or the turns that were looked at.
    evidence: JsonObject = Field(default_factory=dict, sa_column=document_column("evidence"))
    problems: list[JsonObject] = Field(default_factory=list, sa_column=json_column("problems"))
    # A person's word on it.
    note: str | None = None


class CriterionReliability(Table, table=True):
    """How far people and judge agreed on a criterion when that was last measured."""

    __tablename__ = "criterion_reliability"

    policy_id: UUID = Field(foreign_key="policies.id", primary_key=True)
    key: str = Field(primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    # A hash of what was asked: another wording has not been measured.
    wording: str
    # On how many calls.
    calls: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    # Krippendorff's; null where there was nothing to compare.
    alpha: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    is_reliable: bool
    measured_at: datetime = Field(sa_column=instant_column("measured_at", nullable=False))
    # Which calibration found it; null: one before that was kept.
    calibration_id: UUID | None = Field(default=None, foreign_key="calibrations.id")


class CriterionMeasurement(Table, table=True):
    """What one calibration found of one criterion, with what was asked at the time."""

    __tablename__ = "criterion_measurements"

    calibration_id: UUID = Field(
        foreign_key="calibrations.id", ondelete="CASCADE", primary_key=True
    )
    key: str = Field(primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    policy_id: UUID = Field(foreign_key="policies.id", index=True)
    policy_version: int
    question: str
    # A hash of what was asked and in which form, as in `criterion_reliability`.
    wording: str
    # People alone, and calls with at least two verdicts.
    raters: int
    calls: int
    # Krippendorff's with its 95 % interval, and the model's mean kappa with people; null where
    # there was nothing to compare.
    alpha: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    low: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    high: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    model_kappa: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    # Null: too few calls to tell.
    is_reliable: bool | None = None
    measured_at: datetime = Field(sa_column=instant_column("measured_at", nullable=False))


class PolicyBacktest(Table, table=True):
    """A policy's draft tried on past calls. Nothing is replaced by it."""

    __tablename__ = "policy_backtests"
    __table_args__ = (
        Index("ix_policy_backtests_policy_id_id", "policy_id", "id"),
        Index(
            "ix_policy_backtests_policy_id_id_golden",
            *("policy_id", "id"),
            postgresql_where=text("is_golden"),
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    policy_id: UUID = Field(foreign_key="policies.id")
    # The draft as it was.
    config: JsonObject = Field(sa_column=document_column("config"))
    # What is published, with which it is compared; null: nothing was.
    published_version: int | None = None
    created_by: UUID | None = Field(default=None, foreign_key="users.id")
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    # It is what is published, on calls that people have vouched for, to see whether the judge
    # still agrees with them. The columns below are for these alone.
    is_golden: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    # Which was asked.
    model: str | None = None
    # `{"agreement": [{key, percent, n}], "dropped": [{key, before, after, n}]}`
    measured: JsonObject | None = Field(
        default=None, sa_column=json_column("measured", nullable=True)
    )
    done_at: datetime | None = Field(default=None, sa_column=instant_column("done_at"))

    @property
    def frozen(self) -> PolicyConfig:
        return PolicyConfig.model_validate(self.config)


class PolicyTrialState(StrEnum):
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


class PolicyTrial(Table, table=True):
    """One call of a policy's back-test: what it was scored, and what it would be."""

    __tablename__ = "policy_trials"
    __table_args__ = (
        UniqueConstraint("backtest_id", "call_id"),
        Index("ix_policy_trials_call_id", "call_id"),
        Index("ix_policy_trials_evaluation_id", "evaluation_id"),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    backtest_id: UUID = Field(foreign_key="policy_backtests.id", ondelete="CASCADE")
    call_id: UUID = Field(foreign_key="calls.id", ondelete="CASCADE")
    # The current evaluation it is compared with; null: the call had none by this policy.
    evaluation_id: UUID | None = Field(
        default=None, foreign_key="evaluations.id", ondelete="SET NULL"
    )
    state: PolicyTrialState = Field(
        default=PolicyTrialState.QUEUED, sa_column=enum_column(PolicyTrialState, "state")
    )
    status: EvaluationStatus | None = Field(
        default=None, sa_column=enum_column(EvaluationStatus, "status", nullable=True)
    )
    score: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    passed: bool | None = None
    # The verdict by key, with its score and whether it is believed.
    verdicts: JsonObject = Field(default_factory=dict, sa_column=document_column("verdicts"))
    # `[{key, before, after}]`: the verdicts that would be others.
    moved: list[JsonObject] = Field(
        default_factory=list,
        sa_column=Column("moved", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    )
    cost_cents: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    failure: str | None = None


class Dispute(Table, table=True):
    """Somebody does not agree with an evaluation; somebody else decides."""

    __tablename__ = "disputes"
    __table_args__ = (
        Index("ix_disputes_call_id_policy_id", "call_id", "policy_id"),
        Index(
            "uq_disputes_call_id_policy_id_open",
            *("call_id", "policy_id"),
            unique=True,
            postgresql_where=text("decided_at is null"),
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    call_id: UUID = Field(foreign_key="calls.id", ondelete="CASCADE")
    policy_id: UUID = Field(foreign_key="policies.id")
    # The revision that was disputed.
    revision: int
    reason: str
    # A user, or an API key.
    raised_by: UUID
    raised_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("raised_at", nullable=False)
    )
    decided_by: UUID | None = None
    decided_at: datetime | None = Field(default=None, sa_column=instant_column("decided_at"))
    # Whether verdicts were changed by it.
    granted: bool | None = None


class CallComment(Table, table=True):
    """What somebody says of a call, or of one turn of it."""

    __tablename__ = "call_comments"
    __table_args__ = (Index("ix_call_comments_call_id_id", "call_id", "id"),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    call_id: UUID = Field(foreign_key="calls.id", ondelete="CASCADE")
    turn: int | None = None
    text: str
    # A user, or an API key.
    by: UUID
    by_name: str
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
