"""Whether two samples differ, by tests that need no normal distribution; and by how much. Pure.

All p-values are two-sided. An effect is positive when the first sample is higher.
"""

from collections.abc import Mapping, Sequence
from math import asin, erfc, exp, lgamma, pi, sqrt
from typing import Literal, NamedTuple, TypeAlias

Test: TypeAlias = Literal["two_proportion", "fisher_exact", "mann_whitney", "chi_square"]

# With fewer expected in a cell, a normal distribution is too far from what is counted.
_FEWEST_EXPECTED = 5.0


class Compared(NamedTuple):
    test: Test
    p_value: float
    effect: float


def two_proportions(part: int, whole: int, other_part: int, other_whole: int) -> Compared:
    """Compare two shares: pooled z-test, or Fisher's exact test where few are expected.

    The effect is Cohen's h.
    """
    share, other = part / whole, other_part / other_whole
    effect = 2 * asin(sqrt(share)) - 2 * asin(sqrt(other))
    pooled = (part + other_part) / (whole + other_whole)
    if pooled in {0, 1}:
        return Compared("two_proportion", 1.0, 0.0)
    if min(pooled, 1 - pooled) * min(whole, other_whole) < _FEWEST_EXPECTED:
        return Compared("fisher_exact", _fisher(part, whole, other_part, other_whole), effect)
    error = sqrt(pooled * (1 - pooled) * (1 / whole + 1 / other_whole))
    return Compared("two_proportion", _normal(abs(share - other) / error), effect)


def _fisher(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """Sum the probabilities of all tables that are no likelier than the one that was found."""
    parts = part + other_part
    least, most = max(0, parts - other_whole), min(parts, whole)
    logs = {
        k: _log_choose(whole, k) + _log_choose(other_whole, parts - k)
        for k in range(least, most + 1)
    }
    total = _log_choose(whole + other_whole, parts)
    # Equal ones may differ in the last digits.
    as_likely = (log for log in logs.values() if log <= logs[part] + 1e-7)
    return min(1.0, sum(exp(log - total) for log in as_likely))


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def mann_whitney(values: Mapping[float, int], others: Mapping[float, int]) -> Compared:
    """Compare two samples by their ranks; each has how often a value is there.

    By the normal approximation with ties and continuity corrected. The effect is Cliff's delta:
    by how much likelier a value of the first is above one of the other than below.
    """
    n, m = sum(values.values()), sum(others.values())
    below, ranks, ties = 0, 0.0, 0.0
    for value in sorted({*values, *others}):
        here, there = values.get(value, 0), others.get(value, 0)
        tied = here + there
        ranks += here * (below + (tied + 1) / 2)
        ties += tied**3 - tied
        below += tied
    above = ranks - n * (n + 1) / 2
    total = n + m
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return Compared("mann_whitney", 1.0, 0.0)
    distance = max(0.0, abs(above - n * m / 2) - 0.5)
    return Compared("mann_whitney", _normal(distance / sqrt(variance)), 2 * above / (n * m) - 1)


def chi_square(counts: Mapping[str, int], others: Mapping[str, int]) -> Compared:
    """Compare how two samples fall into categories; rare ones are taken together.

    The effect is Cramér's V, which has no direction.
    """
    n, m = sum(counts.values()), sum(others.values())
    table = _joined(counts, others)
    statistic = 0.0
    for pair in table:
        for found, size in zip(pair, (n, m), strict=True):
            expected = sum(pair) * size / (n + m)
            statistic += (found - expected) ** 2 / expected
    freedom = len(table) - 1
    if freedom < 1:
        return Compared("chi_square", 1.0, 0.0)
    return Compared("chi_square", _chi_square(statistic, freedom), sqrt(statistic / (n + m)))


def _joined(counts: Mapping[str, int], others: Mapping[str, int]) -> list[tuple[int, int]]:
    """Take categories together, the rarest first, until enough is expected in each cell."""
    pairs = sorted(
        ((counts.get(name, 0), others.get(name, 0)) for name in {*counts, *others}), key=sum
    )
    smaller = min(sum(counts.values()), sum(others.values()))
    total = sum(counts.values()) + sum(others.values())
    while len(pairs) > 1 and sum(pairs[0]) * smaller / total < _FEWEST_EXPECTED:
        (one, other), (first, second), *rest = pairs
        pairs = sorted([(one + first, other + second), *rest], key=sum)
    return pairs


def _normal(z: float) -> float:
    return erfc(z / sqrt(2))


def _chi_square(x: float, freedom: int) -> float:
    """Give the upper tail of the chi-square distribution, which is a finite sum."""
    half = x / 2
    if freedom % 2:
        tail, term = erfc(sqrt(half)), exp(-half) / sqrt(pi * half) if half else 0.0
        start = 0.5
    else:
        tail, term, start = 0.0, exp(-half) / half if half else 0.0, 0.0
    if not half:
        return 1.0
    for step in range(freedom // 2):
        term *= half / (start + step) if start + step else half
        tail += term
    return min(1.0, tail)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p-values for having made so many tests (Holm), whatever they have to do with another.

    By the adjusted ones, no more than one family of tests in twenty without any difference says at
    0.05 that there is one.
    """
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, highest = [0.0] * len(p_values), 0.0
    for done, place in enumerate(order):
        highest = max(highest, min(1.0, (len(p_values) - done) * p_values[place]))
        adjusted[place] = highest
    return adjusted
