"""When Retell does not dial: later for some, never for others, and the reason where people look."""

from datetime import timedelta
from typing import Any

import pytest

from backend.agents import service as agents
from backend.calls import dialling, queries
from backend.calls.models import Call, CallStatus
from backend.platform import clock, db
from tests.support.customers import Customer, new_customer
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.service import Service
from tests.support.waiting import until

CREATE: dict[str, Any] = {"target": "api", "match": {"path": "/v2/create-phone-call"}}


async def _start_again(room: Room, at_once: Call) -> None:
    """Let the time pass for which the queue was held back."""
    async with db.transaction(room.runtime.sessions) as session:
        queue = await queries.lock_dial_queue(session, room.org.id)
        assert queue is not None
        queue.next_start_at = clock.now()
    await room.change(at_once, due_at=clock.now() - timedelta(minutes=1))


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ("Country +86 is not allowed.", "Retell says: Country +86 is not allowed."),
        (
            "The number +1 (415) 555-0100 cannot be dialled.",
            "Retell says: The number [number] cannot be dialled.",
        ),
        (None, "Retell refused it with status 400."),
    ],
)
async def test_a_permanent_refusal_ends_the_call_in_retells_words_without_the_number(
    room: Room, sandbox: Sandbox, message: str | None, words: str
) -> None:
    body = {"status": "error", "message": message}
    await sandbox.add_fault(**CREATE, kind="status", status=400, body=body)
    call = await room.call(await room.agent())

    assert await room.run_jobs() == []

    failed = await room.stored(call)
    assert (failed.status, failed.failure) == (CallStatus.FAILED, words)
    assert (failed.check_at, failed.retell_call_id) == (None, None)
    assert await room.names(call.id) == ["call.queued", "call.dialing", "call.failed"]


async def test_a_contact_that_must_not_be_called_is_not_called(
    customer: Customer, sandbox: Sandbox
) -> None:
    await sandbox.control("PUT", "/do-not-call", {"numbers": ["+14155550100"]})

    call = await customer.call(await customer.published_agent())
    failed = await customer.call_in(call["id"], "failed")

    assert failed["failure"] == "Retell says: Contact is marked as do not call."
    assert await sandbox.calls() == []


async def test_a_call_whose_agent_was_archived_meanwhile_is_not_dialled_and_says_so(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    call = await room.call(agent)
    async with db.transaction(room.runtime.sessions) as session:
        await agents.archive_agent(session, room.org.id, agent.id)

    assert await room.run_jobs() == []

    failed = await room.stored(call)
    assert failed.status is CallStatus.FAILED
    assert "archived" in (failed.failure or "")
    assert await sandbox.calls() == []


async def test_a_rate_limit_puts_the_call_back_and_holds_the_others_for_as_long_as_retell_asks(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    first = await room.call(agent)
    await sandbox.add_fault(**CREATE, kind="rate_limit", reset_seconds=30, count=1)

    assert await room.run_jobs() == []
    before = clock.now()
    second = await room.call(agent)
    assert await room.run_jobs() == []

    waiting = await room.stored(first)
    assert (waiting.status, waiting.sent_at, waiting.check_at) == (CallStatus.QUEUED, None, None)
    assert (await room.stored(second)).status is CallStatus.QUEUED
    assert await sandbox.calls() == []
    async with db.transaction(room.runtime.sessions) as session:
        queue = await queries.find_dial_queue(session, room.org.id)
    assert queue is not None
    assert queue.next_start_at > before + timedelta(seconds=20)

    await _start_again(room, first)
    await dialling.claim_due(room.runtime, room.org.id)
    assert await room.run_jobs() == []
    statuses = [(await room.stored(call)).status for call in (first, second)]
    assert statuses == [CallStatus.DIALING] * 2
    assert len(await sandbox.calls()) == 2


async def test_calls_beyond_what_retell_takes_at_once_are_all_dialled_in_the_end(
    customer: Customer, sandbox: Sandbox
) -> None:
    await sandbox.add_fault(**CREATE, kind="rate_limit", reset_seconds=1, count=1)
    agent = await customer.published_agent()

    calls = [await customer.call(agent) for _ in range(3)]

    for call in calls:
        await customer.call_in(call["id"], "ended")
    assert len(await sandbox.calls()) == 3


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (
            {"status": 402, "body": {"message": "Trial has ended, please add payment method."}},
            "Retell asks for payment first. Retell says: Trial has ended, please add payment "
            "method.",
        ),
        (
            {"status": 401, "body": {"message": "Invalid API key key_sandbox."}},
            "Retell refuses the API key.",
        ),
        (
            {"status": 403, "body": {"message": "Scope Call:Edit is missing."}},
            "Retell does not allow this with the API key. Retell says: Scope Call:Edit is missing.",
        ),
    ],
)
async def test_an_account_that_may_not_dial_stops_the_queue_visibly_until_it_is_resumed(
    customer: Customer, sandbox: Sandbox, fault: dict[str, Any], reason: str
) -> None:
    agent = await customer.published_agent()
    await sandbox.add_fault(**CREATE, kind="status", **fault)
    calls = [await customer.call(agent) for _ in range(3)]

    async def stopped() -> dict[str, Any] | None:
        queue: dict[str, Any] = await customer.get("/dialling")
        return queue if queue["stopped_reason"] and queue["queued"] == 3 else None

    queue = await until(stopped, "the queue to stop")
    assert (queue["stopped_reason"], queue["running"]) == (reason, 0)
    assert queue["stopped_until"] is not None
    assert {call["status"] for call in (await customer.get("/calls"))["items"]} == {"queued"}

    await sandbox.control("DELETE", "/faults")
    assert (await customer.client.post("/api/v1/dialling/resume")).status_code == 204
    for call in calls:
        assert (await customer.call_in(call["id"], "ended", "failed"))["status"] == "ended"
    queue = await customer.get("/dialling")
    assert (queue["stopped_reason"], queue["stopped_until"]) == (None, None)
    assert len(await sandbox.calls()) == 3


async def test_the_queue_tells_its_length_its_limit_and_its_pace(
    shared_service: Service, sandbox: Sandbox
) -> None:
    await sandbox.control("PUT", "/limits", {"concurrency": 7})
    async with new_customer(shared_service) as customer:
        call = await customer.call(await customer.published_agent())
        await customer.call_in(call["id"], "ended")

        queue = await customer.get("/dialling")

    assert (queue["queued"], queue["running"], queue["concurrency_limit"]) == (0, 0, 7)
    assert (queue["starts_per_second"], queue["waiting_for"]) == (1000, None)
    assert (queue["stopped_reason"], queue["stopped_until"]) == (None, None)
    assert queue["is_simulated"] is True


async def test_a_stopped_queue_stops_no_other_organisation(
    customer: Customer, stranger: Customer, sandbox: Sandbox
) -> None:
    agent, other = await customer.published_agent(), await stranger.published_agent()
    await sandbox.add_fault(**CREATE, kind="status", status=402, count=1)
    call = await customer.call(agent)
    await until(lambda: _is_stopped(customer), "the queue to stop")

    others = await stranger.call(other)

    assert (await stranger.call_in(others["id"], "ended"))["status"] == "ended"
    assert (await stranger.get("/dialling"))["stopped_reason"] is None
    assert (await customer.get(f"/calls/{call['id']}"))["status"] == "queued"


async def _is_stopped(customer: Customer) -> bool:
    queue: dict[str, Any] = await customer.get("/dialling")
    return queue["stopped_reason"] is not None


async def test_a_stop_ends_by_itself_after_a_while(room: Room, sandbox: Sandbox) -> None:
    await sandbox.add_fault(**CREATE, kind="status", status=402, count=1)
    call = await room.call(await room.agent())
    await room.run_jobs()
    claimed_while_stopped = await dialling.claim_due(room.runtime, room.org.id)

    async with db.transaction(room.runtime.sessions) as session:
        queue = await queries.lock_dial_queue(session, room.org.id)
        assert queue is not None
        assert queue.stopped_until is not None
        queue.stopped_until = clock.now()
    await _start_again(room, call)

    assert claimed_while_stopped == 0
    assert await dialling.claim_due(room.runtime, room.org.id) == 1


async def test_when_retell_cannot_be_reached_the_call_waits_and_is_not_failed(
    room: Room,
) -> None:
    agent = await room.agent()
    call = await room.call(agent)
    async with room.with_retell(base_url="http://127.0.0.1:9") as cut_off:
        await cut_off.run_jobs()

    waiting = await room.stored(call)
    assert (waiting.status, waiting.sent_at) == (CallStatus.QUEUED, None)
