"""The score of a call by the verdicts on it. Exact: no rounding decides whether it passes."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True)
class Marked:
    """A criterion with what was given for it.

    `mark` is from 0 to 100. None: it does not apply, or no verdict on it is believed.
    """

    key: str
    category: str
    weight: float
    mark: float | None
    auto_fail: bool = False
    fail_below: float = 50.0

    @property
    def failed(self) -> bool:
        return self.mark is not None and self.mark < self.fail_below


@dataclass(frozen=True)
class Score:
    """What a call came to. `score` and `passed` are None when no criterion applies."""

    score: float | None
    passed: bool | None
    auto_failed: bool = False
    category_scores: dict[str, float] = field(default_factory=dict)


def score(
    marked: Sequence[Marked], *, passing_score: float, unreliable: Collection[str] = ()
) -> Score:
    """Score a call: the weighted mean over the criteria that apply, in all and by category.

    Criteria whose key is in `unreliable` are left out of everything, as if they were not asked.
    One that fails the call makes the score 0; its category stays as it is.
    """
    counted = [each for each in marked if each.key not in unreliable]
    categories = dict.fromkeys(each.category for each in counted)
    by_category = {
        name: mean
        for name in categories
        if (mean := _mean(each for each in counted if each.category == name)) is not None
    }
    overall = _mean(counted)
    auto_failed = any(each.auto_fail and each.failed for each in counted)
    if auto_failed:
        overall = Fraction(0)
    return Score(
        score=None if overall is None else float(overall),
        passed=None if overall is None else not auto_failed and overall >= Fraction(passing_score),
        auto_failed=auto_failed,
        category_scores={name: float(mean) for name, mean in by_category.items()},
    )


def _mean(marked: Iterable[Marked]) -> Fraction | None:
    """Take the weighted mean; None where nothing that applies has any weight."""
    applying = [
        (Fraction(each.weight), Fraction(each.mark)) for each in marked if each.mark is not None
    ]
    total = sum((weight for weight, _ in applying), Fraction(0))
    if not total:
        return None
    return sum((weight * mark for weight, mark in applying), Fraction(0)) / total
