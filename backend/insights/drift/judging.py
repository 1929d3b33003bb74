"""Whether a window differs from its baseline, metric by metric. Pure.

Several metrics are a family: by Holm's adjustment, no more than one family in twenty in which
nothing changed has a metric that is told to have drifted. What is sure but tiny is no drift.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from backend.insights.metrics.definitions import MetricKind
from backend.insights.metrics.figures import interval_of
from backend.insights.metrics.reading import Tally
from backend.insights.metrics.sampling import Sample
from backend.platform.statistics.comparing import (
    Compared,
    Effect,
    Test,
    chi_square,
    holm,
    mann_whitney,
    two_proportions,
)
from backend.platform.statistics.intervals import Interval, median

ALPHA = 0.05
# Half of what is called a small effect (0.2 of Cohen's h), and all of a small Cramér's V.
LEAST_EFFECT = 0.1
FEWEST = 30
# Counts are compared day by day, and a week of days is a week.
FEWEST_DAYS = 7

Verdict: TypeAlias = Literal["drift", "no_drift", "too_few"]


@dataclass(frozen=True)
class Pair:
    """A metric's samples in the window and in the baseline: numbers, or categories."""

    metric: str
    window: Sample | Counter[str]
    baseline: Sample | Counter[str]
    is_by_day: bool = field(default=False, kw_only=True)


@dataclass(frozen=True)
class Side:
    """What a metric came to on one side: a share or mean with its interval, or shares by value."""

    value: float | None = None
    interval: Interval | None = None
    median: float | None = None
    shares: dict[str, float] | None = None


@dataclass(frozen=True)
class Finding:
    metric: str
    verdict: Verdict
    test: Test | None
    p_value: float | None
    adjusted_p_value: float | None
    effect: Effect | None
    effect_size: float | None
    n: int
    baseline_n: int
    window: Side
    baseline: Side
    is_by_day: bool = False


def judge(pairs: Sequence[Pair], *, looks: int = 1) -> list[Finding]:
    """Say of each whether it drifted; they are adjusted for each other.

    Who looks several times at what grows says at how many `looks`: they are paid for too.
    """
    compared = [_compare(pair) for pair in pairs]
    tested = [each.p_value for each in compared if each is not None]
    adjusted = iter([min(1.0, looks * each) for each in holm(tested)])
    return [
        _finding(pair, each, None if each is None else next(adjusted))
        for pair, each in zip(pairs, compared, strict=True)
    ]


def _compare(pair: Pair) -> Compared | None:
    """Compare the sides by the test that fits; None: there are too few."""
    fewest = FEWEST_DAYS if pair.is_by_day else FEWEST
    if min(_count(pair.window), _count(pair.baseline)) < fewest:
        return None
    match pair.window, pair.baseline:
        case Sample() as one, Sample() as other if one.is_share and other.is_share:
            return two_proportions(one.numbers[100], one.n, other.numbers[100], other.n)
        case Sample() as one, Sample() as other:
            return mann_whitney(one.numbers, other.numbers)
        case Counter() as one, Counter() as other:
            return chi_square(one, other)
    return None


def _finding(pair: Pair, compared: Compared | None, adjusted: float | None) -> Finding:
    verdict: Verdict = "too_few"
    if compared is not None and adjusted is not None:
        is_drift = adjusted <= ALPHA and abs(compared.effect) >= LEAST_EFFECT
        verdict = "drift" if is_drift else "no_drift"
    return Finding(
        metric=pair.metric,
        verdict=verdict,
        test=compared and compared.test,
        p_value=compared and compared.p_value,
        adjusted_p_value=adjusted,
        effect=compared and compared.measure,
        effect_size=compared and compared.effect,
        n=_count(pair.window),
        baseline_n=_count(pair.baseline),
        window=side_of(pair.window),
        baseline=side_of(pair.baseline),
        is_by_day=pair.is_by_day,
    )


def _count(sample: Sample | Counter[str]) -> int:
    return sample.n if isinstance(sample, Sample) else sample.total()


def side_of(sample: Sample | Counter[str]) -> Side:
    if isinstance(sample, Counter):
        of = sample.total()
        return Side(shares={name: 100 * n / of for name, n in sample.most_common()})
    total = sum(number * n for number, n in sample.numbers.items())
    squares = sum(number * number * n for number, n in sample.numbers.items())
    tally = Tally(sample.n, total, squares, sample.shares)
    return Side(
        value=tally.value(MetricKind.MEAN),
        interval=interval_of(tally, MetricKind.MEAN),
        median=None if sample.is_share else median(sample.numbers),
    )
