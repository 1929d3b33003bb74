"""A 95 % interval, and how the API shows it."""

from typing import Self

from pydantic import BaseModel, Field

from backend.platform.statistics.intervals import Interval as Interval


class IntervalRead(BaseModel):
    low: float = Field(description="Its lower end.")
    high: float = Field(description="Its upper end.")

    @classmethod
    def of(cls, interval: Interval | None) -> Self | None:
        return None if interval is None else cls(low=interval.low, high=interval.high)
