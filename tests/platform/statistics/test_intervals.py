"""How sure shares are."""

import pytest
from hypothesis import given, strategies as st

from backend.platform.statistics.intervals import wilson


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
