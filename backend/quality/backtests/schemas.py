"""How policies' back-tests are asked for and shown."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Discriminator, Field, Tag

from backend.evaluation.schemas import (
    BacktestCreate as BacktestCreate,
    BacktestRead as BacktestRead,
)
from backend.quality.backtests.service import PastCalls, Tried
from backend.quality.models import EvaluationStatus, PolicyBacktest, PolicyTrialState
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
    state: PolicyTrialState = Field(description="How far it is.")
    score_before: float | None = Field(description="Null: it has none by this policy.")
    score_after: float | None = Field(description="Null: not tried yet, or failed.")
    passed_before: bool | None = Field(description="Null: it has no score.")
    passed_after: bool | None = Field(description="Null: not tried yet, or failed.")
    status_after: EvaluationStatus | None = Field(description="Null: not tried yet, or failed.")
    moved: list[MovedVerdict] = Field(description="The verdicts that would be others.")
    failure: str | None = Field(description="Why there is no result, in words.")

    @classmethod
    def of(cls, tried: Tried) -> Self:
        trial = tried.trial
        before = tried.before.evaluation if tried.before else None
        return cls(
            call_id=trial.call_id,
            state=trial.state,
            score_before=before.score if before else None,
            score_after=trial.score,
            passed_before=before.passed if before else None,
            passed_after=trial.passed,
            status_after=trial.status,
            moved=[
                MovedVerdict(key=key, before=old, after=new)
                for key, (old, new) in tried.moved.items()
            ],
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
    def of(cls, backtest: PolicyBacktest, tried: Sequence[Tried]) -> Self:
        done = [each for each in tried if each.trial.state is PolicyTrialState.DONE]
        pairs = [(e.before.evaluation, e.trial) for e in done if e.before is not None]
        costs = [each.trial.cost_cents for each in done]
        known = [cost for cost in costs if cost is not None]
        needs = EvaluationStatus.NEEDS_REVIEW
        return cls(
            **backtest.model_dump(include={"id", "policy_id", "published_version"}),
            created_by=backtest.created_by,
            created_at=backtest.created_at,
            total=len(tried),
            done=len(done),
            failed=sum(each.trial.state is PolicyTrialState.FAILED for each in tried),
            mean_before=_mean([before.score for before, _ in pairs]),
            mean_after=_mean([each.trial.score for each in done]),
            would_pass=sum(b.passed is False and t.passed is True for b, t in pairs),
            would_fail=sum(b.passed is True and t.passed is False for b, t in pairs),
            needs_review=sum(each.trial.status is needs for each in done),
            moved=dict(Counter(key for each in done for key in each.moved)),
            cost_cents=sum(known) if known and len(known) == len(costs) else None,
        )


def _mean(scores: Sequence[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known else None
