"""When a campaign will be through, and how well a number is answered."""

from datetime import UTC, datetime, timedelta

from backend.campaigns.forecast import Ahead, Lines, Open, Seen, forecast
from backend.campaigns.models import AttemptOutcome
from backend.campaigns.number_health import NumberTally, health_of, wilson
from backend.campaigns.outcomes import Made
from backend.campaigns.policy import Policy

NOW = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
NEW_YORK = ("America/New_York",)
ALWAYS_ANSWERED = Seen({AttemptOutcome.ANSWERED: 100_000}, 100_000, 100_000, timedelta(minutes=1))


def ahead(count: int, policy: Policy, **changes: object) -> Ahead:
    known = {"seen": ALWAYS_ANSWERED, "lines": Lines(1, 1000.0), "now": NOW}
    return Ahead(
        policy=policy,
        **(known | {"contacts": [Open(NEW_YORK, NOW)] * count} | changes),  # type: ignore[arg-type]  # each of its own kind
    )


def test_nobody_left_is_no_forecast() -> None:
    assert forecast(ahead(0, Policy())) is None


def test_one_line_takes_as_long_as_all_calls_together() -> None:
    found = forecast(ahead(60, Policy()))

    assert found is not None
    assert found.attempts == 60
    assert timedelta(minutes=45) < found.expected_at - NOW < timedelta(minutes=75)
    assert found.earliest_at <= found.expected_at <= found.latest_at


def test_attempts_that_were_made_are_among_those_that_are_allowed() -> None:
    never = Seen({AttemptOutcome.NO_ANSWER: 100_000})
    redial = {"no_answer": {"after_minutes": [1], "max": 9}}
    policy = Policy.model_validate({"redial": redial, "max_attempts": 5})
    made = tuple(
        Made(AttemptOutcome.NO_ANSWER, NOW - timedelta(hours=hours)) for hours in (4, 3, 2, 1)
    )

    fresh = forecast(ahead(10, policy, seen=never))
    tried = forecast(ahead(10, policy, seen=never, contacts=[Open(NEW_YORK, NOW, made)] * 10))

    assert fresh is not None
    assert tried is not None
    assert (fresh.attempts, tried.attempts) == (50, 10)


def test_what_does_not_fit_the_hours_goes_on_the_next_day_or_is_left_at_the_end() -> None:
    hours = {"days": ["mon", "tue"], "from": "10:00", "to": "10:30"}
    policy = Policy.model_validate({"windows": [hours]})

    found = forecast(ahead(60, policy))
    ended = forecast(ahead(60, policy, ends_at=NOW + timedelta(hours=2)))

    assert found is not None
    assert found.expected_at - NOW > timedelta(hours=23)
    assert ended is not None
    assert 15 < ended.will_not_fit < 45


def test_a_share_has_the_interval_that_few_attempts_allow() -> None:
    assert wilson(0, 0) == (None, None)
    low, high = wilson(5, 10)
    assert low is not None
    assert high is not None
    assert low < 30 < 70 < high


def test_a_number_has_dropped_when_the_intervals_do_not_meet() -> None:
    before = NumberTally("+14155550199", 200, 120, 0)

    assert health_of(NumberTally("+14155550199", 100, 20, 30), before).has_dropped
    assert not health_of(NumberTally("+14155550199", 100, 58, 0), before).has_dropped
    assert not health_of(NumberTally("+14155550199", 10, 0, 0), before).has_dropped
    assert not health_of(NumberTally("+14155550199", 100, 20, 0), None).has_dropped
