"""The score equals a second implementation that counts in exact fractions."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings, strategies as st

from backend.quality.score import Marked, score

_MARKS = st.one_of(
    st.none(), st.sampled_from([0.0, 20.0, 40.0, 60.0, 80.0, 100.0]), st.floats(0, 100)
)
_MARKED = st.builds(
    Marked,
    key=st.sampled_from("abcdefgh"),
    category=st.sampled_from(["Opening", "Empathy", "Closing"]),
    weight=st.one_of(st.just(0.0), st.floats(0.001, 1000)),
    mark=_MARKS,
    auto_fail=st.booleans(),
    fail_below=st.floats(0.1, 100),
)
_SETS = st.lists(_MARKED, max_size=8, unique_by=lambda each: each.key)


def _by_hand(marked: list[Marked]) -> Fraction | None:
    """Normalise weights to shares of the whole first, then add up shares of marks."""
    applying = [each for each in marked if each.mark is not None]
    whole = sum(Fraction(each.weight) for each in applying)
    if whole == 0:
        return None
    shares = [Fraction(each.weight) / whole for each in applying]
    assert sum(shares) == 1
    return sum(
        (s * Fraction(each.mark or 0) for s, each in zip(shares, applying, strict=True)),
        Fraction(0),
    )


@settings(max_examples=300, deadline=None)
@given(_SETS, st.floats(0, 100), st.frozensets(st.sampled_from("abcdefgh")))
def test_the_score_is_the_exact_weighted_mean(
    marked: list[Marked], passing: float, unreliable: frozenset[str]
) -> None:
    counted = [each for each in marked if each.key not in unreliable]
    expected = _by_hand(counted)
    fails = any(
        each.auto_fail and each.mark is not None and Fraction(each.mark) < Fraction(each.fail_below)
        for each in counted
    )

    made = score(marked, passing_score=passing, unreliable=unreliable)

    assert made.auto_failed is fails
    if fails:
        assert (made.score, made.passed) == (0.0, False)
    elif expected is None:
        assert (made.score, made.passed) == (None, None)
    else:
        assert (made.score, made.passed) == (float(expected), expected >= Fraction(passing))
    for category in {each.category for each in counted}:
        mean = _by_hand([each for each in counted if each.category == category])
        assert made.category_scores.get(category) == (None if mean is None else float(mean))


@settings(max_examples=100, deadline=None)
@given(_SETS, st.sampled_from([0.5, 2.0, 4.0]))
def test_only_the_proportion_of_weights_counts(marked: list[Marked], factor: float) -> None:
    heavier = [
        Marked(m.key, m.category, m.weight * factor, m.mark, m.auto_fail, m.fail_below)
        for m in marked
    ]
    assert score(heavier, passing_score=80) == score(marked, passing_score=80)


@pytest.mark.parametrize(
    ("weights", "marks", "auto_fail"),
    list(product([(1, 1), (1, 0), (30, 70)], product([None, 0, 40, 100], repeat=2), [True, False])),
)
def test_every_combination_of_weight_applicability_and_auto_fail(
    weights: tuple[int, int], marks: tuple[int | None, int | None], *, auto_fail: bool
) -> None:
    marked = [
        Marked("a", "Opening", weights[0], marks[0]),
        Marked("b", "Closing", weights[1], marks[1], auto_fail=auto_fail),
    ]
    made = score(marked, passing_score=50)
    pairs = [(w, m) for w, m in zip(weights, marks, strict=True) if m is not None]
    whole = sum(w for w, _ in pairs)

    if auto_fail and marks[1] is not None and marks[1] < 50:
        assert (made.score, made.passed, made.auto_failed) == (0, False, True)
    elif not whole:
        assert (made.score, made.passed, made.auto_failed) == (None, None, False)
    else:
        expected = Fraction(sum(w * m for w, m in pairs), whole)
        assert (made.score, made.passed) == (float(expected), expected >= 50)


def test_an_auto_fail_leaves_its_category_as_it_is() -> None:
    marked = [
        Marked("a", "Compliance", 10, 0, auto_fail=True),
        Marked("b", "Compliance", 30, 100),
    ]
    made = score(marked, passing_score=10)

    assert (made.score, made.category_scores) == (0, {"Compliance": 75.0})


def test_no_rounding_decides_whether_a_call_passes() -> None:
    thirds = [Marked(key, "A", 0.1, mark) for key, mark in (("a", 70), ("b", 80), ("c", 90))]

    assert score(thirds, passing_score=80).passed is True
