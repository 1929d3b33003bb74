"""Cutting numbers into bins that people can read. Pure."""

from collections import Counter
from collections.abc import Iterator
from math import ceil, floor, log10
from typing import NamedTuple

from backend.platform.statistics.intervals import quantile

_MOST_BINS = 20
# What lies beyond is in the last bin, so that few long calls do not squeeze all others into one.
_ALMOST_ALL = 0.99
_STEPS = (1, 2, 2.5, 5, 10)
_SECOND = 1000.0
_CLOCK = tuple(_SECOND * each for each in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600))


class Bin(NamedTuple):
    low: float
    # Null: and all above.
    high: float | None
    n: int


def bins_of(numbers: Counter[float], *, is_time: bool = False) -> list[Bin]:
    """Count numbers in bins of equal width, at round edges; the last one may be open."""
    low, high = quantile(numbers, 0), quantile(numbers, _ALMOST_ALL)
    if low is None or high is None:
        return []
    step = _step((high - low) / _MOST_BINS, is_time=is_time)
    if all(number.is_integer() for number in numbers):
        step = max(1.0, step)
    first = floor(low / step)
    last = max(first, floor(high / step))
    counts = Counter[int]()
    for number, n in numbers.items():
        counts[min(last, floor(number / step))] += n
    is_open = max(numbers) >= (last + 1) * step
    return [*_bins(counts, first, last, step, is_open=is_open)]


def _bins(
    counts: Counter[int], first: int, last: int, step: float, *, is_open: bool
) -> Iterator[Bin]:
    for place in range(first, last + 1):
        high = None if is_open and place == last else round((place + 1) * step, 9)
        yield Bin(round(place * step, 9), high, counts[place])


def _step(least: float, *, is_time: bool) -> float:
    """Give a round width that is no less than this."""
    if is_time:
        return next((each for each in _CLOCK if each >= least), ceil(least / 3.6e6) * 3.6e6)
    if least <= 0:
        return 1.0
    power = 10.0 ** floor(log10(least))
    return next((each * power for each in _STEPS if each * power >= least * (1 - 1e-9)), 10 * power)
