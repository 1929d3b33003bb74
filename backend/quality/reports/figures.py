"""Means and shares with their 95 % intervals, from sums alone. Pure."""

from dataclasses import dataclass
from math import sqrt

from backend.platform.statistics.intervals import Interval, Z, wilson


@dataclass(frozen=True)
class Tally:
    """Sums over scores; adding another one of the opposite sign takes them back out."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0
    passed: int = 0
    failed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.n + other.n,
            self.total + other.total,
            self.squares + other.squares,
            self.passed + other.passed,
            self.failed + other.failed,
        )

    def __neg__(self) -> "Tally":
        return Tally(-self.n, -self.total, -self.squares, -self.passed, -self.failed)


@dataclass(frozen=True)
class Figure:
    """A mean over `n` scores with its interval, and the share that passed with its own."""

    n: int
    mean: float | None
    interval: Interval | None
    passed_percent: float | None
    passed_interval: Interval | None


def figure(tally: Tally) -> Figure:
    decided = tally.passed + tally.failed
    return Figure(
        n=tally.n,
        mean=tally.total / tally.n if tally.n else None,
        interval=_mean_interval(tally),
        passed_percent=100 * tally.passed / decided if decided else None,
        passed_interval=_wilson(tally.passed, decided),
    )


def _mean_interval(tally: Tally) -> Interval | None:
    """Return the normal interval of the mean, within 0 and 100; one score alone has none."""
    if tally.n < 2:
        return None
    mean = tally.total / tally.n
    variance = max(0.0, (tally.squares - tally.n * mean**2) / (tally.n - 1))
    half = Z * sqrt(variance / tally.n)
    return Interval(max(0.0, mean - half), min(100.0, mean + half))


def _wilson(passed: int, decided: int) -> Interval | None:
    """Return Wilson's interval of a share, in percent: it holds for few and for all alike."""
    found = wilson(passed, decided)
    return None if found is None else Interval(100 * found.low, 100 * found.high)
