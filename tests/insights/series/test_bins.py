"""Bins that people can read."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, strategies as st

from backend.insights.series.bins import bins_of

_numbers = st.lists(
    st.floats(-1e6, 1e6, allow_nan=False, width=32) | st.integers(-5, 50).map(float),
    min_size=1,
    max_size=60,
)


@given(_numbers)
def test_each_number_is_in_one_bin_and_bins_lie_side_by_side(numbers: list[float]) -> None:
    bins = bins_of(Counter(numbers))
    assert sum(each.n for each in bins) == len(numbers)
    assert len(bins) <= 22
    for before, after in pairwise(bins):
        assert before.high == pytest.approx(after.low)
    assert bins[0].low <= min(numbers) + 1e-6
    assert bins[-1].high is None or bins[-1].high >= max(numbers) - 1e-6


def test_edges_are_round_and_few_long_calls_do_not_squeeze_the_others() -> None:
    calls = Counter({1000.0 * second: 20 for second in range(30, 90)}) + Counter({3.6e6: 3})
    bins = bins_of(calls, is_time=True)
    assert (bins[0].low, bins[1].low, bins[-1].high) == (30_000, 35_000, None)
    assert bins[-1].n == 100 + 3


def test_whole_numbers_have_bins_of_their_own_and_nothing_has_none() -> None:
    assert [tuple(each) for each in bins_of(Counter([1.0, 1.0, 3.0]))] == [
        *[(1, 2, 2), (2, 3, 0), (3, 4, 1)],
    ]
    assert [tuple(each) for each in bins_of(Counter([7.0]))] == [(7, 8, 1)]
    assert bins_of(Counter()) == []
