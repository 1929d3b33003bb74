"""Numbers with their 95 % intervals, from sums alone. Pure."""

from backend.insights.metrics.definitions import MetricKind
from backend.insights.metrics.reading import Tally
from backend.platform.statistics.intervals import Interval, students, wilson


def interval_of(tally: Tally, kind: MetricKind) -> Interval | None:
    """Give Wilson's interval of a share, and Student's of a mean; what is counted has none."""
    if tally.n and tally.shares == tally.n:
        found = wilson(round(tally.total / 100), tally.n)
        return None if found is None else Interval(100 * found.low, 100 * found.high)
    if kind is not MetricKind.MEAN:
        return None
    return students(tally.n, tally.total, tally.squares)
