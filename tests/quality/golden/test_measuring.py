"""Agreement with people on the same calls, and when less of it is a drop."""

from typing import TypeAlias

import pytest

from backend.quality.calibration.agreement import Verdict
from backend.quality.golden.measuring import Sheet, agreed, drop, measured
from backend.quality.policies.config import Criterion
from tests.quality.policies import GREETS, SAYS_IT_IS_AN_AI

Said: TypeAlias = tuple[Verdict | None, Verdict | None, Verdict | None]
YES_NO = Criterion.model_validate(GREETS)
POINTS = Criterion.model_validate(GREETS | {"scale": "points"})


def sheets(*said: Said) -> list[Sheet]:
    """Make a sheet of what people say, what the judge said, and what it says now, for each call."""
    return [
        Sheet({"greeting": people}, {"greeting": now}, {"greeting": before})
        for people, before, now in said
    ]


def test_agreement_is_how_near_the_judge_comes_to_people() -> None:
    found = agreed(POINTS, sheets((5, 5, 5), (0, 0, 5), (4, 4, 3)))
    assert found is not None
    assert found.percent == pytest.approx(100 * (1 + 0 + 24 / 25) / 3)
    assert found.n == 3


def test_what_is_not_believed_agrees_with_nobody() -> None:
    found = agreed(YES_NO, sheets(("yes", None, None), ("no", None, "no")))
    assert found is not None
    assert found.percent == 50


def test_a_drop_is_told_on_the_calls_that_were_judged_both_times() -> None:
    both = sheets(*[("yes", "yes", "yes")] * 4, ("no", "no", "yes"))
    only_now = [Sheet({"greeting": "yes"}, {"greeting": "no"})] * 5

    found = drop(YES_NO, [*both, *only_now])

    assert found is not None
    assert (found.before, found.after, found.n) == (100, 80, 5)


@pytest.mark.parametrize(
    "said",
    [
        [("yes", "yes", "no")] * 4,
        [("yes", "no", "no")] * 5,
        [("yes", "no", "yes")] * 5,
        [("yes", "yes", "yes")] * 19 + [("yes", "yes", "no")],
    ],
    ids=["too few", "as bad as before", "better", "by chance"],
)
def test_what_is_no_drop_is_not_told(said: list[Said]) -> None:
    assert drop(YES_NO, sheets(*said)) is None


def test_what_was_said_on_another_scale_is_not_compared() -> None:
    """Such as 80 percent beside 4 points, after the criterion was changed."""
    percent_by_people = sheets(*[(80, 4, 4)] * 5)
    percent_by_the_judge = sheets(*[(4, 80, 4)] * 5)

    assert agreed(POINTS, percent_by_people) is None
    assert drop(POINTS, percent_by_people) is None
    assert drop(POINTS, percent_by_the_judge) is None
    assert agreed(YES_NO, sheets((5, "yes", "no"))) is None


def test_what_a_rule_tells_is_not_measured() -> None:
    rule = Criterion.model_validate(SAYS_IT_IS_AN_AI)
    found = measured([YES_NO, rule], sheets(*[("yes", "yes", "yes")] * 5))
    assert found == {
        "agreement": [{"key": "greeting", "percent": 100.0, "n": 5}],
        "dropped": [],
    }
