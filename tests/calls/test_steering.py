"""Steering calls: canceled before they are dialled, stopped while they run, dialled when due."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.auth.models import Role
from backend.calls import dialling, service
from backend.calls.errors import CallNotCancelable
from backend.calls.models import CallStatus
from backend.platform import clock, db
from tests.support.customers import Customer
from tests.support.inbox import event_names
from tests.support.problems import problem_of
from tests.support.room import Room
from tests.support.sandbox import Sandbox


async def _ask(customer: Customer, call: dict[str, Any], verb: str) -> httpx.Response:
    return await customer.client.post(f"/api/v1/calls/{call['id']}/{verb}")


@pytest.fixture
async def scheduled(customer: Customer) -> dict[str, Any]:
    agent = await customer.published_agent()
    return await customer.call(agent, scheduled_at="2100-01-01T00:00:00Z")


async def test_a_scheduled_call_can_be_canceled_once(
    customer: Customer, scheduled: dict[str, Any]
) -> None:
    first = await _ask(customer, scheduled, "cancel")
    second = await _ask(customer, scheduled, "cancel")

    assert (first.status_code, first.json()["status"]) == (200, "canceled")
    problem_of(second, 409, "call-not-cancelable")
    names = await event_names(customer, scheduled["id"])
    assert names == ["call.scheduled", "call.canceled"]


async def test_a_queued_call_that_is_canceled_is_not_dialled(room: Room, sandbox: Sandbox) -> None:
    agent = await room.agent()
    call = await room.call(agent)

    async with db.transaction(room.runtime.sessions) as session:
        await service.cancel_call(session, room.org.id, call.id)
    assert await room.run_jobs() == []

    assert (await room.stored(call)).status is CallStatus.CANCELED
    assert await sandbox.calls() == []


async def test_a_call_that_was_dialled_cannot_be_canceled(room: Room) -> None:
    call = await room.call(await room.agent())
    await room.run_jobs()

    with pytest.raises(CallNotCancelable):
        async with db.transaction(room.runtime.sessions) as session:
            await service.cancel_call(session, room.org.id, call.id)

    assert (await room.stored(call)).status is CallStatus.DIALING
    assert "call.canceled" not in await room.names(call.id)


async def test_a_running_call_is_stopped_at_retell_and_ends_with_its_webhook(
    customer: Customer, sandbox: Sandbox
) -> None:
    agent = await customer.published_agent()
    async with sandbox.at_speed(2):
        call = await customer.call(agent)
        await customer.call_in(call["id"], "in_progress")

        response = await _ask(customer, call, "stop")

    assert response.status_code == 202
    ended = await customer.call_in(call["id"], "ended")
    assert ended["status_reason"] == "manual_stopped"
    (at_retell,) = await sandbox.calls()
    assert at_retell["disconnection_reason"] == "manual_stopped"
    problem_of(await _ask(customer, call, "stop"), 409, "call-not-running")


async def test_a_call_that_has_not_been_dialled_cannot_be_stopped(
    customer: Customer, scheduled: dict[str, Any]
) -> None:
    problem_of(await _ask(customer, scheduled, "stop"), 409, "call-not-running")


async def test_stopping_a_call_that_ended_at_retell_without_our_knowing_is_a_conflict(
    customer: Customer, sandbox: Sandbox
) -> None:
    await sandbox.add_fault(target="webhook", kind="drop", match={"event": "call_ended"})
    await sandbox.add_fault(target="webhook", kind="drop", match={"event": "call_analyzed"})
    call = await customer.call(await customer.published_agent())
    await customer.call_in(call["id"], "in_progress")
    await sandbox.ended(1)

    response = await _ask(customer, call, "stop")

    problem_of(response, 409, "call-not-running")
    # Retell is asked at once, and not only at the deadline.
    assert (await customer.call_in(call["id"], "ended"))["status_reason"] == "agent_hangup"


@pytest.mark.parametrize("verb", ["cancel", "stop"])
async def test_reviewers_do_not_steer_calls(
    customer: Customer, scheduled: dict[str, Any], verb: str
) -> None:
    response = await _ask(await customer.colleague(Role.REVIEWER), scheduled, verb)

    problem_of(response, 403, "role-missing")
    assert (await customer.get(f"/calls/{scheduled['id']}"))["status"] == "scheduled"


async def test_a_scheduled_call_is_dialled_when_it_is_due_and_not_before(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    call = await room.call(agent, scheduled_at=clock.now() + timedelta(hours=1))

    claimed_early = await dialling.claim_due(room.runtime, room.org.id)
    await room.run_jobs()
    dialled_early = len(await sandbox.calls())
    await room.change(call, due_at=clock.now())
    claimed = await dialling.claim_due(room.runtime, room.org.id)
    await room.run_jobs()

    assert (claimed_early, dialled_early) == (0, 0)
    assert claimed == 1
    assert len(await sandbox.calls()) == 1
    assert (await room.names(call.id))[:2] == ["call.scheduled", "call.dialing"]


async def test_a_call_scheduled_in_a_moment_is_dialled_by_the_clock(
    customer: Customer, sandbox: Sandbox
) -> None:
    agent = await customer.published_agent()
    due_at = clock.now() + timedelta(milliseconds=400)

    call = await customer.call(agent, scheduled_at=due_at.isoformat())
    ended = await customer.call_in(call["id"], "ended")

    assert call["status"] == "scheduled"
    assert ended["started_at"] > due_at.isoformat()
    assert len(await sandbox.calls()) == 1
