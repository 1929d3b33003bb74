"""How many deliveries are on their way at once, by how the last ones fared."""

from hypothesis import given, strategies as st

from backend.destinations.pace import LONGEST_REST_SECONDS, Pace
from backend.destinations.parcel import Answer
from backend.platform import clock

TAKEN = Answer(clock.now(), 1, 204)
SILENT = Answer(clock.now(), 10_000, error="No answer within 10 s.")


def test_one_that_takes_all_soon_gets_as_many_as_it_may_have() -> None:
    pace = Pace.at_first(20, is_failing=False)
    assert pace.limit == 2
    for _ in range(18):
        pace.learn(TAKEN)

    assert pace.limit == 20


def test_one_that_is_dead_is_asked_with_one_at_a_time_until_it_takes_it() -> None:
    assert Pace.at_first(20, is_failing=True).limit == 1
    pace = Pace(20, 20)
    for _ in range(5):
        pace.learn(SILENT)
    assert pace.limit == 1
    pace.learn(TAKEN)
    assert pace.limit == 2


def test_one_that_goes_on_failing_is_asked_ever_more_seldom_until_it_takes_one() -> None:
    pace = Pace(20, 20)
    for _ in range(4):
        pace.learn(SILENT)
        assert pace.rest_seconds() == 0
    rests = []
    for _ in range(8):
        pace.learn(SILENT)
        rests.append(pace.rest_seconds())
    assert 0 < rests[0] <= 0.2
    assert all(1 <= rest <= LONGEST_REST_SECONDS for rest in rests[4:])
    assert len(set(rests)) == len(rests)
    pace.learn(TAKEN)
    assert pace.rest_seconds() == 0


def test_one_that_fails_now_and_then_still_gets_many_at_once() -> None:
    pace = Pace.at_first(20, is_failing=False)
    for _ in range(30):
        for _ in range(9):
            pace.learn(TAKEN)
        pace.learn(SILENT)

    assert pace.limit >= 8


@given(
    most=st.integers(1, 100),
    is_failing=st.booleans(),
    steps=st.lists(st.one_of(st.sampled_from([TAKEN, SILENT]), st.integers(1, 100))),
)
def test_it_is_never_none_and_never_more_than_it_may_have(
    most: int, *, is_failing: bool, steps: list[Answer | int]
) -> None:
    pace = Pace.at_first(most, is_failing=is_failing)
    for step in steps:
        if isinstance(step, int):
            most = step
            pace.keep_within(most)
        else:
            pace.learn(step)
        assert 1 <= pace.limit <= most
        assert 0 <= pace.rest_seconds() <= LONGEST_REST_SECONDS
