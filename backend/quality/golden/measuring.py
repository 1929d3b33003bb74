"""How far a judge agrees with people on the same calls, and whether it did so better before. Pure.

Agreement is in percent: how near the verdicts are to what people said, on average.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import mean
from typing import TypeAlias

from backend.platform.events import JsonObject
from backend.quality.calibration.agreement import Verdict
from backend.quality.calibration.measuring import distance_of
from backend.quality.judging.verdicts import fits
from backend.quality.policies.config import Criterion

# Fewer calls, or less of a difference, may be chance.
FEWEST = 5
_DROP = 10.0

# By the criteria's keys; None: no verdict, or one that is not believed.
Verdicts: TypeAlias = Mapping[str, Verdict | None]


@dataclass(frozen=True)
class Sheet:
    """One call: what people say of it, what the judge says now, and what it said last time."""

    people: Verdicts
    now: Verdicts
    before: Verdicts | None = None


@dataclass(frozen=True)
class Agreed:
    key: str
    percent: float
    n: int


@dataclass(frozen=True)
class Drop:
    key: str
    before: float
    after: float
    n: int


def measured(criteria: Iterable[Criterion], sheets: Sequence[Sheet]) -> JsonObject:
    """Measure each criterion that is judged. What a rule tells is the same every time."""
    judged = [each for each in criteria if each.rule is None]
    agreement = (agreed(each, sheets) for each in judged)
    dropped = (drop(each, sheets) for each in judged)
    return {
        "agreement": [asdict(each) for each in agreement if each is not None],
        "dropped": [asdict(each) for each in dropped if each is not None],
    }


def agreed(criterion: Criterion, sheets: Sequence[Sheet]) -> Agreed | None:
    pairs = [(each.people, each.now) for each in sheets if _has(each.people, criterion)]
    if not pairs:
        return None
    return Agreed(criterion.key, _percent(criterion, pairs), len(pairs))


def drop(criterion: Criterion, sheets: Sequence[Sheet]) -> Drop | None:
    """Compare on the calls that were judged both times: other calls may be harder."""
    both = [
        (each.people, each.before, each.now)
        for each in sheets
        if each.before is not None
        and criterion.key in each.before
        and _has(each.people, criterion)
        and _can_be(each.before[criterion.key], criterion)
    ]
    if len(both) < FEWEST:
        return None
    before = _percent(criterion, [(people, old) for people, old, _ in both])
    after = _percent(criterion, [(people, new) for people, _, new in both])
    if before - after < _DROP:
        return None
    return Drop(criterion.key, before, after, len(both))


def _has(said: Verdicts, criterion: Criterion) -> bool:
    """Leave out what was said on another scale, before the criterion was changed."""
    verdict = said.get(criterion.key)
    return verdict is not None and fits(verdict, criterion)


def _can_be(judged: Verdict | None, criterion: Criterion) -> bool:
    return judged is None or fits(judged, criterion)


def _percent(criterion: Criterion, pairs: Sequence[tuple[Verdicts, Verdicts]]) -> float:
    """Average over the calls; a verdict that is not believed agrees with nobody."""
    distance = distance_of(criterion.scale)
    return 100 * mean(
        0.0 if said is None or found is None else 1 - distance(said, found)
        for people, judge in pairs
        for said, found in [(people[criterion.key], judge.get(criterion.key))]
    )
