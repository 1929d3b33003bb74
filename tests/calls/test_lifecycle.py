"""The life of a call as pure rules: every pair of state and update, any order, any repetition."""

import itertools

import pytest
from hypothesis import given, strategies as st

from backend.calls import lifecycle
from backend.calls.lifecycle import CallState, CallUpdate, Change, Facts, Outcome, UpdateKind
from backend.calls.models import AnsweredBy, CallStatus, Turn

HELLO = Turn(turn=0, role="agent", text="Hello, is this Mike?")
YES = Turn(turn=1, role="user", text="Yes, speaking.")
LATE = Turn(turn=2, role="user", text="I'm running two hours late.")

STARTED = CallUpdate(UpdateKind.STARTED, {"started_at": "2026-11-20T15:00:00+00:00"})
ENDED = CallUpdate(
    UpdateKind.ENDED,
    {
        "started_at": "2026-11-20T15:00:00+00:00",
        "ended_at": "2026-11-20T15:01:00+00:00",
        "duration_ms": 60000,
        "status_reason": "user_hangup",
    },
    (HELLO, YES, LATE),
)
ANALYZED = CallUpdate(
    UpdateKind.ANALYZED,
    {**ENDED.facts, "summary": "He is late.", "sentiment": "neutral", "in_voicemail": False},
    (HELLO, YES, LATE),
)
GREETED = CallUpdate(
    UpdateKind.ENDED, {}, (Turn(turn=0, role="user", text="You know what to do."),)
)
BUSY = CallUpdate(UpdateKind.ENDED, {"status_reason": "dial_busy"})
BROKEN = CallUpdate(UpdateKind.ENDED, {"status_reason": "error_retell"})


def after(
    *updates: CallUpdate, start: CallStatus = CallStatus.DIALING
) -> tuple[CallState, list[Change]]:
    state, changes = CallState(start), list[Change]()
    for item in updates:
        outcome = lifecycle.apply(state, item)
        state = outcome.state
        changes += outcome.changes
    return state, changes


# What each kind of update makes of each state: (status afterwards, changes announced).
_RUNNING = (CallStatus.IN_PROGRESS, [Change.STARTED])
_OVER = (CallStatus.ENDED, [Change.STARTED, Change.TRANSCRIPT_UPDATED, Change.ENDED])
_TABLE: dict[tuple[str, UpdateKind], tuple[CallStatus, list[Change]]] = {
    ("waiting", UpdateKind.REGISTERED): (CallStatus.DIALING, []),
    ("waiting", UpdateKind.STARTED): _RUNNING,
    ("waiting", UpdateKind.TRANSCRIPT_UPDATED): _RUNNING,
    ("waiting", UpdateKind.TRANSFER_UPDATED): _RUNNING,
    ("waiting", UpdateKind.ENDED): (CallStatus.ENDED, [Change.STARTED, Change.ENDED]),
    ("waiting", UpdateKind.ANALYZED): (
        CallStatus.ENDED,
        [Change.STARTED, Change.ENDED, Change.ANALYZED],
    ),
    ("waiting", UpdateKind.TRANSFER_ENDED): (CallStatus.DIALING, []),
    ("in_progress", UpdateKind.REGISTERED): (CallStatus.IN_PROGRESS, []),
    ("in_progress", UpdateKind.STARTED): (CallStatus.IN_PROGRESS, []),
    ("in_progress", UpdateKind.TRANSCRIPT_UPDATED): (CallStatus.IN_PROGRESS, []),
    ("in_progress", UpdateKind.TRANSFER_UPDATED): (CallStatus.IN_PROGRESS, []),
    ("in_progress", UpdateKind.ENDED): (CallStatus.ENDED, [Change.ENDED]),
    ("in_progress", UpdateKind.ANALYZED): (CallStatus.ENDED, [Change.ENDED, Change.ANALYZED]),
    ("in_progress", UpdateKind.TRANSFER_ENDED): (CallStatus.IN_PROGRESS, []),
    ("ended", UpdateKind.REGISTERED): (CallStatus.ENDED, []),
    ("ended", UpdateKind.STARTED): (CallStatus.ENDED, []),
    ("ended", UpdateKind.TRANSCRIPT_UPDATED): (CallStatus.ENDED, []),
    ("ended", UpdateKind.TRANSFER_UPDATED): (CallStatus.ENDED, []),
    ("ended", UpdateKind.ENDED): (CallStatus.ENDED, []),
    ("ended", UpdateKind.ANALYZED): (CallStatus.ENDED, [Change.ANALYZED]),
    ("ended", UpdateKind.TRANSFER_ENDED): (CallStatus.ENDED, []),
    ("not_connected", UpdateKind.REGISTERED): (CallStatus.NOT_CONNECTED, []),
    ("not_connected", UpdateKind.ENDED): (CallStatus.NOT_CONNECTED, []),
    ("not_connected", UpdateKind.ANALYZED): (CallStatus.NOT_CONNECTED, [Change.ANALYZED]),
    ("not_connected", UpdateKind.TRANSFER_ENDED): (CallStatus.NOT_CONNECTED, []),
    ("failed", UpdateKind.REGISTERED): (CallStatus.FAILED, []),
    ("failed", UpdateKind.ENDED): (CallStatus.FAILED, []),
    ("failed", UpdateKind.ANALYZED): (CallStatus.FAILED, [Change.ANALYZED]),
    ("failed", UpdateKind.TRANSFER_ENDED): (CallStatus.FAILED, []),
    # A call that never connected has no such update; should Retell send one all the same, that
    # it had started is announced, and what it came to stays.
    ("not_connected", UpdateKind.STARTED): (CallStatus.NOT_CONNECTED, [Change.STARTED]),
    ("not_connected", UpdateKind.TRANSCRIPT_UPDATED): (CallStatus.NOT_CONNECTED, [Change.STARTED]),
    ("not_connected", UpdateKind.TRANSFER_UPDATED): (CallStatus.NOT_CONNECTED, [Change.STARTED]),
    ("failed", UpdateKind.STARTED): (CallStatus.FAILED, [Change.STARTED]),
    ("failed", UpdateKind.TRANSCRIPT_UPDATED): (CallStatus.FAILED, [Change.STARTED]),
    ("failed", UpdateKind.TRANSFER_UPDATED): (CallStatus.FAILED, [Change.STARTED]),
}
_STATES = {
    "in_progress": after(STARTED)[0],
    "ended": after(STARTED, CallUpdate(UpdateKind.ENDED, {"status_reason": "user_hangup"}))[0],
    "not_connected": after(BUSY)[0],
    "failed": after(BROKEN)[0],
}


@pytest.mark.parametrize(("state", "kind"), sorted(_TABLE))
def test_every_kind_of_news_does_one_thing_in_every_state(state: str, kind: UpdateKind) -> None:
    status, changes = _TABLE[state, kind]

    outcome = lifecycle.apply(_STATES.get(state, CallState(CallStatus.DIALING)), CallUpdate(kind))

    assert outcome.state.status is status
    assert list(outcome.changes) == changes


def test_the_table_has_every_pair() -> None:
    states = {"waiting", *_STATES}
    assert set(_TABLE) == set(itertools.product(states, UpdateKind))


@pytest.mark.parametrize("start", [CallStatus.SCHEDULED, CallStatus.QUEUED, CallStatus.CANCELED])
def test_retell_is_right_about_a_call_we_thought_not_dialled(start: CallStatus) -> None:
    state, changes = after(STARTED, ENDED, start=start)

    assert state.status is CallStatus.ENDED
    assert changes == [Change.STARTED, Change.TRANSCRIPT_UPDATED, Change.ENDED]


@pytest.mark.parametrize("order", list(itertools.permutations([STARTED, ENDED, ANALYZED])))
def test_the_three_webhooks_lead_to_the_same_in_every_order(order: tuple[CallUpdate, ...]) -> None:
    state, changes = after(*order)

    assert state == after(STARTED, ENDED, ANALYZED)[0]
    assert sorted(changes) == sorted(
        [Change.STARTED, Change.TRANSCRIPT_UPDATED, Change.ENDED, Change.ANALYZED]
    )


_reasons = st.sampled_from(
    ["user_hangup", "voicemail_reached", "dial_busy", "error_retell", "call_transfer", "new_reason"]
)


@st.composite
def _updates_of_one_call(draw: st.DrawFn) -> list[CallUpdate]:
    """All updates Retell might send of one call: consistent, repeated, with two bodies for one."""
    reason = draw(_reasons)
    said = [HELLO, YES, LATE][: draw(st.integers(0, 3))]
    common: Facts = {"started_at": "2026-11-20T15:00:00+00:00"}
    ended: Facts = {**common, "status_reason": reason, "duration_ms": draw(st.integers(0, 9))}
    analyzed: Facts = {**ended, "summary": draw(st.sampled_from(["a", "b"]))}
    transferred: Facts = {**ended, "duration_ms": draw(st.integers(0, 9)), "cost": {"c": 1}}
    updates = [
        CallUpdate(UpdateKind.REGISTERED),
        CallUpdate(UpdateKind.ENDED, ended, tuple(said)),
        CallUpdate(
            UpdateKind.ENDED, {**ended, "recording_url": "https://r.example.com/1"}, tuple(said)
        ),
        CallUpdate(UpdateKind.ANALYZED, analyzed, tuple(said)),
    ]
    if reason not in {"dial_busy", "error_retell"}:
        updates.append(CallUpdate(UpdateKind.STARTED, common))
        updates += [
            CallUpdate(UpdateKind.TRANSCRIPT_UPDATED, common, tuple(said[:count]))
            for count in range(len(said) + 1)
        ]
    if reason == "call_transfer":
        updates += [
            CallUpdate(UpdateKind.TRANSFER_UPDATED, common, tuple(said)),
            CallUpdate(UpdateKind.TRANSFER_ENDED, transferred, tuple(said)),
        ]
    return updates


@given(st.data())
def test_any_order_and_repetition_leads_to_the_same_state_and_announcements(
    data: st.DataObject,
) -> None:
    updates = data.draw(_updates_of_one_call())
    shuffled = data.draw(st.permutations(updates + data.draw(st.lists(st.sampled_from(updates)))))

    straight, straight_changes = after(*updates)
    state, changes = after(*shuffled)

    assert state == straight
    once = [change for change in changes if change is not Change.TRANSCRIPT_UPDATED]
    assert len(once) == len(set(once))
    assert set(changes) == set(straight_changes)


@given(st.data())
def test_the_turns_announced_add_up_to_the_transcript(data: st.DataObject) -> None:
    updates = data.draw(st.permutations(data.draw(_updates_of_one_call())))

    state, heard = CallState(CallStatus.DIALING), dict[int, str]()
    for item in updates:
        outcome = lifecycle.apply(state, item)
        state = outcome.state
        heard |= {turn.turn: turn.text for turn in outcome.new_turns}

    assert heard == {turn.turn: turn.text for turn in state.turns}


@pytest.mark.parametrize("kind", UpdateKind)
def test_once_anything_was_said_a_call_has_started_whichever_news_tells_so(
    kind: UpdateKind,
) -> None:
    state, changes = after(CallUpdate(kind, {"status_reason": "dial_busy"}, (HELLO,)), BUSY)

    assert "started" in state.seen
    assert changes.count(Change.STARTED) == 1


def test_a_poorer_body_does_not_take_away_what_is_known() -> None:
    rich, _ = after(STARTED, ANALYZED)
    poor = CallUpdate(UpdateKind.ANALYZED, {"summary": "", "duration_ms": None}, (HELLO,))

    outcome = lifecycle.apply(rich, poor)

    assert outcome.state == rich
    assert outcome.changes == ()


def test_a_stale_status_field_does_not_decide_how_a_call_ended() -> None:
    state, _ = after(CallUpdate(UpdateKind.ENDED, {"status_reason": "agent_hangup"}))
    unknown, _ = after(
        CallUpdate(UpdateKind.ENDED, {"status_reason": "new", "retell_status": "error"})
    )

    assert state.status is CallStatus.ENDED
    assert unknown.status is CallStatus.FAILED


@pytest.mark.parametrize(
    ("updates", "expected"),
    [
        ([ENDED], (AnsweredBy.HUMAN, "transcript")),
        ([CallUpdate(UpdateKind.ENDED, {"status_reason": "voicemail_reached"})],
         (AnsweredBy.VOICEMAIL, "disconnection_reason")),
        ([GREETED, CallUpdate(UpdateKind.ANALYZED, {"in_voicemail": True})],
         (AnsweredBy.VOICEMAIL, "analysis")),
        ([ENDED, CallUpdate(UpdateKind.ANALYZED, {"in_voicemail": True})],
         (AnsweredBy.HUMAN, "transcript")),
        ([CallUpdate(UpdateKind.ENDED, {"status_reason": "ivr_reached"})],
         (AnsweredBy.IVR, "disconnection_reason")),
        ([BUSY], (AnsweredBy.NOBODY, "disconnection_reason")),
        ([STARTED], (AnsweredBy.UNKNOWN, None)),
    ],
)  # fmt: skip
def test_who_answered_is_told_with_its_source(
    updates: list[CallUpdate], expected: tuple[AnsweredBy, str | None]
) -> None:
    assert lifecycle.answered_by(after(*updates)[0]) == expected


def test_only_turns_that_are_new_or_reworded_are_announced() -> None:
    heard = Turn(turn=1, role="user", text="Yes, speak")
    before = lifecycle.apply(
        CallState(CallStatus.IN_PROGRESS),
        CallUpdate(UpdateKind.TRANSCRIPT_UPDATED, {}, (HELLO, heard)),
    )

    outcome: Outcome = lifecycle.apply(before.state, ENDED)

    assert outcome.new_turns == (YES, LATE)
