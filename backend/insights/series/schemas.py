"""What charts are asked for, and what they show."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.calls.models import CallSource
from backend.compliance.callee import TimeZone
from backend.insights.metrics.definitions import FIELD, MetricKind
from backend.insights.metrics.fields import FieldKind
from backend.insights.metrics.names import ABOUT, Metric
from backend.insights.metrics.schemas import LONGEST, Interval
from backend.platform.storable import ReckonedInstant, StorableText


class SeriesBy(StrEnum):
    DAY = "day"
    WEEK = "week"
    WEEKDAY = "weekday"
    HOUR = "hour"
    AGENT = "agent"
    VERSION = "version"
    NUMBER = "number"


class Asked(BaseModel):
    """Whose calls, and when they were created."""

    model_config = ConfigDict(extra="forbid")

    agent_id: UUID | None = Field(None, description="Of this agent's calls alone.")
    agent_version: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        None, description="Of those that this version of the agent took."
    )
    number: Annotated[StorableText, Field(max_length=32)] | None = Field(
        None, description="Of those from, or inbound to, this number of yours (E.164)."
    )
    source: CallSource | None = Field(None, description="Of those that came about this way.")
    since: ReckonedInstant | None = Field(
        None, description="Calls created from here on. Default: of the last 30 days."
    )
    until: ReckonedInstant | None = Field(None, description="Calls created before. Default: now.")
    time_zone: TimeZone = Field(
        "UTC", description="Whose calendar and clock tell days and hours. Default UTC."
    )

    @model_validator(mode="after")
    def _is_a_stretch(self) -> Self:
        if self.since is not None and self.until is not None:
            if self.since >= self.until:
                raise ValueError("`since` must be before `until`")
            if self.until - self.since > LONGEST:
                raise ValueError(f"from `since` to `until` are {LONGEST.days} days at most")
        return self


class SeriesQuery(Asked):
    metric: Metric = Field(description=ABOUT)
    by: SeriesBy = Field(SeriesBy.DAY, description="What there is a point for each of.")

    @property
    def asked_metric(self) -> str:
        return self.metric


class Point(BaseModel):
    key: str = Field(
        description="The day, the Monday of the week, the weekday (1 is Monday), the hour, the "
        "agent's id, its version or the number."
    )
    label: str = Field(description="The same as people read it, such as the agent's name.")
    agent_id: UUID | None = Field(None, description="The agent, where that is what is told apart.")
    agent_version: int | None = Field(None, description="Which version of it.")
    value: float | None = Field(
        description="The number; null: nothing to make it of, or it began before `known_since`."
    )
    n: int = Field(description="Of how many calls, records, evaluations or events.")
    interval: Interval | None = Field(
        description="The 95 % interval of a share (Wilson's) or a mean (Student's); else null."
    )
    calls: dict[str, Any] | None = Field(
        description="What to ask `GET /api/v1/calls` for, to see the calls behind it; of a share, "
        "those that are counted as yes; null: the list cannot tell them apart."
    )


class SeriesRead(BaseModel):
    metric: str = Field(description="What was asked for.")
    kind: MetricKind = Field(description="How samples come to a number: count, sum, mean or share.")
    by: SeriesBy = Field(description="What there is a point for each of.")
    since: datetime = Field(description="Calls created from here on.")
    until: datetime = Field(description="Calls created before.")
    known_since: datetime | None = Field(
        description="Of events (`webhooks_missed`, `deliveries_dead`) that are kept for less long: "
        "figures are of what happened since; null: all of it is known."
    )
    overall: Point = Field(description="All of it together, what is in no point too.")
    points: list[Point] = Field(
        description="One for each, in their order; days, weekdays and hours without any too."
    )


class DistributionQuery(Asked):
    metric: Metric | None = Field(None, description=ABOUT)
    field: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,63}$")] | None = Field(
        None, description="A field of records by its name, instead of a metric."
    )

    @model_validator(mode="after")
    def _is_of_one(self) -> Self:
        if (self.metric is None) == (self.field is None):
            raise ValueError("needs either `metric` or `field`")
        return self

    @property
    def asked_metric(self) -> str:
        return self.metric or f"{FIELD}{self.field}"


class DistributionPart(BaseModel):
    label: str = Field(description="The value, `yes` or `no`, or the bin's edges.")
    low: float | None = Field(None, description="Where a bin begins.")
    high: float | None = Field(None, description="Where it ends, itself not in it; null: open.")
    n: int = Field(description="How many there are.")
    percent: float = Field(description="The same in percent of all.")
    interval: Interval | None = Field(description="Its 95 % interval (Wilson's).")
    calls: dict[str, Any] | None = Field(
        description="What to ask `GET /api/v1/calls` for, to see the calls behind it; null: the "
        "list cannot tell them apart."
    )


class Quartiles(BaseModel):
    low: float = Field(description="A quarter is below.")
    high: float = Field(description="A quarter is above.")


class DistributionRead(BaseModel):
    metric: str = Field(description="What was asked for.")
    n: int = Field(description="Of how many: the newest 10,000 at most.")
    since: datetime = Field(description="Calls created from here on.")
    until: datetime = Field(description="Calls created before.")
    median: float | None = Field(description="Of numbers: half are above it.")
    median_interval: Interval | None = Field(description="Its 95 % interval, by order alone.")
    quartiles: Quartiles | None = Field(description="Half are between these.")
    parts: list[DistributionPart] = Field(
        description="Bins in their order, or values, the most frequent first. The empty value is "
        "of records without one."
    )


class FieldRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    name: str = Field(description="Its name.")
    title: str = Field(description="What people call it.")
    kind: FieldKind = Field(description="What figures can be made of it.")
    choices: list[str] = Field(description="The values it may have, if it has a choice.")
