"""Bringing several orders of the same things into one, by reciprocal ranks: pure."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

# How little the first places count more than the next. Of Cormack, Clarke and Büttcher, "Reciprocal
# Rank Fusion outperforms Condorcet and individual Rank Learning Methods" (2009).
_EVEN = 60


def fused(*orders: Sequence[tuple[K, float]]) -> list[tuple[K, float]]:
    """Give all of them with their scores, the best first.

    Each comes with how much its place in that order counts, from 0 to 1. What is high in several
    orders comes before what is at the top of one. Of equals, those of the earlier order come first.
    """
    scores: dict[K, float] = {}
    for order in orders:
        for place, (key, weight) in enumerate(order, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (_EVEN + place)
    return sorted(scores.items(), key=lambda each: -each[1])
