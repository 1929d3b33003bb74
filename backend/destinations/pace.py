"""How many deliveries to a destination may be on their way at once, and how soon the next may be.

It begins with few, gets one more with each that is taken, and half as many with each that fails:
many that hang until their time is up would be a burst of work for all other destinations. One that
goes on failing is asked ever more seldom, and not in step with others that fail: it would use up
the time of those that work, and the tries of all that waits for it.
"""

import random
from dataclasses import dataclass

from backend.destinations.parcel import Answer

_AT_FIRST = 2
_FIRST_REST_SECONDS = 0.1
LONGEST_REST_SECONDS = 2.0
_DOUBLINGS = 5


@dataclass
class Pace:
    """`most` is the destination's own limit, `limit` what it gets for now."""

    most: int
    limit: int
    # How often it failed in succession since it got but one at a time.
    failures: int = 0

    @classmethod
    def at_first(cls, most: int, *, is_failing: bool) -> "Pace":
        return cls(most, 1 if is_failing else min(_AT_FIRST, most), int(is_failing))

    def keep_within(self, most: int) -> None:
        self.most, self.limit = most, min(self.limit, most)

    def learn(self, answer: Answer) -> None:
        """Go a little faster, or half as fast: one that is dead is soon asked one at a time."""
        if answer.error is None:
            self.limit, self.failures = min(self.limit + 1, self.most), 0
            return
        self.failures += self.limit == 1
        self.limit = max(1, self.limit // 2)

    def rest_seconds(self) -> float:
        """Say how long an attempt keeps its place after its end. 0, unless it fails and fails."""
        if not self.failures:
            return 0.0
        rest = min(
            _FIRST_REST_SECONDS * 2.0 ** min(self.failures, _DOUBLINGS), LONGEST_REST_SECONDS
        )
        return rest * random.uniform(0.5, 1)  # noqa: S311 - jitter
