"""Tests of two samples, against published values and by what must hold for all of them."""

from collections import Counter

import pytest
from hypothesis import given, strategies as st

from backend.platform.statistics.comparing import (
    _chi_square,
    chi_square,
    holm,
    mann_whitney,
    two_proportions,
)

_values = st.lists(st.integers(0, 9), min_size=2, max_size=40)


@pytest.mark.parametrize(
    ("x", "freedom", "p"),
    # Tables of the distribution: the 95th and 99th percentiles.
    [
        (3.841, 1, 0.05),
        (6.635, 1, 0.01),
        (5.991, 2, 0.05),
        (7.815, 3, 0.05),
        (9.488, 4, 0.05),
        (11.070, 5, 0.05),
        (20.090, 8, 0.01),
        (18.307, 10, 0.05),
        (0, 3, 1),
        (0, 2, 1),
    ],
)
def test_the_chi_square_distribution_is_that_of_the_tables(
    x: float, freedom: int, p: float
) -> None:
    assert _chi_square(x, freedom) == pytest.approx(p, abs=0.0001)


def test_fishers_tea_is_fishers() -> None:
    # The lady tasting tea: 3 of 4 right.
    found = two_proportions(3, 4, 1, 4)
    assert found.test == "fisher_exact"
    assert found.p_value == pytest.approx(0.4857, abs=0.0001)


def test_shares_are_compared_by_a_pooled_z() -> None:
    # 200 of 1,000 and 250 of 1,000: z = 2.678.
    found = two_proportions(250, 1000, 200, 1000)
    assert found.test == "two_proportion"
    assert found.p_value == pytest.approx(0.0074, abs=0.0001)
    assert found.effect == pytest.approx(0.1199, abs=0.0001)
    assert two_proportions(0, 50, 0, 90).p_value == 1


def test_ranks_are_compared_as_mann_and_whitney_did() -> None:
    # U = 2 of 12 (4 and 3 values without ties): z = (|2 - 6| - 0.5) / sqrt(8) = 1.237.
    found = mann_whitney(Counter([1, 2, 3, 6]), Counter([4, 5, 7]))
    assert found.p_value == pytest.approx(0.2159, abs=0.0001)
    assert found.effect == pytest.approx(2 * 2 / 12 - 1)


def test_categories_are_compared_and_rare_ones_are_taken_together() -> None:
    # Chi-square is 2 + 10/9 + 20/3 = 9.778, with two degrees of freedom.
    found = chi_square({"a": 30, "b": 50, "c": 20}, {"a": 20, "b": 40, "c": 40})
    assert found.p_value == pytest.approx(0.00753, abs=0.00001)
    assert found.effect == pytest.approx((9.778 / 200) ** 0.5, abs=0.0001)
    assert chi_square({"a": 40, "x": 1}, {"a": 40, "y": 1}).p_value == 1
    assert chi_square({"a": 40}, {"a": 30}).p_value == 1


@given(_values, _values)
def test_who_is_compared_with_whom_turns_the_effect_alone(one: list[int], other: list[int]) -> None:
    there, back = (mann_whitney(Counter(a), Counter(b)) for a, b in ((one, other), (other, one)))
    assert there.p_value == pytest.approx(back.p_value)
    assert there.effect == pytest.approx(-back.effect)
    assert 0 <= there.p_value <= 1
    above = sum((a > b) - (a < b) for a in one for b in other)
    assert there.effect == pytest.approx(above / (len(one) * len(other)))


@given(_values, _values)
def test_categories_have_no_order_and_no_direction(one: list[int], other: list[int]) -> None:
    a, b = (Counter(map(str, each)) for each in (one, other))
    found = chi_square(a, b)
    assert 0 <= found.p_value <= 1
    assert 0 <= found.effect <= 1 + 1e-9
    assert found.p_value == pytest.approx(chi_square(b, a).p_value)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_shares_alike_are_no_different(whole: int, other: int, data: st.DataObject) -> None:
    part, other_part = data.draw(st.integers(0, whole)), data.draw(st.integers(0, other))
    found = two_proportions(part, whole, other_part, other)
    assert 0 <= found.p_value <= 1
    assert found.effect == pytest.approx(
        -two_proportions(other_part, other, part, whole).effect, abs=1e-9
    )
    assert two_proportions(part, whole, part, whole).p_value == pytest.approx(1)


def test_many_tests_are_paid_for() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=20))
def test_adjusting_keeps_the_order_and_never_makes_it_likelier(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(after >= before for before, after in zip(p_values, adjusted, strict=True))
    pairs = sorted(zip(p_values, adjusted, strict=True))
    assert [after for _, after in pairs] == sorted(after for _, after in pairs)
