"""Whether two samples differ, by tests that need no normal distribution; and by how much. Pure.

All p-values are two-sided. An effect is positive when the first sample is higher.
"""

from collections.abc import Mapping, Sequence
from math import asin, erfc, exp, pi, sqrt
from typing import Literal, NamedTuple, TypeAlias

Test: TypeAlias = Literal["two_proportion", "fisher_exact", "mann_whitney", "chi_square"]
Effect: TypeAlias = Literal["cohens_h", "cliffs_delta", "cramers_v"]

# With fewer expected in a cell, categories are taken together.
_FEWEST_EXPECTED = 5.0
# After adjusting for many tests it is tails of 1 in 100,000 that decide. There, a small sample
# beside a large one is skewed: with 50 expected a normal distribution says half of what is so.
_ENOUGH_FOR_NORMAL = 500.0


class Compared(NamedTuple):
    test: Test
    p_value: float
    effect: float
    measure: Effect


def two_proportions(part: int, whole: int, other_part: int, other_whole: int) -> Compared:
    """Compare two shares: Fisher's exact test, or a pooled z-test where very many are expected.

    The effect is Cohen's h.
    """
    share, other = part / whole, other_part / other_whole
    effect = 2 * asin(sqrt(share)) - 2 * asin(sqrt(other))
    pooled = (part + other_part) / (whole + other_whole)
    if pooled in {0, 1}:
        return Compared("fisher_exact", 1.0, 0.0, "cohens_h")
    if min(pooled, 1 - pooled) * min(whole, other_whole) < _ENOUGH_FOR_NORMAL:
        p_value = _fisher(part, whole, other_part, other_whole)
        return Compared("fisher_exact", p_value, effect, "cohens_h")
    error = sqrt(pooled * (1 - pooled) * (1 / whole + 1 / other_whole))
    return Compared("two_proportion", _normal(abs(share - other) / error), effect, "cohens_h")


def _fisher(part: int, whole: int, other_part: int, other_whole: int) -> float:
    """Sum the probabilities of all tables that are no likelier than the one that was found.

    Each follows from the one beside it, from the likeliest on: those too far out to be written as
    a number are as good as impossible.
    """
    parts, others = part + other_part, whole + other_whole - part - other_part
    least, most = max(0, whole - others), min(parts, whole)
    likeliest = (parts + 1) * (whole + 1) // (parts + others + 2)
    weights = {likeliest: 1.0}
    for k in range(likeliest, most):
        odds = (parts - k) * (whole - k) / ((k + 1) * (others - whole + k + 1))
        weights[k + 1] = weights[k] * odds
    for k in range(likeliest, least, -1):
        odds = k * (others - whole + k) / ((parts - k + 1) * (whole - k + 1))
        weights[k - 1] = weights[k] * odds
    # Equal ones may differ in the last digits.
    limit = weights[part] * (1 + 1e-7)
    return min(1.0, sum(each for each in weights.values() if each <= limit) / sum(weights.values()))


def mann_whitney(values: Mapping[float, int], others: Mapping[float, int]) -> Compared:
    """Compare two samples by their ranks; each has how often a value is there.

    By the normal approximation with ties and continuity corrected. Where more than half are one
    value, ranks are as skewed as a share, and how many have it is compared by Fisher's exact test.
    The effect is Cliff's delta: by how much likelier a value of the first is above one of the other
    than below.
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
    delta = 2 * above / (n * m) - 1
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return Compared("mann_whitney", 1.0, 0.0, "cliffs_delta")
    most = max({*values, *others}, key=lambda each: values.get(each, 0) + others.get(each, 0))
    with_it, others_with_it = values.get(most, 0), others.get(most, 0)
    apart = total - with_it - others_with_it
    if apart < total / 2 and apart / total * min(n, m) < _ENOUGH_FOR_NORMAL:
        p_value = _fisher(with_it, n, others_with_it, m)
        return Compared("fisher_exact", p_value, delta, "cliffs_delta")
    distance = max(0.0, abs(above - n * m / 2) - 0.5)
    p_value = _normal(distance / sqrt(variance))
    return Compared("mann_whitney", p_value, delta, "cliffs_delta")


def chi_square(counts: Mapping[str, int], others: Mapping[str, int]) -> Compared:
    """Compare how two samples fall into categories; rare ones are taken together.

    Unless very many are expected in each, every category is compared with the rest by Fisher's
    exact test, and the least p-value is taken times as many as there are (Bonferroni). The effect
    is Cramér's V, which has no direction.
    """
    n, m = sum(counts.values()), sum(others.values())
    table = _joined(counts, others)
    statistic, fewest = 0.0, _ENOUGH_FOR_NORMAL
    for pair in table:
        for found, size in zip(pair, (n, m), strict=True):
            expected = sum(pair) * size / (n + m)
            statistic += (found - expected) ** 2 / expected
            fewest = min(fewest, expected)
    freedom = len(table) - 1
    if freedom < 1:
        return Compared("chi_square", 1.0, 0.0, "cramers_v")
    effect = sqrt(statistic / (n + m))
    if fewest < _ENOUGH_FOR_NORMAL:
        # Of two, one is the rest of the other: that is one test.
        tests = len(table) if freedom > 1 else 1
        least = min(_fisher(one, n, other, m) for one, other in table)
        return Compared("fisher_exact", min(1.0, tests * least), effect, "cramers_v")
    return Compared("chi_square", _chi_square(statistic, freedom), effect, "cramers_v")


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
