"""How sure a share, a mean or a median is: its 95 % interval. Pure."""

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

Z = 1.959964
# A mean of fewer says nothing of how far others would be from it.
_FEWEST = 3
_OF_TWO = 4.302653


class Interval(NamedTuple):
    low: float
    high: float


def wilson(part: int, whole: int) -> Interval | None:
    """Give Wilson's score interval of a share: sound for few cases and shares near 0 and 1."""
    if not whole:
        return None
    share, square = part / whole, Z**2
    middle = (share + square / (2 * whole)) / (1 + square / whole)
    spread = Z * sqrt(share * (1 - share) / whole + square / (4 * whole**2))
    spread /= 1 + square / whole
    return Interval(max(0.0, middle - spread), min(1.0, middle + spread))


def students(n: int, total: float, squares: float) -> Interval | None:
    """Give Student's interval of a mean, by the sums of numbers and of their squares."""
    if n < _FEWEST:
        return None
    mean = total / n
    variance = max(0.0, (squares - n * mean**2) / (n - 1))
    half = _students_t(n - 1) * sqrt(variance / n)
    return Interval(mean - half, mean + half)


def _students_t(freedom: int) -> float:
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


def quantile(numbers: Mapping[float, int], share: float) -> float | None:
    """Give the number that has this share of all below it: the lowest of those that have.

    `numbers` has how often each is there.
    """
    return _at(numbers, share * sum(numbers.values()))


def median(numbers: Mapping[float, int]) -> float | None:
    return quantile(numbers, 0.5)


def median_interval(numbers: Mapping[float, int]) -> Interval | None:
    """Give the interval of a median, by the order of what was found alone."""
    n = sum(numbers.values())
    half = Z * sqrt(n) / 2
    low, high = _at(numbers, n / 2 - half), _at(numbers, n / 2 + half + 1)
    return None if low is None or high is None else Interval(low, high)


def _at(numbers: Mapping[float, int], place: float) -> float | None:
    """Give the number at a place in their order, from 1 to as many as there are."""
    passed = 0
    if place > sum(numbers.values()) or place < 0:
        return None
    for number in sorted(numbers):
        passed += numbers[number]
        if passed >= place:
            return number
    return None
