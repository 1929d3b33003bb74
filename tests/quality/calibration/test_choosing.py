"""Which calls are rated: repeatable, and when stratified from the worst to the best."""

from uuid import UUID

from hypothesis import given, settings, strategies as st

from backend.quality.calibration.choosing import Candidate, Choice, choose

scores = st.none() | st.floats(0, 100)


@settings(deadline=None)
@given(st.lists(scores, max_size=40), st.integers(1, 30), st.sampled_from(Choice))
def test_as_many_calls_as_wanted_are_chosen_none_twice_and_the_same_again(
    given_scores: list[float | None], count: int, choice: Choice
) -> None:
    candidates = [Candidate(UUID(int=n), score) for n, score in enumerate(given_scores)]
    chosen = choose(candidates, choice, count, seed=7)
    assert len(chosen) == len(set(chosen)) == min(count, len(candidates))
    assert chosen == choose(candidates, choice, count, seed=7)


@settings(deadline=None)
@given(st.integers(0, 1000))
def test_stratified_takes_the_rare_bad_calls_along(seed: int) -> None:
    candidates = [Candidate(UUID(int=n), 95.0) for n in range(90)]
    candidates += [Candidate(UUID(int=90 + n), 10.0) for n in range(10)]
    chosen = choose(candidates, Choice.STRATIFIED, 10, seed=seed)
    assert sum(call.int >= 90 for call in chosen) == 1
