"""Means and shares from sums: as the standard library has them, and as published."""

from math import sqrt
from statistics import mean, stdev

import pytest
from hypothesis import given, settings, strategies as st

from backend.quality.reports.figures import Tally, figure

scores = st.lists(st.sampled_from([0.0, 20.0, 50.0, 87.5, 100.0]), min_size=2, max_size=30)


def tally_of(values: list[float]) -> Tally:
    tally = Tally()
    for value in values:
        tally += Tally(1, value, value**2, int(value >= 80), int(value < 80))
    return tally


@settings(deadline=None)
@given(scores)
def test_the_mean_and_its_interval_are_those_of_the_scores(values: list[float]) -> None:
    found = figure(tally_of(values))
    half = 1.959964 * stdev(values) / sqrt(len(values))
    assert found.mean == pytest.approx(mean(values))
    assert found.interval is not None
    assert found.interval.low == pytest.approx(max(0, mean(values) - half), abs=1e-4)
    assert found.interval.high == pytest.approx(min(100, mean(values) + half), abs=1e-4)


@settings(deadline=None)
@given(scores, scores)
def test_what_is_taken_out_again_leaves_no_trace(kept: list[float], gone: list[float]) -> None:
    tally = tally_of(kept) + tally_of(gone) + -tally_of(gone)
    assert figure(tally).mean == pytest.approx(figure(tally_of(kept)).mean)
    assert figure(tally).passed_percent == figure(tally_of(kept)).passed_percent


def test_the_interval_of_a_share_is_wilsons() -> None:
    # Newcombe, "Two-sided confidence intervals for the single proportion", 1998: 81 of 263.
    found = figure(Tally(263, passed=81, failed=182))
    assert found.passed_interval == pytest.approx((25.53, 36.62), abs=0.005)
    # The same, 0 of 20.
    assert figure(Tally(20, failed=20)).passed_interval == pytest.approx((0.0, 16.11), abs=0.005)


def test_one_score_has_a_mean_and_no_interval_and_none_has_neither() -> None:
    one, none = figure(Tally(1, 60, 3600)), figure(Tally())
    assert (one.mean, one.interval) == (60, None)
    assert (none.mean, none.passed_percent, none.passed_interval) == (None, None, None)
