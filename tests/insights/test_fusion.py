"""Several orders become one."""

from hypothesis import given, strategies as st

from backend.insights.fusion import fused

ORDERS = st.lists(st.lists(st.integers(0, 30), unique=True, max_size=20), max_size=4)


def test_what_is_high_in_both_comes_before_what_leads_one() -> None:
    assert [key for key, _ in fused(["a", "b", "c"], ["d", "b", "e"])] == ["b", "a", "d", "c", "e"]


@given(ORDERS)
def test_everything_is_there_once_and_the_best_comes_first(orders: list[list[int]]) -> None:
    found = fused(*orders)
    keys, scores = [key for key, _ in found], [score for _, score in found]

    assert sorted(keys) == sorted({key for order in orders for key in order})
    assert scores == sorted(scores, reverse=True)


@given(st.lists(st.integers(), unique=True))
def test_one_order_stays_as_it_is(order: list[int]) -> None:
    assert [key for key, _ in fused(order)] == order
    assert [key for key, _ in fused(order, order)] == order
