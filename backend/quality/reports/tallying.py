"""What one evaluation adds to the sums. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from backend.quality.reports.figures import Tally

# A criterion with at least half of its score counts as met.
_MET = 50.0


class Dimension(StrEnum):
    SCORE = "score"
    CATEGORY = "category"
    CRITERION = "criterion"
    WAITING = "waiting"


class Part(NamedTuple):
    dimension: Dimension
    name: str


class Scored(NamedTuple):
    """What of an evaluation is counted."""

    score: float | None
    passed: bool | None
    categories: Mapping[str, float | None]
    criteria: Mapping[str, float | None]
    # Waits for a person: counted as that alone.
    waiting: bool


def parts_of(scored: Scored) -> dict[Part, Tally]:
    if scored.waiting:
        return {Part(Dimension.WAITING, ""): Tally(n=1)}
    parts = {
        Part(Dimension.SCORE, ""): _one(scored.score, scored.passed),
        **{
            Part(Dimension.CATEGORY, name): _one(score, None)
            for name, score in scored.categories.items()
        },
        **{
            Part(Dimension.CRITERION, key): _one(score, None if score is None else score >= _MET)
            for key, score in scored.criteria.items()
        },
    }
    return {part: tally for part, tally in parts.items() if tally != Tally()}


def _one(score: float | None, passed: bool | None) -> Tally:  # noqa: FBT001 - null is a third
    return Tally(
        n=int(score is not None),
        total=score or 0.0,
        squares=(score or 0.0) ** 2,
        passed=int(passed is True),
        failed=int(passed is False),
    )


def difference(old: Mapping[Part, Tally], new: Mapping[Part, Tally]) -> dict[Part, Tally]:
    """Return what has to be added to the sums for the new to take the place of the old."""
    changed = {part: new.get(part, Tally()) + -old.get(part, Tally()) for part in {*old, *new}}
    return {part: tally for part, tally in changed.items() if tally != Tally()}


def monday_of(instant: datetime) -> date:
    return monday_before(instant.astimezone(UTC).date())


def monday_before(day: date) -> date:
    return day - timedelta(days=day.weekday())
