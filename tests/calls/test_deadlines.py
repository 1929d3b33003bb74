"""Deadlines: every call that is not over has one, and a look-up that fails is not the last."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backend.calls import dialling, reconciliation
from backend.calls.models import Call, CallStatus
from backend.platform import clock, db
from tests.support import builders
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.waiting import until


async def _dialled(room: Room) -> Call:
    call = await room.call(await room.agent())
    assert await room.run_jobs() == []
    return call


async def _waiting_jobs(room: Room) -> int:
    async with db.transaction(room.runtime.sessions) as session:
        counted = await (await session.connection()).execute(text("select count(*) from pgqueuer"))
        count: int = counted.scalar_one()
        return count


async def _is_ongoing(sandbox: Sandbox) -> None:
    async def probe() -> bool:
        return [call["call_status"] for call in await sandbox.calls()] == ["ongoing"]

    await until(probe, "the call to be answered")


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "reset"},
        {"kind": "rate_limit", "reset_seconds": 1},
        {"kind": "malformed"},
        {"kind": "status", "status": 200, "body": {"call_id": ""}},
    ],
)
async def test_a_look_up_that_fails_is_repeated_at_the_next_deadline(
    room: Room, sandbox: Sandbox, fault: dict[str, Any]
) -> None:
    call = await _dialled(room)
    await sandbox.ended(1)
    await sandbox.add_fault(target="api", match={"path": "/v2/get-call/*"}, **fault)
    failures = await room.deadline_passes(call)
    waiting = await room.stored(call)

    await sandbox.control("DELETE", "/faults")
    await room.deadline_passes(call)

    assert len(failures) == 1
    assert waiting.status is CallStatus.DIALING
    assert waiting.check_at is not None
    assert waiting.check_at > clock.now()
    assert (await room.stored(call)).status is CallStatus.ENDED


async def test_every_call_that_is_not_over_has_a_time_at_which_something_is_done_about_it(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    await room.call(agent, scheduled_at=clock.now() + timedelta(days=1))
    steps: list[list[Call]] = []

    async with sandbox.at_speed(1):
        call = await room.call(agent)
        steps.append(await room.forgotten())
        await dialling.claim_due(room.runtime, room.org.id)
        steps.append(await room.forgotten())
        await sandbox.add_fault(
            target="api", kind="reset", when="after", match={"path": "/v2/create-phone-call"}
        )
        assert len(await room.run_jobs()) == 1
        steps.append(await room.forgotten())
        await room.deadline_passes(call)
        steps.append(await room.forgotten())
        await _is_ongoing(sandbox)
        await room.deadline_passes(call)
        steps.append(await room.forgotten())

    assert (await room.stored(call)).status is CallStatus.IN_PROGRESS
    assert steps == [[]] * 5


async def test_a_call_is_asked_about_once_at_a_time_however_long_retell_is_away(
    room: Room,
) -> None:
    call, other = await _dialled(room), await _dialled(room)

    for _ in range(3):
        for overdue in (call, other):
            await room.change(overdue, check_at=clock.now())
        await reconciliation.claim_overdue(room.runtime)

    assert await _waiting_jobs(room) == 2
    assert await room.run_jobs() == []
    await room.change(call, check_at=clock.now())
    await reconciliation.claim_overdue(room.runtime)
    assert await _waiting_jobs(room) == 1


async def test_two_workers_share_the_overdue_calls_between_them(room: Room) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id)
        for _ in range(30):
            await builders.call(session, agent, status=CallStatus.IN_PROGRESS, check_at=clock.now())

    claims = await asyncio.gather(*(reconciliation.claim_overdue(room.runtime) for _ in range(2)))

    assert sum(claims) == 30
    assert await reconciliation.claim_overdue(room.runtime) == 0
