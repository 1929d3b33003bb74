"""What a calibration finds of a criterion: who agrees with whom, and whether it may count."""

from collections.abc import Mapping

import pytest

from backend.quality.calibration.agreement import Verdict
from backend.quality.calibration.measuring import MODEL, Agreement, Sheet, measure


def measured(**by_rater: list[Verdict | None]) -> Agreement:
    return measured_on("yes_no", by_rater)


def measured_on(scale: str, by_rater: Mapping[str, list[Verdict | None]]) -> Agreement:
    sheets = [
        Sheet(str(call), rater, {"greeting": verdict})
        for rater, verdicts in by_rater.items()
        for call, verdict in enumerate(verdicts)
    ]
    return measure("greeting", scale, sheets)


YES_AND_NO: list[Verdict | None] = ["yes", "no", "yes", "no", "yes", "no"]


def test_raters_who_agree_make_a_criterion_reliable() -> None:
    found = measured(ann=YES_AND_NO, ben=YES_AND_NO, model=YES_AND_NO)
    assert (found.n, found.krippendorff_alpha, found.mean_kappa, found.percent) == (6, 1, 1, 100)
    assert found.reliable is True


def test_a_judge_that_says_yes_to_everything_is_not_reliable() -> None:
    found = measured(ann=YES_AND_NO, ben=YES_AND_NO, model=["yes"] * 6)
    assert found.people_alpha == 1
    assert found.model_kappa == 0
    assert found.reliable is False
    assert found.confusion == {"yes": {"yes": 6}, "no": {"yes": 6}}


def test_many_people_do_not_outweigh_a_judge_that_is_wrong() -> None:
    people = {f"person {number}": YES_AND_NO for number in range(9)}
    found = measured_on("yes_no", {**people, MODEL: list(reversed(YES_AND_NO))})
    assert found.krippendorff_alpha is not None
    assert found.krippendorff_alpha > 0.55
    assert found.model_kappa == -1
    assert found.reliable is False


def test_people_who_do_not_agree_make_a_criterion_unreliable_whatever_the_judge_says() -> None:
    other: list[Verdict | None] = ["no", "no", "yes", "yes", "yes", "no"]
    found = measured(ann=YES_AND_NO, ben=other, model=YES_AND_NO)
    assert found.reliable is False


def test_the_same_verdict_from_all_on_every_call_speaks_against_nothing() -> None:
    found = measured(ann=["yes"] * 5, model=["yes"] * 5)
    assert (found.krippendorff_alpha, found.mean_kappa) == (None, None)
    assert found.percent == 100
    assert found.reliable is True


@pytest.mark.parametrize("said", ["yes", "no"])
def test_fewer_than_five_calls_speak_neither_for_a_criterion_nor_against_it(said: str) -> None:
    assert measured(ann=["yes"] * 4, model=[said] * 4).reliable is None
    assert measured(ann=["yes"] * 5, model=[said] * 5).reliable is (said == "yes")


def test_nothing_is_told_of_a_criterion_with_one_rater() -> None:
    found = measured(ann=YES_AND_NO, model=[None] * 6)
    assert (found.n, found.krippendorff_alpha, found.reliable) == (0, None, None)


def test_each_pair_has_its_own_kappa_over_the_calls_that_both_have_rated() -> None:
    found = measured(ann=YES_AND_NO, ben=["yes", "no", None, None, None, None], model=YES_AND_NO)
    assert {(pair.raters, pair.kappa, pair.n) for pair in found.pairs} == {
        (("ann", "ben"), 1.0, 2),
        (("ann", MODEL), 1.0, 6),
        (("ben", MODEL), 1.0, 2),
    }


def test_points_beside_each_other_agree_more_than_ends() -> None:
    near = measured_on("points", {"ann": [1, 4, 5, 0, 2], MODEL: [2, 4, 4, 0, 2]})
    far = measured_on("points", {"ann": [1, 4, 5, 0, 2], MODEL: [4, 1, 0, 5, 2]})
    assert near.reliable is True
    assert far.reliable is False


def test_percentages_are_counted_by_bands() -> None:
    found = measured_on(
        "percent",
        {"ann": [100, 5, "not_applicable"], MODEL: [85, 19, "not_applicable"]},
    )
    assert found.confusion == {
        "80-100": {"80-100": 1},
        "0-20": {"0-20": 1},
        "not_applicable": {"not_applicable": 1},
    }
