"""What evaluations add to the sums, and that a changed one takes the place of the one before."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings, strategies as st

from backend.quality.reports.figures import Tally
from backend.quality.reports.tallying import (
    Dimension,
    Part,
    Scored,
    difference,
    monday_of,
    parts_of,
)

scores = st.none() | st.sampled_from([0.0, 40.0, 87.5, 100.0])
evaluations = st.builds(
    Scored,
    score=scores,
    passed=st.none() | st.booleans(),
    categories=st.dictionaries(st.sampled_from(["Empathy", "Compliance"]), scores),
    criteria=st.dictionaries(st.sampled_from(["greeting", "closing"]), scores),
    waiting=st.booleans(),
)


@settings(deadline=None)
@given(st.lists(evaluations, min_size=1, max_size=6))
def test_after_any_changes_the_sums_hold_the_last_evaluation_alone(revisions: list[Scored]) -> None:
    sums: dict[Part, Tally] = {}
    before: dict[Part, Tally] = {}
    for revision in revisions:
        parts = parts_of(revision)
        for part, change in difference(before, parts).items():
            sums[part] = sums.get(part, Tally()) + change
        before = parts
    assert {part: tally for part, tally in sums.items() if tally != Tally()} == before


def test_what_waits_for_a_person_adds_nothing_to_the_scores() -> None:
    waiting = Scored(0.0, None, {"Empathy": 0.0}, {"greeting": 0.0}, waiting=True)
    assert parts_of(waiting) == {Part(Dimension.WAITING, ""): Tally(n=1)}


def test_a_criterion_is_met_from_half_of_its_score_on_and_what_does_not_apply_counts_nowhere() -> (
    None
):
    parts = parts_of(Scored(70.0, None, {}, {"a": 50.0, "b": 40.0, "c": None}, waiting=False))
    assert parts[Part(Dimension.CRITERION, "a")].passed == 1
    assert parts[Part(Dimension.CRITERION, "b")].failed == 1
    assert Part(Dimension.CRITERION, "c") not in parts
    assert sum(parts.values(), Tally()).n == 3


@pytest.mark.parametrize(
    ("instant", "monday"),
    [
        (datetime(2026, 11, 23, 0, 0, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 11, 29, 23, 59, tzinfo=UTC), date(2026, 11, 23)),
        (datetime(2026, 1, 1, 12, 0, tzinfo=UTC), date(2025, 12, 29)),
    ],
)
def test_a_week_begins_on_its_monday(instant: datetime, monday: date) -> None:
    assert monday_of(instant) == monday
