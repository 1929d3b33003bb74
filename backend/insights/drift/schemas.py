"""What is compared, and what was found."""

from datetime import datetime, timedelta
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.insights.drift.comparing import Side
from backend.insights.drift.judging import Finding, Side as Found, Verdict
from backend.insights.metrics.names import ABOUT, Metric
from backend.insights.metrics.reading import Stretch
from backend.insights.metrics.schemas import LONGEST, Interval
from backend.platform import clock
from backend.platform.statistics.comparing import Effect, Test
from backend.platform.storable import ReckonedInstant

_WINDOW = timedelta(days=7)
_BASELINE = timedelta(days=28)
_Version = Annotated[int, Field(ge=1, le=1_000_000)]


class DriftQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    metric: Metric | None = Field(
        None, description=f"{ABOUT} Default null: all of them, and all fields of records."
    )
    agent_id: UUID | None = Field(None, description="Of this agent's calls alone.")
    agent_version: _Version | None = Field(None, description="Of this version's calls alone.")
    baseline_version: _Version | None = Field(
        None, description="Compare with calls of this version of the agent, of any time."
    )
    since: ReckonedInstant | None = Field(
        None, description="The window: calls created from here on. Default: of the last 7 days."
    )
    until: ReckonedInstant | None = Field(None, description="Calls created before. Default: now.")
    baseline_since: ReckonedInstant | None = Field(
        None, description="The baseline. Default: of the 28 days before the window."
    )
    baseline_until: ReckonedInstant | None = Field(
        None, description="Calls created before. Default: where the window begins."
    )

    @model_validator(mode="after")
    def _are_stretches(self) -> Self:
        if self.baseline_version is not None and None in {self.agent_id, self.agent_version}:
            raise ValueError("`baseline_version` needs `agent_id` and `agent_version`")
        try:
            sides = self.sides()
        except OverflowError:
            raise ValueError("window and baseline are within the calendar") from None
        for side in sides:
            if not timedelta() < side.stretch.until - side.stretch.since <= LONGEST:
                raise ValueError(f"window and baseline are of up to {LONGEST.days} days each")
        return self

    def sides(self) -> tuple[Side, Side]:
        """Say what is compared with what, where not all of it was said."""
        is_of_versions = self.baseline_version is not None
        until = self.until or clock.now()
        since = self.since or until - (LONGEST if is_of_versions else _WINDOW)
        ended = self.baseline_until or (until if is_of_versions else since)
        began = self.baseline_since or ended - (LONGEST if is_of_versions else _BASELINE)
        version = self.baseline_version if is_of_versions else self.agent_version
        return (
            Side(Stretch(since, until), self.agent_version),
            Side(Stretch(began, ended), version),
        )


class SideRead(BaseModel):
    value: float | None = Field(description="The share in percent or the mean; null: neither.")
    interval: Interval | None = Field(description="Its 95 % interval.")
    median: float | None = Field(description="Of numbers that are no shares, the median.")
    shares: dict[str, float] | None = Field(
        description="Of a field with choices, the percentage of each; the empty one is of records "
        "without a value."
    )

    @classmethod
    def of(cls, found: Found) -> Self:
        return cls(
            value=found.value,
            interval=Interval.of(found.interval),
            median=found.median,
            shares=found.shares,
        )


class FindingRead(BaseModel):
    metric: str = Field(description="What was compared.")
    verdict: Verdict = Field(
        description="`drift` at an adjusted p-value of 0.05 at most, with an effect of 0.1 at "
        "least; `too_few` with fewer than 30 samples on a side, or 7 days where days are counted."
    )
    test: Test | None = Field(description="By which test; null: there were too few.")
    p_value: float | None = Field(description="Two-sided, of this test alone.")
    adjusted_p_value: float | None = Field(
        description="The same, for all tests made (Holm); of new versions, for all five looks too."
    )
    effect: Effect | None = Field(description="What `effect_size` is.")
    effect_size: float | None = Field(
        description="How much it changed, from -1 to 1 (Cohen's h: to π); positive is higher now."
    )
    n: int = Field(description="Samples in the window, the newest 10,000 at most; or days.")
    baseline_n: int = Field(description="Samples in the baseline; or days.")
    window: SideRead = Field(description="What it came to in the window.")
    baseline: SideRead = Field(description="What it came to in the baseline.")
    is_by_day: bool = Field(description="Whether days were counted, and the value is of a day.")

    @classmethod
    def of(cls, found: Finding) -> Self:
        own = {name: getattr(found, name) for name in cls.model_fields}
        sides = {"window": SideRead.of(found.window), "baseline": SideRead.of(found.baseline)}
        return cls(**own | sides)


class DriftRead(BaseModel):
    since: datetime = Field(description="The window.")
    until: datetime = Field(description="Its end.")
    baseline_since: datetime = Field(description="What it is compared with.")
    baseline_until: datetime = Field(description="Its end.")
    items: list[FindingRead] = Field(description="One for each metric and field.")
