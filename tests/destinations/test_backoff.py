"""When a failed delivery is tried again."""

from datetime import timedelta

from hypothesis import given, strategies as st

from backend.destinations.backoff import DELAYS, next_retry
from backend.platform.outbound.retry_after import LONGEST, read_retry_after


def test_the_schedule_is_nine_retries_over_three_days_and_then_it_is_over() -> None:
    step, waited = 0, timedelta()
    for attempt in range(1, 10):
        retry = next_retry(step, attempt)
        assert retry is not None
        step, waited = retry.step, waited + retry.after

    assert next_retry(step, 10) is None
    assert sum(DELAYS, timedelta()) * 0.9 <= waited <= sum(DELAYS, timedelta()) * 1.1


@given(st.integers(0, 9), st.integers(0, 10**9))
def test_a_receiver_is_never_asked_before_it_wants_to_be_nor_later_than_a_day_or_so(
    step: int, seconds: int
) -> None:
    retry = next_retry(step, step + 1, timedelta(seconds=seconds))

    assert retry is not None
    assert min(timedelta(seconds=seconds), LONGEST) <= retry.after <= LONGEST * 1.1
    assert retry.step == step


def test_a_receiver_that_always_asks_for_later_uses_up_the_schedule_in_the_end() -> None:
    step = attempts = 0
    while (retry := next_retry(step, attempts := attempts + 1, timedelta(seconds=1))) is not None:
        step = retry.step
    assert attempts < 200


@given(st.text(max_size=40))
def test_any_header_is_read_or_ignored(value: str) -> None:
    found = read_retry_after(value)
    assert found is None or found >= timedelta(0)


def test_seconds_and_dates_are_read() -> None:
    assert read_retry_after(" 120 ") == timedelta(seconds=120)
    assert read_retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == timedelta(0)
    assert read_retry_after("soon") is None
    assert read_retry_after(None) is None
