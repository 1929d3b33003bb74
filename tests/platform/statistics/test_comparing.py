"""Tests of two samples, against published values and by what must hold for all of them."""

from collections import Counter
from fractions import Fraction
from math import comb

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


def test_large_shares_are_compared_by_a_pooled_z() -> None:
    # 2,600 of 10,000 and 2,500 of 10,000: z = 0.01 / sqrt(0.255 * 0.745 / 5,000) = 1.622.
    found = two_proportions(2600, 10_000, 2500, 10_000)
    assert found.test == "two_proportion"
    assert found.p_value == pytest.approx(0.1047, abs=0.0001)
    assert two_proportions(250, 1000, 200, 1000).effect == pytest.approx(0.1199, abs=0.0001)
    assert two_proportions(0, 50, 0, 90).p_value == 1


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_fishers_test_is_the_sum_of_binomials(whole: int, other: int, data: st.DataObject) -> None:
    part, other_part = data.draw(st.integers(0, whole)), data.draw(st.integers(0, other))
    parts, total = part + other_part, comb(whole + other, part + other_part)
    of = {
        k: comb(whole, k) * comb(other, parts - k)
        for k in range(max(0, parts - other), min(parts, whole) + 1)
    }
    exact = Fraction(sum(each for each in of.values() if each <= of[part]), total)
    found = two_proportions(part, whole, other_part, other).p_value
    assert found == pytest.approx(float(exact), rel=1e-6)


def test_far_out_the_tail_of_a_small_sample_beside_a_large_one_is_exact() -> None:
    """Where a normal distribution says 1 in 30,000, it is 1 in 3,000."""
    found = two_proportions(14, 50, 986, 9950)
    # The hypergeometric distribution of 50 of 10,000 with 1,000 of them: 14 or more, none as few.
    tail = sum(comb(50, k) * comb(9950, 1000 - k) for k in range(14, 51))
    assert found.p_value == pytest.approx(float(Fraction(tail, comb(10_000, 1000))), rel=1e-6)
    assert found.p_value > 2e-4
    # So are the ranks of what mostly is one number, and one choice among several.
    rare, usual = ({1.0: part, 0.0: of - part} for part, of in ((14, 50), (986, 9950)))
    ranked = mann_whitney(rare, usual)
    assert (ranked.test, ranked.measure) == ("fisher_exact", "cliffs_delta")
    assert ranked.p_value == pytest.approx(found.p_value)
    chosen = chi_square({"a": 14, "b": 36}, {"a": 986, "b": 8964})
    assert chosen.p_value == pytest.approx(found.p_value)
    of_three = chi_square({"a": 14, "b": 18, "c": 18}, {"a": 986, "b": 4482, "c": 4482})
    assert of_three.p_value == pytest.approx(3 * found.p_value)


def test_ranks_are_compared_as_mann_and_whitney_did() -> None:
    # U = 2 of 12 (4 and 3 values without ties): z = (|2 - 6| - 0.5) / sqrt(8) = 1.237.
    found = mann_whitney(Counter([1, 2, 3, 6]), Counter([4, 5, 7]))
    assert found.p_value == pytest.approx(0.2159, abs=0.0001)
    assert found.effect == pytest.approx(2 * 2 / 12 - 1)


def test_categories_are_compared_and_rare_ones_are_taken_together() -> None:
    # Chi-square is 1250/3025 + 5000/4950 + 1250/2025 = 2.0406, with two degrees of freedom.
    large = {"a": 3000, "b": 5000, "c": 2000}, {"a": 3050, "b": 4900, "c": 2050}
    assert chi_square(*large).test == "chi_square"
    assert chi_square(*large).p_value == pytest.approx(0.36049, abs=0.00001)
    # 2 + 10/9 + 20/3 = 9.778; Fisher's exact test of the last, 20 and 40 of 100, is 0.00319.
    found = chi_square({"a": 30, "b": 50, "c": 20}, {"a": 20, "b": 40, "c": 40})
    assert found.p_value == pytest.approx(3 * 0.00319, abs=0.00002)
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
