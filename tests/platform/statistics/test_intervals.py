"""How sure shares, means and medians are."""

from collections import Counter

import pytest
from hypothesis import given, strategies as st

from backend.platform.statistics.intervals import (
    median,
    median_interval,
    quantile,
    students,
    wilson,
)


@given(whole=st.integers(1, 5000), share=st.floats(0, 1))
def test_an_interval_has_the_share_in_it_and_stays_a_share(whole: int, share: float) -> None:
    part = round(share * whole)
    interval = wilson(part, whole)

    assert interval is not None
    assert 0 <= interval.low <= part / whole + 1e-9
    assert part / whole - 1e-9 <= interval.high <= 1


def test_few_cases_make_a_wide_interval() -> None:
    few, many = wilson(9, 10), wilson(900, 1000)

    assert wilson(0, 0) is None
    assert few is not None
    assert many is not None
    assert few.low == pytest.approx(0.596, abs=0.001)
    assert few.high - few.low > 8 * (many.high - many.low)


def test_quantiles_are_of_what_is_there() -> None:
    numbers = Counter({1.0: 1, 2.0: 2, 9.0: 1})
    assert [quantile(numbers, share) for share in (0, 0.25, 0.5, 0.75, 1)] == [1, 1, 2, 2, 9]
    assert (median(numbers), median_interval(numbers)) == (2, None)
    # The 40th and the 61st of a hundred, as tables of the sign test have it.
    assert median_interval(Counter(float(n) for n in range(1, 101))) == (41, 61)


@pytest.mark.parametrize(("n", "percentile"), [(3, 4.303), (6, 2.571), (31, 2.042), (121, 1.980)])
def test_a_mean_is_as_sure_as_students_tables_say(n: int, percentile: float) -> None:
    # Of n numbers with a mean of 0 and a standard error of 1.
    found = students(n, 0, float(n * (n - 1)))
    assert found == pytest.approx((-percentile, percentile), rel=0.002)
    assert students(2, 0, 2) is None
