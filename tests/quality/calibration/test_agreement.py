"""Agreement beyond chance: checked against published worked examples, and by other means."""

import tracemalloc
from collections.abc import Sequence
from fractions import Fraction

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from backend.quality.calibration.agreement import (
    Pair,
    cohen_kappa,
    confusion,
    graded,
    percent_agreement,
)
from backend.quality.calibration.alpha import bootstrap_interval, krippendorff_alpha

# Krippendorff, "Computing Krippendorff's Alpha-Reliability", 2011: examples A and C.
TWO_OBSERVERS = ["0 1 0 0 0 0 0 0 0 0", "1 1 1 0 0 1 0 1 0 0"]
FOUR_OBSERVERS = [
    "1 2 3 3 2 1 4 1 2 * * *",
    "1 2 3 3 2 2 4 1 2 5 * 3",
    "* 3 3 3 2 3 4 2 2 5 1 *",
    "1 2 3 3 2 4 4 1 2 5 1 *",
]
# Wikipedia, "Krippendorff's alpha": three coders, fifteen units.
THREE_CODERS = [
    "* * * * * 3 4 1 2 1 1 3 3 * 3",
    "1 * 2 1 3 3 4 3 * * * * * * *",
    "* * 2 1 3 4 4 * 2 1 1 3 3 * 4",
]


def units_of(raters: Sequence[str]) -> list[list[float]]:
    rows = [rater.split() for rater in raters]
    return [[float(each) for each in unit if each != "*"] for unit in zip(*rows, strict=True)]


def pairs_of(table: Sequence[Sequence[int]]) -> list[Pair]:
    return [
        (one, other)
        for one, row in enumerate(table)
        for other, count in enumerate(row)
        for _ in range(count)
    ]


@pytest.mark.parametrize(
    ("raters", "span", "published"),
    [
        (TWO_OBSERVERS, None, 0.0952),
        (FOUR_OBSERVERS, None, 0.7434),
        (FOUR_OBSERVERS, 4, 0.8491),
        (THREE_CODERS, None, 0.6914),
        (THREE_CODERS, 3, 0.8108),
    ],
)
def test_alpha_is_as_published(raters: list[str], span: float | None, published: float) -> None:
    units = units_of(raters)
    alpha = krippendorff_alpha(units, graded(span)) if span else krippendorff_alpha(units)
    assert alpha == pytest.approx(published, abs=5e-5)


@pytest.mark.parametrize(
    ("table", "published"),
    [
        # Wikipedia, "Cohen's kappa": fifty grant proposals; then two with the same agreement.
        ([[20, 5], [10, 15]], 0.4),
        ([[45, 15], [25, 15]], 0.1304),
        ([[25, 35], [5, 35]], 0.2593),
    ],
)
def test_kappa_is_as_published(table: list[list[int]], published: float) -> None:
    assert cohen_kappa(pairs_of(table)) == pytest.approx(published, abs=5e-5)


verdicts = st.sampled_from([0.0, 1.0, 2.0, 3.0, 4.0, 5.0])


@settings(deadline=None)
@given(st.lists(st.tuples(verdicts, verdicts, verdicts), min_size=2, max_size=12))
def test_alpha_is_what_another_library_makes_of_it(rows: list[tuple[float, ...]]) -> None:
    data = np.array(rows).T
    by_name, by_number = krippendorff_alpha(rows), krippendorff_alpha(rows, graded(5))
    if len(np.unique(data)) == 1:
        assert by_name is by_number is None
    else:
        nominal = krippendorff.alpha(data, level_of_measurement="nominal")
        interval = krippendorff.alpha(data, level_of_measurement="interval")
        assert by_name == pytest.approx(nominal, abs=1e-9)
        assert by_number == pytest.approx(interval, abs=1e-9)


@settings(deadline=None)
@given(st.lists(st.tuples(verdicts, verdicts), min_size=1, max_size=12))
def test_weighted_kappa_is_what_exact_fractions_make_of_it(
    pairs: list[tuple[float, float]],
) -> None:
    count = len(pairs)
    observed = sum(Fraction(one - other) ** 2 for one, other in pairs) / count
    by_chance = sum(Fraction(one - other) ** 2 for one, _ in pairs for _, other in pairs) / count**2
    kappa = cohen_kappa(pairs, graded(5))
    if by_chance == 0:
        assert kappa is None
    else:
        assert kappa == pytest.approx(float(1 - observed / by_chance), abs=1e-9)


def test_what_does_not_apply_is_as_far_from_a_number_as_numbers_are_apart() -> None:
    assert graded(5)(0.0, "not_applicable") == graded(5)(0.0, 5.0) == 1
    assert graded(5)("not_applicable", "not_applicable") == 0


@pytest.mark.parametrize("units", [[], [["yes"], ["no"]], [["yes", "yes"], ["yes", "yes"]]])
def test_nothing_is_said_of_agreement_where_there_is_nothing_to_tell_it_by(
    units: list[list[str]],
) -> None:
    assert krippendorff_alpha(units) is None
    assert bootstrap_interval(units) is None


def test_the_interval_is_about_alpha_and_narrows_with_more_calls() -> None:
    units = units_of(THREE_CODERS)
    few, many = bootstrap_interval(units), bootstrap_interval(units * 10)
    assert few is not None
    assert many is not None
    assert few.low < 0.6914 < few.high
    assert few.low < many.low < many.high < few.high


def test_an_interval_over_every_percentage_takes_little_memory() -> None:
    units = [[(call * rater) % 101 for rater in range(1, 6)] for call in range(200)]
    tracemalloc.start()
    try:
        interval = bootstrap_interval(units, graded(100))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (interval is not None, most < 20_000_000) == (True, True)


def test_the_same_verdicts_have_the_same_interval() -> None:
    units = units_of(FOUR_OBSERVERS)
    assert bootstrap_interval(units) == bootstrap_interval(units)


def test_who_says_what_where_another_says_something_else_is_counted() -> None:
    pairs: list[Pair] = [("yes", "yes"), ("yes", "no"), ("no", "no"), ("yes", "no")]
    assert confusion(pairs) == {"yes": {"yes": 1, "no": 2}, "no": {"no": 1}}


def test_percent_agreement_counts_pairs_and_not_calls() -> None:
    assert percent_agreement([["yes", "yes", "no"], ["yes", "yes", "yes"], ["no"]]) == (
        pytest.approx(100 * (2 + 6) / 12)
    )
    assert percent_agreement([["no"]]) is None
