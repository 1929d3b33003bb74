"""Whether a judge has got worse: by enough verdicts, and by enough points."""

import pytest

from backend.quality.calibration.dropping import Agreed, add, compare, has_dropped, in_all


def test_verdicts_agree_when_they_are_the_same_and_numbers_within_their_tolerance() -> None:
    found = compare(
        {"greeting": "yes", "tone": 4.0, "clarity": 80.0, "closing": "no"},
        {"greeting": "yes", "tone": 3.0, "clarity": 60.0, "closing": None},
        {"tone": 1.0, "clarity": 10.0},
    )
    assert {key: each.same for key, each in found.items()} == {
        "greeting": 1,
        "tone": 1,
        "clarity": 0,
        "closing": 0,
    }


def test_calls_add_up() -> None:
    total = add(add({}, {"a": Agreed(1, 1)}), {"a": Agreed(1, 0), "b": Agreed(1, 1)})
    assert total == {"a": Agreed(2, 1), "b": Agreed(1, 1)}
    assert in_all(total) == Agreed(3, 2)


@pytest.mark.parametrize(
    ("before", "now", "dropped"),
    [
        (Agreed(50, 45), Agreed(50, 40), True),
        (Agreed(50, 45), Agreed(50, 41), False),
        (Agreed(19, 19), Agreed(50, 0), False),
        (Agreed(50, 50), Agreed(19, 0), False),
        (Agreed(50, 20), Agreed(50, 45), False),
        (None, Agreed(50, 0), False),
    ],
)
def test_a_drop_is_ten_points_on_at_least_twenty_verdicts_either_time(
    before: Agreed | None,
    now: Agreed,
    dropped: bool,  # noqa: FBT001
) -> None:
    assert has_dropped(before, now) is dropped
