"""How sure a share is: its 95 % interval. Pure."""

from math import sqrt
from typing import NamedTuple

Z = 1.959964


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
