"""What reports look like."""

from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from backend.quality.interval import IntervalRead
from backend.quality.naming import NamedCall
from backend.quality.reports.figures import Tally, figure
from backend.quality.reports.models import CountedEvaluation


class By(StrEnum):
    AGENT = "agent"
    VERSION = "version"
    CRITERION = "criterion"
    CATEGORY = "category"
    WEEK = "week"


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
    agent_id: UUID | None = Field(None, description="The agent.")
    agent_version: int | None = Field(None, description="Which version of it.")
    key: str | None = Field(None, description="The criterion's key.")
    policy_id: UUID | None = Field(None, description="Whose criterion it is.")
    week: date | None = Field(None, description="The Monday of the week.")


class ReportRead(BaseModel):
    by: By = Field(description="What the items are.")
    overall: FigureRead = Field(description="All of it together.")
    waiting: int = Field(description="Evaluations that wait for a person, and count for nothing.")
    items: list[ReportItem] = Field(description="One for each.")


class WorstCall(BaseModel):
    call_id: UUID = Field(description="The call.")
    agent_id: UUID = Field(description="Whose call it was.")
    policy_id: UUID = Field(description="By which policy.")
    call: NamedCall = Field(description="What people know it by.")
    score: float = Field(description="0 to 100.")
    week: date = Field(description="The Monday of its week.")

    @classmethod
    def of(cls, counted: CountedEvaluation, call: NamedCall) -> Self:
        return cls(
            call_id=counted.call_id,
            call=call,
            agent_id=counted.agent_id,
            policy_id=counted.policy_id,
            score=counted.score or 0.0,
            week=counted.week,
        )


class CoachingQuote(BaseModel):
    call_id: UUID = Field(description="The call.")
    call_at: datetime = Field(description="When the call began.")
    verdict: str | float | None = Field(description="What was said of it.")
    reason: str | None = Field(description="Why.")
    quote: str | None = Field(description="The words it rests on.")
    turns: list[int] = Field(description="Where in the call.")
    start_ms: int | None = Field(description="From the call's start.")


class CoachingPoint(FigureRead):
    key: str = Field(description="The criterion's key.")
    policy_id: UUID = Field(description="Whose criterion it is.")
    name: str = Field(description="What people call it.")
    category: str = Field(description="What it belongs to.")
    quotes: list[CoachingQuote] = Field(
        description="From the calls with the lowest scores, of what was failed or done well."
    )


class CoachingRead(BaseModel):
    agent_id: UUID = Field(description="The agent.")
    agent: str = Field(description="What it is called.")
    overall: FigureRead = Field(description="All its calls together.")
    to_work_on: list[CoachingPoint] = Field(description="The weakest criteria first.")
    done_well: list[CoachingPoint] = Field(description="The strongest criteria first.")
