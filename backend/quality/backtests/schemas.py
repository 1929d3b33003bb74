"""How policies' back-tests are asked for and shown."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Discriminator, Field, Tag

from backend.evaluation.schemas import (
    BacktestCreate as BacktestCreate,
    BacktestRead as BacktestRead,
)
from backend.quality.backtests.queries import PastCalls, Summary
from backend.quality.models import (
    Evaluation,
    EvaluationStatus,
    PolicyBacktest,
    PolicyTrial,
    PolicyTrialState,
)
from backend.quality.naming import NamedCall
from backend.records.schemas import MadeWithin


class PolicyBacktestCreate(MadeWithin):
    """Past calls to try a policy's draft on."""

    policy_id: UUID = Field(description="Whose draft is tried.")
    agent_id: UUID | None = Field(
        None, description="Only this agent's calls. Default null: those the draft is for, or all."
    )
    most_calls: int = Field(
        20, ge=1, le=200, description="The latest so many. Each costs two requests. Default 20."
    )

    def past(self) -> PastCalls:
        return PastCalls(self.agent_id, self.most_calls, self.created_after, self.created_before)


def _kind(body: Any) -> str:
    has_policy = isinstance(body, dict) and "policy_id" in body
    return "policy" if has_policy or isinstance(body, PolicyBacktestCreate) else "record"


AnyBacktestCreate = Annotated[
    Annotated[BacktestCreate, Tag("record")] | Annotated[PolicyBacktestCreate, Tag("policy")],
    Discriminator(_kind),
]


class MovedVerdict(BaseModel):
    """A verdict that would be another."""

    key: str = Field(description="The criterion's key.")
    before: Any = Field(description="As it is; null: there is none.")
    after: Any = Field(description="As it would be; null: there would be none.")


class PolicyTrialRead(BaseModel):
    """One call: what it was scored, and what it would be."""

    call_id: UUID = Field(description="The call.")
    call: NamedCall = Field(description="What people know it by.")
    state: PolicyTrialState = Field(description="How far it is.")
    score_before: float | None = Field(description="Null: it has none by this policy.")
    score_after: float | None = Field(description="Null: not tried yet, or failed.")
    passed_before: bool | None = Field(description="Null: it has no score.")
    passed_after: bool | None = Field(description="Null: not tried yet, or failed.")
    status_after: EvaluationStatus | None = Field(description="Null: not tried yet, or failed.")
    moved: list[MovedVerdict] = Field(description="The verdicts that would be others.")
    failure: str | None = Field(description="Why there is no result, in words.")

    @classmethod
    def of(cls, trial: PolicyTrial, before: Evaluation | None, call: NamedCall) -> Self:
        return cls(
            call_id=trial.call_id,
            call=call,
            state=trial.state,
            score_before=before.score if before else None,
            score_after=trial.score,
            passed_before=before.passed if before else None,
            passed_after=trial.passed,
            status_after=trial.status,
            moved=[MovedVerdict(**each) for each in trial.moved],
            failure=trial.failure,
        )


class PolicyBacktestRead(BaseModel):
    """A policy's draft tried on past calls, and what would move."""

    id: UUID = Field(description="The id of the back-test.")
    policy_id: UUID = Field(description="Whose draft is tried.")
    published_version: int | None = Field(description="What was published then; null: nothing.")
    total: int = Field(description="Calls in all.")
    done: int = Field(description="Calls tried.")
    failed: int = Field(description="Calls that came to nothing.")
    mean_before: float | None = Field(description="The mean score of the calls tried, as it is.")
    mean_after: float | None = Field(description="As it would be.")
    would_pass: int = Field(description="Calls that would pass and do not.")
    would_fail: int = Field(description="Calls that pass and would not.")
    needs_review: int = Field(description="Calls with a verdict that would not be believed.")
    moved: dict[str, int] = Field(description="By criterion, how many verdicts would be others.")
    cost_cents: float | None = Field(description="Of what was tried; null: no price.")
    created_by: UUID | None = Field(description="Who made it; null: an API key.")
    created_at: datetime = Field(description="When it was made.")

    @classmethod
    def of(cls, backtest: PolicyBacktest, summary: Summary) -> Self:
        own = {"id", "policy_id", "published_version", "created_by", "created_at"}
        return cls(**backtest.model_dump(include=own), **asdict(summary))
