"""What reports look like."""

from datetime import date
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from backend.quality.reports import figures
from backend.quality.reports.figures import Tally, figure
from backend.quality.reports.models import CountedEvaluation


class By(StrEnum):
    AGENT = "agent"
    VERSION = "version"
    CRITERION = "criterion"
    CATEGORY = "category"
    WEEK = "week"


class IntervalRead(BaseModel):
    low: float
    high: float

    @classmethod
    def of(cls, interval: figures.Interval | None) -> Self | None:
        return None if interval is None else cls(low=interval.low, high=interval.high)


class FigureRead(BaseModel):
    n: int = Field(description="How many scores the mean is of.")
    mean: float | None = Field(description="The mean score; null without any.")
    interval: IntervalRead | None = Field(
        description="The 95 % interval of the mean; null with fewer than two scores."
    )
    passed_percent: float | None = Field(
        description="How many passed; of a criterion, how many had at least half of its score."
    )
    passed_interval: IntervalRead | None = Field(description="Its 95 % interval (Wilson's).")

    @classmethod
    def of(cls, tally: Tally) -> Self:
        found = figure(tally)
        return cls(
            n=found.n,
            mean=found.mean,
            interval=IntervalRead.of(found.interval),
            passed_percent=found.passed_percent,
            passed_interval=IntervalRead.of(found.passed_interval),
        )


class ReportItem(FigureRead):
    name: str = Field(description="The agent's, category's or criterion's name, or the Monday.")
    agent_id: UUID | None = None
    agent_version: int | None = None
    key: str | None = Field(None, description="The criterion's key.")
    week: date | None = Field(None, description="The Monday of the week.")


class ReportRead(BaseModel):
    by: By
    overall: FigureRead
    waiting: int = Field(description="Evaluations that wait for a person, and count for nothing.")
    items: list[ReportItem]


class WorstCall(BaseModel):
    call_id: UUID
    agent_id: UUID
    policy_id: UUID
    score: float
    week: date

    @classmethod
    def of(cls, counted: CountedEvaluation) -> Self:
        return cls(
            call_id=counted.call_id,
            agent_id=counted.agent_id,
            policy_id=counted.policy_id,
            score=counted.score or 0.0,
            week=counted.week,
        )


class CoachingQuote(BaseModel):
    call_id: UUID
    verdict: str | float | None
    reason: str | None
    quote: str | None
    turns: list[int]
    start_ms: int | None


class CoachingPoint(FigureRead):
    key: str
    name: str
    category: str
    quotes: list[CoachingQuote] = Field(description="From the calls with the lowest scores.")


class CoachingRead(BaseModel):
    agent_id: UUID
    agent: str
    overall: FigureRead
    to_work_on: list[CoachingPoint] = Field(description="The weakest criteria first.")
    done_well: list[CoachingPoint] = Field(description="The strongest criteria first.")
