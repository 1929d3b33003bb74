"""Golden runs as the API shows them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from backend.quality.backtests.queries import Summary
from backend.quality.models import PolicyBacktest


class AgreedRead(BaseModel):
    key: str = Field(description="The criterion's key.")
    percent: float = Field(description="How near the judge comes to people; 100: always the same.")
    n: int = Field(description="Over so many calls.")


class DropRead(BaseModel):
    key: str = Field(description="The criterion's key.")
    before: float = Field(description="In percent, in the run before.")
    after: float = Field(description="In percent, in this run, on the same calls.")
    n: int = Field(description="Over so many calls.")


class GoldenRunRead(BaseModel):
    """Calls that people have vouched for, judged again by what is published."""

    id: UUID = Field(description="The id of the run.")
    policy_version: int = Field(description="Which version of the policy judged.")
    model: str = Field(description="Which model it asked.")
    total: int = Field(description="Calls in all.")
    done: int = Field(description="Calls judged again.")
    failed: int = Field(description="Calls that came to nothing.")
    cost_cents: float | None = Field(description="Of what was judged; null: no price.")
    created_by: UUID | None = Field(description="Who asked for it; null: the clock, or an API key.")
    created_at: datetime = Field(description="When it began.")
    done_at: datetime | None = Field(description="When it was measured; null: not yet.")
    agreement: list[AgreedRead] = Field(description="Of each criterion that a model judges.")
    dropped: list[DropRead] = Field(description="Those that agree less than in the run before.")

    @classmethod
    def of(cls, run: PolicyBacktest, summary: Summary) -> Self:
        found = run.measured or {"agreement": [], "dropped": []}
        return cls(
            **run.model_dump(include={"id", "model", "created_by", "created_at", "done_at"}),
            policy_version=run.published_version or 0,
            total=summary.total,
            done=summary.done,
            failed=summary.failed,
            cost_cents=summary.cost_cents,
            **found,
        )
