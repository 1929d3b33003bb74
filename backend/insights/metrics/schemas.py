"""What every answer with figures says of them, and over how long one may ask."""

from datetime import timedelta
from typing import Self

from pydantic import BaseModel, Field

from backend.platform.statistics import intervals

LONGEST = timedelta(days=400)


class Interval(BaseModel):
    """A 95 % interval."""

    low: float = Field(description="Its lower end.")
    high: float = Field(description="Its upper end.")

    @classmethod
    def of(cls, found: intervals.Interval | None, *, times: float = 1) -> Self | None:
        """Show an interval, times so much: null stays null."""
        return None if found is None else cls(low=times * found.low, high=times * found.high)
