"""At most one phone rings per call, whatever becomes of the answer to dialling."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backend.calls import dialling, reconciliation
from backend.calls.models import Call, CallStatus
from backend.platform import clock, db
from backend.platform.epochs import LogEpoch
from backend.platform.errors import AppError
from backend.providers.retell_errors import DialOutcomeUnknown
from tests.support.customers import Customer
from tests.support.inbox import event_names
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.waiting import until

CREATE: dict[str, Any] = {"target": "api", "match": {"path": "/v2/create-phone-call"}, "count": 1}
LIST: dict[str, Any] = {"target": "api", "match": {"path": "/v3/list-calls"}, "count": 1}
TWO_HOURS = timedelta(hours=2)

LOST_ANSWERS: dict[str, dict[str, Any]] = {
    "reset after dialling": {"kind": "reset", "when": "after"},
    "reset before dialling": {"kind": "reset", "when": "before"},
    "500 after dialling": {"kind": "status", "when": "after", "status": 500},
    "500 before dialling": {"kind": "status", "when": "before", "status": 500},
    "408 after dialling": {"kind": "status", "when": "after", "status": 408},
    "success without a call": {"kind": "malformed"},
    "an empty success": {"kind": "status", "when": "after", "status": 201, "body": {}},
}


async def _dial(room: Room, call: Call) -> None:
    await dialling.dial(room.runtime, room.org.id, call.id)


async def _ended(room: Room, sandbox: Sandbox, call: Call) -> Call:
    """Wait until the phone call is over, have Retell asked, and return the call."""
    await sandbox.ended(1)
    await reconciliation.look_up(room.runtime, room.org.id, call.id)
    return await room.stored(call)


async def _numbers_dialled(sandbox: Sandbox) -> int:
    return len(await sandbox.calls())


@pytest.mark.parametrize("fault", LOST_ANSWERS)
async def test_one_phone_rings_once_and_the_call_reaches_its_end(
    room: Room, sandbox: Sandbox, fault: str
) -> None:
    call = await room.call(await room.agent())
    await sandbox.add_fault(**CREATE, **LOST_ANSWERS[fault])

    (failure,) = await room.run_jobs()
    unanswered = await room.stored(call)
    await _dial(room, call)
    await _dial(room, call)

    assert isinstance(failure, DialOutcomeUnknown)
    assert (unanswered.status, unanswered.retell_call_id) == (CallStatus.DIALING, None)
    assert unanswered.check_at is not None
    (dialled,) = await sandbox.calls()
    assert (await room.stored(call)).retell_call_id == dialled["call_id"]
    assert (await _ended(room, sandbox, call)).status is CallStatus.ENDED


async def test_a_call_found_when_it_is_over_is_taken_in_with_all_that_was_said(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    await sandbox.add_fault(**CREATE, kind="reset", when="after")
    await sandbox.add_fault(target="webhook", kind="drop")

    await room.run_jobs()
    await sandbox.ended(1)
    await _dial(room, call)

    found = await room.stored(call)
    assert found.status is CallStatus.ENDED
    assert found.transcript


async def test_an_answer_that_comes_too_late_is_looked_up(room: Room, sandbox: Sandbox) -> None:
    call = await room.call(await room.agent())
    await sandbox.add_fault(**CREATE, kind="timeout", seconds=1, when="after")

    async with room.with_retell(dial_timeout=0.2) as impatient:
        (failure,) = await impatient.run_jobs()
    await _dial(room, call)

    assert isinstance(failure, DialOutcomeUnknown)
    assert await _numbers_dialled(sandbox) == 1
    assert (await _ended(room, sandbox, call)).status is CallStatus.ENDED


async def test_two_workers_that_dial_the_same_call_at_once_make_one_phone_ring(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    await dialling.claim_due(room.runtime, room.org.id)
    # The first request is carried out after the second one.
    await sandbox.add_fault(**CREATE, kind="timeout", seconds=0.3, when="before")

    await asyncio.gather(_dial(room, call), _dial(room, call), _dial(room, call))

    assert await _numbers_dialled(sandbox) == 1
    assert (await _ended(room, sandbox, call)).status is CallStatus.ENDED


async def test_a_worker_that_dies_after_sending_leaves_a_question_that_another_one_answers(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    await dialling.claim_due(room.runtime, room.org.id)
    await sandbox.add_fault(**CREATE, kind="timeout", seconds=10, when="after")

    dying = asyncio.create_task(_dial(room, call))
    await until(sandbox.calls, "the call to be placed")
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    left = await room.stored(call)
    await _dial(room, call)

    assert (left.status, left.retell_call_id) == (CallStatus.DIALING, None)
    assert left.sent_at is not None
    assert await _numbers_dialled(sandbox) == 1
    assert (await _ended(room, sandbox, call)).status is CallStatus.ENDED


async def test_a_worker_that_dies_before_sending_is_made_up_for_at_the_deadline(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    await dialling.claim_due(room.runtime, room.org.id)
    claimed = await room.stored(call)
    await room.change(call, check_at=clock.now())

    await reconciliation.claim_overdue(room.runtime)
    assert await room.run_jobs() == []

    assert (claimed.status, claimed.sent_at) == (CallStatus.DIALING, None)
    assert await _numbers_dialled(sandbox) == 1
    assert (await _ended(room, sandbox, call)).status is CallStatus.ENDED


async def test_webhooks_may_come_before_the_answer(customer: Customer, sandbox: Sandbox) -> None:
    agent = await customer.published_agent()
    await sandbox.add_fault(**CREATE, kind="timeout", seconds=0.5, when="after")

    call = await customer.call(agent, metadata={"ticket": 7})
    ended = await customer.call_in(call["id"], "ended")

    async def answered() -> bool:
        queue: dict[str, Any] = await customer.get("/dialling")
        return bool(queue["running"] == 0)

    await until(answered, "nothing to be dialled any more")
    (dialled,) = await sandbox.calls()
    assert ended["retell_call_id"] == dialled["call_id"]
    assert ended["metadata"] == {"ticket": 7}
    (only,) = (await customer.get("/calls"))["items"]
    assert only["id"] == call["id"]
    assert (await event_names(customer, call["id"])).count("call.ended") == 1


async def test_an_unanswered_dial_older_than_its_key_is_not_repeated_but_closed_in_words(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    await sandbox.add_fault(**CREATE, kind="reset", when="before")
    await room.run_jobs()
    await room.change(call, sent_at=clock.now() - TWO_HOURS)

    await reconciliation.look_up(room.runtime, room.org.id, call.id)

    closed = await room.stored(call)
    assert (closed.status, closed.check_at) == (CallStatus.FAILED, None)
    assert "not dialled again" in (closed.failure or "")
    assert "call.failed" in await room.names(call.id)
    assert await sandbox.calls() == []


async def test_an_unanswered_dial_older_than_its_key_is_found_when_retell_has_it(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    await sandbox.add_fault(**CREATE, kind="reset", when="after")
    await room.run_jobs()
    await sandbox.control("PUT", "/limits", {"idempotency_seconds": 0})
    await room.change(call, sent_at=clock.now() - TWO_HOURS)

    await reconciliation.look_up(room.runtime, room.org.id, call.id)

    assert await _numbers_dialled(sandbox) == 1
    assert (await _ended(room, sandbox, call)).status is CallStatus.ENDED


@pytest.mark.parametrize(
    "refusal",
    [
        {"kind": "rate_limit", "reset_seconds": 0},
        {"kind": "status", "status": 402, "body": {"message": "No credit."}},
        {"kind": "status", "status": 400, "body": {"message": "Contact is marked."}},
    ],
)
async def test_a_refusal_of_the_second_request_does_not_answer_what_became_of_the_first(
    room: Room, sandbox: Sandbox, refusal: dict[str, Any]
) -> None:
    call = await room.call(await room.agent())
    await sandbox.add_fault(**CREATE, kind="reset", when="after")
    await room.run_jobs()
    first = await room.stored(call)
    # Retell's list lags behind, so the same request is sent again, and refused.
    await sandbox.add_fault(**LIST, kind="status", status=200, body={"items": []})
    await sandbox.add_fault(**CREATE, **refusal)
    with pytest.raises(AppError):
        await _dial(room, call)
    await sandbox.control("PUT", "/limits", {"idempotency_seconds": 0})

    open_question = await room.stored(call)
    await room.change(call, sent_at=clock.now() - TWO_HOURS)
    await reconciliation.look_up(room.runtime, room.org.id, call.id)

    assert (open_question.status, open_question.sent_at) == (CallStatus.DIALING, first.sent_at)
    assert open_question.check_at is not None
    assert await _numbers_dialled(sandbox) == 1
    assert (await _ended(room, sandbox, call)).status is CallStatus.ENDED


async def _forget_dialling(room: Room, call: Call, **columns: Any) -> Call:
    """Put a call that was dialled back to how a backup has it that was made before."""
    before: dict[str, Any] = {
        "status": CallStatus.DIALING,
        "retell_call_id": None,
        "sent_at": None,
        "news_at": None,
        "known": {},
        "seen": [],
    }
    return await room.change(call, **(before | columns))


@pytest.mark.parametrize("late", [timedelta(minutes=2), timedelta(days=2)])
async def test_a_late_call_is_looked_for_before_it_is_first_sent(
    room: Room, sandbox: Sandbox, late: timedelta
) -> None:
    call = await room.call(await room.agent())
    await room.run_jobs()
    (dialled,) = await sandbox.calls()

    await _forget_dialling(room, call, due_at=clock.now() - late)
    await _dial(room, call)

    assert await _numbers_dialled(sandbox) == 1
    assert (await room.stored(call)).retell_call_id == dialled["call_id"]


async def test_a_call_of_a_restored_database_is_looked_for_however_soon(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    await room.run_jobs()
    async with db.transaction(room.runtime.sessions) as session:
        session.add(LogEpoch(epoch=1, cluster="another", began_at=clock.now()))

    await _forget_dialling(room, call)
    await _dial(room, call)

    assert await _numbers_dialled(sandbox) == 1


async def test_a_call_that_is_on_time_is_dialled_without_a_look_up(
    room: Room, sandbox: Sandbox
) -> None:
    await sandbox.add_fault(**LIST, kind="status", status=500)

    await room.call(await room.agent())

    assert await room.run_jobs() == []
    assert await _numbers_dialled(sandbox) == 1


async def test_a_late_call_that_was_never_sent_is_dialled(room: Room, sandbox: Sandbox) -> None:
    call = await room.call(await room.agent())
    await room.change(call, due_at=clock.now() - TWO_HOURS)

    await room.run_jobs()

    assert await _numbers_dialled(sandbox) == 1


@pytest.mark.parametrize("status", [403, 404])
async def test_a_late_call_is_dialled_by_a_key_that_may_not_look(
    room: Room, sandbox: Sandbox, status: int
) -> None:
    await sandbox.add_fault(**LIST, kind="status", status=status)
    call = await room.call(await room.agent())
    await room.change(call, due_at=clock.now() - TWO_HOURS)

    await room.run_jobs()

    assert await _numbers_dialled(sandbox) == 1


async def test_a_late_call_waits_while_retell_has_no_time_to_look(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    await room.change(call, due_at=clock.now() - TWO_HOURS)
    await dialling.claim_due(room.runtime, room.org.id)
    await sandbox.add_fault(**LIST, kind="rate_limit")

    await _dial(room, call)

    assert await _numbers_dialled(sandbox) == 0
    assert (await room.stored(call)).status is CallStatus.QUEUED
