"""A 95 % interval, and how the API shows it."""

from typing import NamedTuple, Self

from pydantic import BaseModel, Field


class Interval(NamedTuple):
    low: float
    high: float


class IntervalRead(BaseModel):
    low: float = Field(description="Its lower end.")
    high: float = Field(description="Its upper end.")

    @classmethod
    def of(cls, interval: Interval | None) -> Self | None:
        return None if interval is None else cls(low=interval.low, high=interval.high)
