"""What a call waits for is told to whoever looks at it."""

from datetime import timedelta
from typing import Any

import pytest

from backend.calls.models import Call, DialQueue
from backend.calls.schemas import WaitingFor
from backend.calls.waiting import read_waits
from backend.platform import clock, db
from tests.support.room import Room
from tests.support.sandbox import Sandbox

CREATE: dict[str, Any] = {"target": "api", "match": {"path": "/v2/create-phone-call"}}


async def wait_of(room: Room, call: Call) -> WaitingFor | None:
    stored = await room.stored(call)
    async with db.transaction(room.runtime.sessions) as session:
        return (await read_waits(session, room.org.id, [stored])).get(call.id)


async def test_a_dial_of_unknown_outcome_says_so_until_it_is_known(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    await sandbox.add_fault(**CREATE, kind="status", status=500, count=1)

    await room.run_jobs()

    wait = await wait_of(room, call)
    assert wait is not None
    assert (wait.what, wait.since) == ("look_up", (await room.stored(call)).sent_at)
    assert "500" in wait.detail
    await room.deadline_passes(call)
    assert await wait_of(room, call) is None


async def test_a_queued_call_tells_why_the_queue_stands_still(room: Room, sandbox: Sandbox) -> None:
    call = await room.call(await room.agent())
    assert (await wait_of(room, call) or pytest.fail("no wait")).what == "free_line"
    await sandbox.add_fault(**CREATE, kind="status", status=402, count=1)

    await room.run_jobs()

    wait = await wait_of(room, call)
    assert wait is not None
    assert wait.what == "stopped_queue"
    assert "payment" in wait.detail


async def test_a_queued_call_tells_how_many_lines_are_in_use(room: Room) -> None:
    call = await room.call(await room.agent())
    async with db.transaction(room.runtime.sessions) as session:
        session.add(DialQueue(org_id=room.org.id, concurrency_limit=2, foreign_calls=2))

    wait = await wait_of(room, call)

    assert wait is not None
    assert (wait.what, wait.detail) == ("free_line", "2 of 2 lines are in use.")


async def test_a_scheduled_call_waits_for_its_time(room: Room) -> None:
    later = clock.now() + timedelta(hours=1)
    call = await room.call(await room.agent(), scheduled_at=later)

    wait = await wait_of(room, call)

    assert wait is not None
    assert wait.what == "window"
