"""Alerts give exactly the messages that a person would want."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from backend.insights.alerts.judging import Standing, is_beyond, judge
from backend.insights.alerts.models import AlertState, Comparison

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOLD = timedelta(minutes=5)


def _messages(seen: str, hold: timedelta = HOLD) -> list[tuple[int, str]]:
    """Play a minute a character: `#` beyond, `.` fine, `?` too few, a space nobody looked."""
    standing, told = Standing(), list[tuple[int, str]]()
    for minute, sign in enumerate(seen):
        if sign == " ":
            continue
        beyond = {"#": True, ".": False, "?": None}[sign]
        standing, message = judge(
            standing, NOW + timedelta(minutes=minute), beyond=beyond, hold=hold
        )
        if message is not None:
            told.append((minute, message))
    return told


@pytest.mark.parametrize(
    ("situation", "seen", "expected"),
    [
        ("all is well", "." * 30, []),
        ("it goes on", ".." + "#" * 28, [(7, "triggered")]),
        ("it begins at the first look", "#" * 10, [(5, "triggered")]),
        ("it comes and goes", "..##..##..##..##..##..", []),
        ("one bad minute", "....#.........", []),
        ("it is over", "." + "#" * 9 + "." * 9, [(6, "triggered"), (15, "resolved")]),
        ("it seems over for a moment", "." + "#" * 9 + "..##..##" + "#" * 5, [(6, "triggered")]),
        (
            "it comes again",
            "######......######",
            [(5, "triggered"), (11, "resolved"), (17, "triggered")],
        ),
        ("nobody calls any more", "." + "#" * 9 + "?" * 30, [(6, "triggered")]),
        ("too few to begin with", "?" * 30, []),
        ("too few in between", "###???#####", []),
        ("too few in between, and then long enough", "###???######", [(11, "triggered")]),
        ("a restart in the middle", "####       #####", []),
        ("a restart in the middle, and it goes on", "####       ######", [(16, "triggered")]),
        ("a short restart", "###   ###", [(6, "triggered")]),
        ("a restart after it was told", "#######       ####", [(5, "triggered")]),
        ("a restart before it was over", "#######...       .....", [(5, "triggered")]),
    ],
)
def test_what_is_told(situation: str, seen: str, expected: list[tuple[int, str]]) -> None:
    assert _messages(seen) == expected, situation


def test_without_a_hold_it_is_told_at_once() -> None:
    assert _messages(".#.", timedelta(0)) == [(1, "triggered"), (2, "resolved")]


@given(st.lists(st.sampled_from("#.? "), max_size=120).map("".join), st.integers(0, 20))
def test_beginning_and_end_are_told_in_turns_and_never_sooner_than_wanted(
    seen: str, minutes: int
) -> None:
    told = _messages(seen, timedelta(minutes=minutes))
    kinds = [message for _, message in told]
    assert kinds == (["triggered", "resolved"] * len(kinds))[: len(kinds)]
    for minute, message in told:
        sign, other = ("#", ".") if message == "triggered" else (".", "#")
        before = seen[max(0, minute - minutes) : minute + 1]
        assert seen[minute] == sign
        assert other not in before
        assert "?" not in before


@pytest.mark.parametrize(
    ("comparison", "threshold", "value", "baseline", "expected"),
    [
        (Comparison.ABOVE, 40, 41, None, True),
        (Comparison.ABOVE, 40, 40, None, False),
        (Comparison.BELOW, 1, 0, None, True),
        (Comparison.BELOW, 1, 1, None, False),
        (Comparison.RISES_BY_PERCENT, 50, 31, 20, True),
        (Comparison.RISES_BY_PERCENT, 50, 30, 20, False),
        (Comparison.FALLS_BY_PERCENT, 50, 9, 20, True),
        (Comparison.FALLS_BY_PERCENT, 50, 10, 20, False),
        (Comparison.FALLS_BY_PERCENT, 50, 9, None, None),
        (Comparison.RISES_BY_PERCENT, 50, 9, None, None),
        (Comparison.RISES_BY_PERCENT, 50, 1, 0, True),
    ],
)
def test_what_is_beyond(
    comparison: Comparison,
    threshold: float,
    value: float,
    baseline: float | None,
    *,
    expected: bool | None,
) -> None:
    assert is_beyond(comparison, threshold, value, baseline) is expected


def test_who_was_told_that_it_began_is_told_that_it_is_over_though_nobody_looked_for_a_day() -> (
    None
):
    standing = Standing(AlertState.TRIGGERED, None, NOW)
    told: Sequence[str | None] = []
    for minute in range(6):
        now = NOW + timedelta(days=1, minutes=minute)
        standing, message = judge(standing, now, beyond=False, hold=HOLD)
        told = [*told, message]
    assert told == [None] * 5 + ["resolved"]
