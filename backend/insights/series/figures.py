"""Numbers with their 95 % intervals, from sums alone. Pure."""

from math import sqrt

from backend.insights.metrics.definitions import MetricKind
from backend.insights.metrics.reading import Tally
from backend.platform.statistics.intervals import Interval, Z, wilson

# A mean of fewer says nothing of how far others would be from it.
_FEWEST = 3
_OF_TWO = 4.302653


def interval_of(tally: Tally, kind: MetricKind) -> Interval | None:
    """Give Wilson's interval of a share, and Student's of a mean; what is counted has none."""
    if tally.n and tally.shares == tally.n:
        found = wilson(round(tally.total / 100), tally.n)
        return None if found is None else Interval(100 * found.low, 100 * found.high)
    if kind is not MetricKind.MEAN or tally.n < _FEWEST:
        return None
    mean = tally.total / tally.n
    variance = max(0.0, (tally.squares - tally.n * mean**2) / (tally.n - 1))
    half = _students(tally.n - 1) * sqrt(variance / tally.n)
    return Interval(mean - half, mean + half)


def _students(freedom: int) -> float:
    """Give the 97.5th percentile of Student's t (Abramowitz and Stegun, 26.7.5)."""
    if freedom == _FEWEST - 1:
        return _OF_TWO  # Where the series is off by a hundredth.
    z = Z
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / float(freedom) ** power for power, term in enumerate(terms, start=1))
