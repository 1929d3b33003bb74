"""What an alert is made of, and how it stands."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from backend.insights.alerts.models import Alert, AlertState, Comparison
from backend.insights.metrics.names import ABOUT, Metric

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
_DAY_MINUTES = 24 * 60
_Threshold = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
_Window = Annotated[int, Field(ge=5, le=7 * _DAY_MINUTES)]
_Samples = Annotated[int, Field(ge=0, le=1_000_000)]
_Hold = Annotated[int, Field(ge=0, le=_DAY_MINUTES)]
_Destinations = Annotated[list[UUID], Field(max_length=50)]


class AlertCreate(BaseModel):
    name: _Name = Field(description="What people call it.")
    metric: Metric = Field(description=ABOUT)
    agent_id: UUID | None = Field(None, description="In this agent's calls alone.")
    comparison: Comparison = Field(
        description="When it is told: beyond the threshold, or so many percent from the mean of "
        "the same hours of the four weeks before."
    )
    threshold: _Threshold = Field(description="A number of the metric's kind, or percent.")
    window_minutes: _Window = Field(60, description="Over how long, up to now.")
    min_samples: _Samples = Field(
        20, description="With fewer calls in the window nothing is said. Counts need none."
    )
    hold_minutes: _Hold = Field(
        5, description="For how long it has to be so, or to be over, before it is told."
    )
    destination_ids: _Destinations | None = Field(
        None,
        description="Tell these alone of the destinations that subscribe to `alert.triggered` and "
        "`alert.resolved`; null: all of them.",
    )
    enabled: bool = Field(default=True, description="Whether it is watched.")


class AlertUpdate(BaseModel):
    """What is left out stays. Another number or threshold is watched anew, and told anew."""

    name: _Name | None = Field(None, description="What people call it.")
    comparison: Comparison | None = Field(None, description="When it is told.")
    threshold: _Threshold | None = Field(None, description="A number, or percent.")
    window_minutes: _Window | None = Field(None, description="Over how long, up to now.")
    min_samples: _Samples | None = Field(None, description="With fewer nothing is said.")
    hold_minutes: _Hold | None = Field(None, description="For how long it has to be so.")
    destination_ids: _Destinations | None = Field(None, description="Null: all that subscribe.")
    enabled: bool | None = Field(None, description="Whether it is watched.")


class AlertRead(BaseModel):
    id: UUID = Field(description="Its id.")
    name: str = Field(description="What people call it.")
    metric: str = Field(description=ABOUT)
    agent_id: UUID | None = Field(description="In whose calls alone; null: everybody's.")
    comparison: Comparison = Field(description="When it is told.")
    threshold: float = Field(description="A number of the metric's kind, or percent.")
    window_minutes: int = Field(description="Over how long, up to now.")
    min_samples: int = Field(description="With fewer nothing is said.")
    hold_minutes: int = Field(description="For how long it has to be so before it is told.")
    destination_ids: list[UUID] | None = Field(description="Who is told; null: all that subscribe.")
    enabled: bool = Field(description="Whether it is watched.")
    state: AlertState = Field(description="How it stands, as it was told.")
    state_since: datetime | None = Field(description="Since when; null: nothing was told yet.")
    checked_at: datetime | None = Field(
        description="When a worker last looked at it; null: it was only just made."
    )
    value: float | None = Field(
        description="What was found then; null: too few samples, or it is hidden, or the window is "
        "longer than events are kept."
    )
    is_hidden: bool = Field(
        default=False,
        description="Whether value and baseline are not for you: they are of a field of agents "
        "that mask something, and you are a reviewer.",
    )
    baseline: float | None = Field(description="What it was compared with, where with weeks.")
    samples: int = Field(description="Of how many the value is.")
    created_at: datetime = Field(description="When it was made.")

    @classmethod
    def of(cls, alert: Alert, *, is_hidden: bool = False) -> "AlertRead":
        shown = cls.model_validate(alert, from_attributes=True)
        without = {"value": None, "baseline": None, "is_hidden": True}
        return shown.model_copy(update=without) if is_hidden else shown
