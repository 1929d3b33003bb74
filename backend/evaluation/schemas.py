"""What the back-tests' paths take and give."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.evaluation.models import Backtest, BacktestState, Trial, TrialState
from backend.evaluation.scoring import FieldScore, Sample, score
from backend.records.difference import differences
from backend.records.models import BY_A_PERSON, Origin, Record, RecordStatus
from backend.records.schemas import DifferenceRead, MadeWithin, ProblemRead


class BacktestCreate(MadeWithin):
    """Which calls to extract from again, and with what."""

    agent_id: UUID = Field(description="Whose calls.")
    version: int | None = Field(
        None,
        ge=1,
        le=2**31 - 1,
        description="The agent's version whose schema and instructions are tried. "
        "Default null: the published one.",
    )
    model: str | None = Field(
        None,
        pattern=r"^(openai|anthropic|gemini|ollama)/\S+$",
        max_length=200,
        description="The language model to try. Default null: the agent's, else LLM_MODEL.",
        examples=["openai/gpt-5-nano"],
    )
    status: RecordStatus | None = Field(None, description="Only calls whose record is so.")
    origin: Origin | None = Field(
        None, description="Only calls whose record a model made, or a person vouches for."
    )


class BacktestApply(BaseModel):
    model_config = ConfigDict(extra="forbid")

    replace_corrections: bool = Field(
        default=False, description="Also replace records that a person vouches for."
    )


class BacktestRead(BaseModel):
    id: UUID = Field(description="The id of the back-test.")
    agent_id: UUID = Field(description="Whose calls are asked about.")
    version: int = Field(description="The version whose record schema is used.")
    model: str | None = Field(description="Null: the agent's, else LLM_MODEL.")
    state: BacktestState = Field(
        description="`ready` until started; `done` when all calls were tried; nothing is replaced "
        "before it is `applying`."
    )
    total: int = Field(description="Calls in all.")
    trials: dict[TrialState, int] = Field(description="Calls by state; those with none are absent.")
    estimated_tokens: int = Field(description="As many as last time, else by length.")
    estimated_cost_cents: float | None = Field(description="Null: no price in LLM_PRICES.")
    created_by: UUID | None = Field(description="Who made it; null: an API key.")
    created_at: datetime = Field(description="When it was made.")

    @classmethod
    def of(cls, backtest: Backtest, counts: Mapping[TrialState, int]) -> Self:
        own = backtest.model_dump(exclude={"org_id", "replace_corrections"})
        return cls(**own, total=sum(counts.values()), trials=dict(counts))


class TrialRead(BaseModel):
    """One call: what its record is, and what it would be."""

    id: UUID = Field(description="The id of the trial.")
    call_id: UUID = Field(description="The call asked about.")
    revision: int = Field(description="The revision it is compared with.")
    state: TrialState = Field(description="How far it is.")
    status_before: RecordStatus = Field(description="Of the record as it is.")
    status_after: RecordStatus | None = Field(description="Null: not tried, or failed.")
    differences: list[DifferenceRead] = Field(description="Field by field, what would change.")
    problems: list[ProblemRead] = Field(description="What is wrong with the new values.")
    failure: str | None = Field(description="Why there is no result, in words.")

    @classmethod
    def of(cls, trial: Trial, record: Record) -> Self:
        result = trial.result
        found = [] if result is None else differences(record.data, result["data"])
        return cls(
            id=trial.id,
            call_id=trial.call_id,
            revision=record.revision,
            state=trial.state,
            status_before=record.status,
            status_after=None if result is None else RecordStatus(result["status"]),
            differences=[DifferenceRead.model_validate(each) for each in found],
            problems=[] if result is None else result["problems"],
            failure=trial.failure,
        )


class FieldScoreRead(BaseModel):
    """How one field came out, on calls whose record a person vouches for."""

    model_config = ConfigDict(from_attributes=True)

    field: str = Field(description="All positions of a list together, such as `stops[].city`.")
    values: int = Field(description="True values there are.")
    exact: int = Field(description="Values as a person has them.")
    wrong: int = Field(description="Values that differ.")
    missing: int = Field(description="True values that were not found.")
    invented: int = Field(description="Values given where there is none.")
    caught: int = Field(description="Wrong and invented ones the checks had a problem with.")
    questioned: int = Field(description="Exact ones the checks had a problem with all the same.")
    accuracy: float | None = Field(description="Exact of values; null: no values.")
    interval: tuple[float, float] | None = Field(description="Of the accuracy, 95 %, by Wilson.")


class BacktestReport(BaseModel):
    """What a back-test has found so far."""

    calls: int = Field(description="Calls with a result.")
    failed: int = Field(description="Calls without one.")
    changed: int = Field(description="Calls whose record would be another.")
    status_before: dict[RecordStatus, int] = Field(description="Records by status, as they are.")
    status_after: dict[RecordStatus, int] = Field(
        description="Records by status, as they would be."
    )
    changes: dict[str, int] = Field(description="By field: calls in which it would be another.")
    cost_cents: float | None = Field(description="What it cost so far; null: no price.")
    golden_calls: int = Field(description="Calls whose record a person vouches for.")
    fields: list[FieldScoreRead] = Field(description="Measured on the golden calls.")
    overall: FieldScoreRead = Field(description="All fields together, on the golden calls.")

    @classmethod
    def of(cls, rows: Sequence[tuple[Trial, Record]]) -> Self:
        tried = [(t.result, record) for t, record in rows if t.result is not None]
        changed = [
            {each.field for each in differences(record.data, result["data"])}
            for result, record in tried
        ]
        golden = score(
            Sample(record.data, result["data"], [p["field"] for p in result["problems"]])
            for result, record in tried
            if record.origin in BY_A_PERSON
        )
        return cls(
            calls=len(tried),
            failed=sum(trial.state is TrialState.FAILED for trial, _ in rows),
            changed=sum(map(bool, changed)),
            status_before=_counted(record.status for _, record in tried),
            status_after=_counted(RecordStatus(result["status"]) for result, _ in tried),
            changes=_counted(sorted(name for fields in changed for name in fields)),
            cost_cents=_cost(result["cost_cents"] for result, _ in tried),
            golden_calls=golden.calls,
            fields=[_score(each) for each in golden.fields.values()],
            overall=_score(golden.total),
        )


def _score(each: FieldScore) -> FieldScoreRead:
    return FieldScoreRead.model_validate(each)


def _counted(found: Any) -> Any:
    counts: dict[Any, int] = {}
    for each in found:
        counts[each] = counts.get(each, 0) + 1
    return counts


def _cost(costs: Any) -> float | None:
    known = [cost for cost in costs if cost is not None]
    return sum(known) if known else None
