"""Several orders become one."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

from hypothesis import given, strategies as st

from backend.insights.fusion import fused

K = TypeVar("K", bound=Hashable)
ORDERS = st.lists(st.lists(st.integers(0, 30), unique=True, max_size=20), max_size=4)


def whole(order: Sequence[K]) -> list[tuple[K, float]]:
    return [(key, 1.0) for key in order]


def test_what_is_high_in_both_comes_before_what_leads_one() -> None:
    found = fused(whole("abc"), whole("dbe"))

    assert [key for key, _ in found] == ["b", "a", "d", "c", "e"]


def test_a_place_that_counts_little_moves_little() -> None:
    found = fused([("x", 0.1), ("c", 0.1)], whole("abc"))

    assert [key for key, _ in found] == ["c", "a", "b", "x"]


@given(ORDERS)
def test_everything_is_there_once_and_the_best_comes_first(orders: list[list[int]]) -> None:
    found = fused(*map(whole, orders))
    keys, scores = [key for key, _ in found], [score for _, score in found]

    assert sorted(keys) == sorted({key for order in orders for key in order})
    assert scores == sorted(scores, reverse=True)


@given(st.lists(st.integers(), unique=True))
def test_one_order_stays_as_it_is(order: list[int]) -> None:
    assert [key for key, _ in fused(whole(order))] == order
    assert [key for key, _ in fused(whole(order), whole(order))] == order
