"""What follows from an attempt, by the policy alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from backend.calls.models import AnsweredBy, Call, CallSource, CallStatus
from backend.campaigns.models import AttemptOutcome, ContactState
from backend.campaigns.outcomes import Answer, Decision, Facts, Made, decide, outcome_of
from backend.campaigns.policy import Policy, StopWhen
from backend.campaigns.stopping import reason_to_stop
from backend.platform import ids

NOW = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
ZONES = ("America/New_York",)
WINDOW = {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00"}


def call(status: CallStatus, reason: str | None = None, by: AnsweredBy = AnsweredBy.HUMAN) -> Call:
    return Call(
        org_id=ids.new_id(),
        agent_id=ids.new_id(),
        source=CallSource.OUTBOUND,
        status=status,
        status_reason=reason,
        answered_by=by,
    )


@pytest.mark.parametrize(
    ("over", "outcome"),
    [
        (call(CallStatus.ENDED), "answered"),
        (call(CallStatus.ENDED, by=AnsweredBy.UNKNOWN), "answered"),
        (call(CallStatus.ENDED, by=AnsweredBy.VOICEMAIL), "voicemail"),
        (call(CallStatus.ENDED, by=AnsweredBy.SCREENING), "screening"),
        (call(CallStatus.NOT_CONNECTED, "dial_busy"), "busy"),
        (call(CallStatus.NOT_CONNECTED, "dial_no_answer"), "no_answer"),
        (call(CallStatus.NOT_CONNECTED, "user_declined"), "declined"),
        (call(CallStatus.NOT_CONNECTED, "invalid_destination"), "invalid_number"),
        (call(CallStatus.NOT_CONNECTED, "sip_routing_error"), "not_connected"),
        (call(CallStatus.FAILED, "error_retell"), "failed"),
        (call(CallStatus.FAILED, "suppressed"), "refused"),
        (call(CallStatus.CANCELED), "withdrawn"),
    ],
)
def test_each_end_of_a_call_is_an_outcome(over: Call, outcome: str) -> None:
    assert outcome_of(over, {"suppressed"}) == outcome


def after(
    policy: Policy, outcome: AttemptOutcome, *before: AttemptOutcome, **facts: Any
) -> Decision:
    """Decide after an attempt now, and others an hour apart before it."""
    outcomes = (*before, outcome)
    ages = range(len(outcomes) - 1, -1, -1)
    made = [
        Made(each, NOW - timedelta(hours=age)) for each, age in zip(outcomes, ages, strict=True)
    ]
    given = {"call_reason": None, "callbacks": 0, "zones": ZONES, "now": NOW}
    return decide(policy, Facts(outcome=outcome, made=made, **(given | facts)))


BUSY, TALKED = AttemptOutcome.BUSY, AttemptOutcome.ANSWERED
REDIAL = Policy.model_validate({"redial": {"busy": {"after_minutes": [15, 60], "max": 3}}})


def test_it_is_dialled_again_after_the_delay_of_its_turn_and_not_more_often_than_that() -> None:
    waits = [after(REDIAL, BUSY, *[BUSY] * times) for times in range(4)]

    assert [each.due_at for each in waits] == [
        NOW + timedelta(minutes=15),
        NOW + timedelta(minutes=60),
        NOW + timedelta(minutes=60),
        None,
    ]
    assert (waits[3].state, waits[3].reason) == ("exhausted", "attempt_ceiling_reached")


def test_an_outcome_without_a_rule_ends_with_its_own_name() -> None:
    decision = after(REDIAL, AttemptOutcome.NO_ANSWER)

    assert (decision.state, decision.reason) == ("exhausted", "no_answer")


def test_the_day_is_full_and_the_next_one_is_waited_for() -> None:
    policy = REDIAL.model_copy(update={"max_attempts_per_day": 1})
    policy = Policy.model_validate(policy.model_dump(by_alias=True) | {"windows": [WINDOW]})

    # 13:00 in New York; the next window is that of Tuesday.
    assert after(policy, BUSY).due_at == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)


def test_who_asked_not_to_be_called_is_refused_whatever_else_was_said() -> None:
    decision = after(REDIAL, TALKED, call_reason="user_requested_dnc", answer=Answer(is_done=True))

    assert (decision.state, decision.reason) == ("refused", "opted_out")


DONE_WHEN = Policy.model_validate(
    {
        "done_when": {"field": "outcome", "in": ["ok"]},
        "callback": {"field": "callback_at", "max": 1},
        "windows": [WINDOW],
    }
)


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (Answer(is_done=True), ("done", "completed")),
        (Answer(), ("exhausted", "goal_not_reached")),
        (Answer(lacks="record_needs_review"), ("exhausted", "record_needs_review")),
        (Answer(wants_callback=True), ("exhausted", "callback_time_invalid")),
        (
            Answer(wants_callback=True, callback_at=NOW - timedelta(hours=1)),
            ("exhausted", "callback_time_invalid"),
        ),
        (
            Answer(wants_callback=True, callback_at=NOW + timedelta(days=91)),
            ("exhausted", "callback_time_invalid"),
        ),
        (
            Answer(wants_callback=True, callback_at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC)),
            ("exhausted", "callback_time_invalid"),
        ),
    ],
)
def test_the_record_says_whether_it_is_done(answer: Answer, end: tuple[str, str]) -> None:
    decision = after(DONE_WHEN, TALKED, answer=answer)

    assert (decision.state, decision.reason) == end


def test_a_callback_is_made_when_it_was_asked_for_or_when_the_windows_open_after_it() -> None:
    tonight = datetime(2026, 12, 1, 2, 0, tzinfo=UTC)
    answer = Answer(wants_callback=True, callback_at=tonight)

    decision = after(DONE_WHEN, TALKED, answer=answer)

    assert (decision.state, decision.reason) == ("waiting", "callback")
    assert decision.callback_at == tonight
    assert decision.due_at == datetime(2026, 12, 1, 14, 0, tzinfo=UTC)
    second = after(DONE_WHEN, TALKED, answer=answer, callbacks=1)
    assert second.reason == "callback_ceiling_reached"
    assert second.needs_person


_outcomes = st.sampled_from([each for each in AttemptOutcome if each.counts])


@given(st.lists(_outcomes, min_size=1, max_size=8), st.integers(1, 3))
def test_whatever_comes_a_contact_waits_in_its_windows_or_has_a_named_end(
    outcomes: list[AttemptOutcome], most: int
) -> None:
    rule = {"after_minutes": [30], "max": most}
    policy = Policy.model_validate(
        {"redial": {"busy": rule, "no_answer": rule, "answered": rule}, "windows": [WINDOW]}
    )

    decision = after(policy, outcomes[-1], *outcomes[:-1])

    assert decision.reason
    assert (decision.state is ContactState.WAITING) == (decision.due_at is not None)
    if decision.due_at is not None:
        assert decision.due_at >= NOW + timedelta(minutes=30)
        assert outcomes.count(outcomes[-1]) <= most


def test_a_campaign_stops_when_too_many_fail_or_too_few_answer() -> None:
    failing = [AttemptOutcome.FAILED] * 3 + [TALKED] * 7
    wanted = StopWhen(failed_percent=30, of_last=10)

    assert reason_to_stop(wanted, failing, 0) == "too_many_failed"
    assert reason_to_stop(wanted, failing[:9], 0) is None
    assert reason_to_stop(StopWhen(failed_percent=31, of_last=10), failing, 0) is None
    few = StopWhen(answered_below_percent=71, of_last=10)
    assert reason_to_stop(few, failing, 0) == "too_few_answered"
    assert reason_to_stop(StopWhen(spend_cents=100), [], 100.0) == "spend_reached"
