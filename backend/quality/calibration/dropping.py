"""Whether a judge agrees less with people than it did. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from backend.quality.calibration.agreement import Verdict

# Fewer verdicts tell nothing; smaller falls are within what the same model varies by.
MIN_VERDICTS = 20
DROP_POINTS = 10.0


@dataclass(frozen=True)
class Agreed:
    """How many of a person's verdicts the model gave as well."""

    n: int = 0
    same: int = 0

    @property
    def percent(self) -> float | None:
        return 100 * self.same / self.n if self.n else None


def compare(
    truth: Mapping[str, Verdict],
    judged: Mapping[str, Verdict | None],
    tolerance: Mapping[str, float],
) -> dict[str, Agreed]:
    """Compare criterion by criterion; numbers agree within the tolerance of their scale."""
    return {
        key: Agreed(1, int(_same(verdict, judged.get(key), tolerance.get(key, 0.0))))
        for key, verdict in truth.items()
    }


def _same(one: Verdict, other: Verdict | None, tolerance: float) -> bool:
    if isinstance(one, str) or isinstance(other, str) or other is None:
        return one == other
    return abs(one - other) <= tolerance


def add(one: Mapping[str, Agreed], other: Mapping[str, Agreed]) -> dict[str, Agreed]:
    total = dict(one)
    for key, more in other.items():
        known = total.get(key, Agreed())
        total[key] = Agreed(known.n + more.n, known.same + more.same)
    return total


def in_all(by_criterion: Mapping[str, Agreed]) -> Agreed:
    return Agreed(
        sum(each.n for each in by_criterion.values()),
        sum(each.same for each in by_criterion.values()),
    )


def has_dropped(before: Agreed | None, now: Agreed) -> bool:
    """Tell a fall of ten points or more, on enough verdicts either time."""
    if before is None or min(before.n, now.n) < MIN_VERDICTS:
        return False
    return (before.percent or 0) - (now.percent or 0) >= DROP_POINTS
