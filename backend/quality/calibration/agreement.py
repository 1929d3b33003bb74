"""How far two raters agree beyond chance, and what they take for what. Pure.

Disagreements are weighed by one distance between verdicts, so that a 4 beside a 5 counts for less
than a 0 beside a 5.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

Verdict: TypeAlias = str | float
Unit: TypeAlias = Sequence[Verdict]
Pair: TypeAlias = tuple[Verdict, Verdict]
Distance: TypeAlias = Callable[[Verdict, Verdict], float]


def nominal(one: Verdict, other: Verdict) -> float:
    """Return 1 for two verdicts that are not the same."""
    return float(one != other)


def graded(span: float) -> Distance:
    """Make the squared distance on a scale so wide; a verdict in words is as far as the ends."""

    def distance(one: Verdict, other: Verdict) -> float:
        if isinstance(one, str) or isinstance(other, str):
            return float(one != other)
        return ((one - other) / span) ** 2

    return distance


def cohen_kappa(pairs: Sequence[Pair], distance: Distance = nominal) -> float | None:
    """Return Cohen's kappa of two raters, weighted by the distance.

    None: there is nothing to compare, or both gave one and the same verdict throughout.
    """
    if not pairs:
        return None
    ones = Counter(one for one, _ in pairs)
    others = Counter(other for _, other in pairs)
    observed = sum(distance(one, other) for one, other in pairs) / len(pairs)
    expected = (
        sum(
            distance(one, other) * count * other_count
            for one, count in ones.items()
            for other, other_count in others.items()
        )
        / len(pairs) ** 2
    )
    return None if expected == 0 else 1 - observed / expected


def percent_agreement(units: Sequence[Unit]) -> float | None:
    """Return how many of all pairs of verdicts on the same unit are the same, in percent."""
    same = pairs = 0
    for unit in units:
        pairs += len(unit) * (len(unit) - 1)
        same += sum(count * (count - 1) for count in Counter(unit).values())
    return 100 * same / pairs if pairs else None


def confusion(pairs: Sequence[Pair]) -> Mapping[Verdict, Mapping[Verdict, int]]:
    """Count by what the first says what the second says."""
    table: dict[Verdict, dict[Verdict, int]] = {}
    for one, other in pairs:
        row = table.setdefault(one, {})
        row[other] = row.get(other, 0) + 1
    return table
