"""How often a number may be called."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Cap:
    """So many attempts in so many hours."""

    count: int
    hours: int

    def free_at(self, attempts: Sequence[datetime], at: datetime) -> datetime:
        """Return the first instant from `at` on with fewer attempts behind it than these.

        The attempts are given in their order.
        """
        period = timedelta(hours=self.hours)
        recent = [each for each in attempts if each > at - period]
        return at if len(recent) < self.count else recent[-self.count] + period
