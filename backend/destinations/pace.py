"""How many deliveries to a destination may be on their way at once.

It begins with few, gets one more with each that is taken, and few again when it fails: many that
hang until their time is up would be a burst of work for all other destinations.
"""

from dataclasses import dataclass

from backend.destinations.parcel import Answer

_AT_FIRST = 4


@dataclass
class Pace:
    """`most` is the destination's own limit, `limit` what it gets for now."""

    most: int
    limit: int

    @classmethod
    def at_first(cls, most: int, *, is_failing: bool) -> "Pace":
        return cls(most, 1 if is_failing else min(_AT_FIRST, most))

    def keep_within(self, most: int) -> None:
        self.most, self.limit = most, min(self.limit, most)

    def learn(self, answer: Answer) -> None:
        """Go a little faster, or half as fast: one that is dead is soon asked one at a time."""
        is_taken = answer.error is None
        self.limit = min(self.limit + 1, self.most) if is_taken else max(1, self.limit // 2)
