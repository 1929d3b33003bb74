"""How fast and how many: the organisation's pace and Retell's limit, shared by all workers."""

import asyncio
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from sqlmodel import col, select

from backend.auth import organisations
from backend.auth.models import KeyName
from backend.auth.organisations import OrganisationSettings
from backend.calls import dialling, jobs, queries
from backend.calls.events import CallQueued
from backend.calls.models import Call, CallStatus, DialQueue
from backend.platform import clock, db, ids
from backend.providers.runtime import open_runtime
from tests.support import builders
from tests.support.room import Room, open_room
from tests.support.sandbox import Sandbox
from tests.support.service import SECRET, test_settings
from tests.support.waiting import until

PACE = 4


async def _claimed(room: Room) -> list[Call]:
    statement = select(Call).where(col(Call.dialed_at).is_not(None))
    async with db.transaction(room.runtime.sessions) as session:
        found = await session.exec(statement.order_by(col(Call.dialed_at)))
        return list(found.all())


async def _claim_on_two_workers(room: Room) -> int:
    claims = await asyncio.gather(
        *(dialling.claim_due(room.runtime, room.org.id) for _ in range(2))
    )
    return sum(claims)


async def test_calls_are_started_in_order_and_no_faster_than_the_pace(
    dsn: str, sandbox: Sandbox
) -> None:
    paced = test_settings(dsn, sandbox, dial={"starts_per_second": PACE})
    async with open_room(paced) as room:
        agent = await room.agent()
        await _stand_still_for_an_hour(room)
        placed = [(await room.call(agent)).id for _ in range(2 * PACE)]
        claimed = await _claim_all(room, len(placed))

    assert [call.id for call in claimed] == placed
    starts = [call.dialed_at.timestamp() for call in claimed if call.dialed_at]
    for (a, first), (b, last) in combinations(enumerate(starts), 2):
        # A queue that stood still may catch up on one second of its pace at once.
        assert last - first >= (b - a - PACE) / PACE - 0.001


async def _stand_still_for_an_hour(room: Room) -> None:
    await dialling.claim_due(room.runtime, room.org.id)
    async with db.transaction(room.runtime.sessions) as session:
        queue = await queries.lock_dial_queue(session, room.org.id)
        assert queue is not None
        queue.next_start_at = clock.now() - timedelta(hours=1)


async def _claim_all(room: Room, count: int) -> list[Call]:
    async def all_claimed() -> list[Call] | None:
        await _claim_on_two_workers(room)
        claimed = await _claimed(room)
        return claimed if len(claimed) == count else None

    return await until(all_claimed, "all calls to be claimed")


async def test_the_pace_is_each_organisations_own(dsn: str, sandbox: Sandbox) -> None:
    slow = test_settings(dsn, sandbox, dial={"starts_per_second": 0.01})
    async with open_room(slow) as room:
        async with db.transaction(room.runtime.sessions) as session:
            other = Room(room.runtime, await builders.organisation(session))
        for each in (room, other):
            agent = await each.agent()
            for _ in range(2):
                await each.call(agent)

        claimed = [
            await dialling.claim_due(each.runtime, each.org.id)
            for each in (room, room, other, other)
        ]

    assert claimed == [1, 0, 1, 0]


async def test_two_workers_together_claim_no_more_than_retell_takes_at_once(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    await sandbox.control("PUT", "/limits", {"concurrency": 3})
    calls = [await room.call(agent) for _ in range(6)]

    claimed = await _claim_on_two_workers(room)
    await room.change(calls[0], status=CallStatus.ENDED)
    claimed_after_one_ended = await _claim_on_two_workers(room)

    assert (claimed, claimed_after_one_ended) == (3, 1)


async def test_calls_that_are_not_ours_count_towards_what_retell_takes_at_once(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    assert agent.retell_agent_id is not None
    async with sandbox.at_speed(1):
        await room.runtime.retell.create_web_call(
            agent.retell_agent_id, agent_version=0, variables={}, metadata={}
        )
        await sandbox.control("PUT", "/limits", {"concurrency": 3})
        for _ in range(4):
            await room.call(agent)

        assert await _claim_on_two_workers(room) == 2


async def test_a_claim_that_has_not_reached_retell_does_not_hide_calls_that_are_not_ours(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    assert agent.retell_agent_id is not None
    async with sandbox.at_speed(1):
        await room.runtime.retell.create_web_call(
            agent.retell_agent_id, agent_version=0, variables={}, metadata={}
        )
        await sandbox.control("PUT", "/limits", {"concurrency": 2})
        for _ in range(3):
            await room.call(agent)
        claimed = await dialling.claim_due(room.runtime, room.org.id)
        await dialling.refresh_limit(room.runtime, room.org.id)

        assert (claimed, await dialling.claim_due(room.runtime, room.org.id)) == (1, 0)


async def test_a_limit_that_grew_is_noticed(room: Room, sandbox: Sandbox) -> None:
    agent = await room.agent()
    await sandbox.control("PUT", "/limits", {"concurrency": 1})
    for _ in range(4):
        await room.call(agent)
    claimed = await _claim_on_two_workers(room)

    await sandbox.control("PUT", "/limits", {"concurrency": 3})
    await dialling.refresh_limit(room.runtime, room.org.id)

    assert (claimed, await _claim_on_two_workers(room)) == (1, 2)


async def test_a_limit_that_cannot_be_asked_for_does_not_keep_calls_from_being_dialled(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    await sandbox.add_fault(
        target="api", kind="status", status=403, match={"path": "/get-concurrency"}
    )
    await room.call(agent)

    assert await dialling.claim_due(room.runtime, room.org.id) == 1


@pytest.mark.parametrize("job", ["claim_next", "claim_all_due"])
async def test_the_limit_is_never_that_of_another_organisations_account(
    room: Room, sandbox: Sandbox, job: str
) -> None:
    await room.call(await room.agent())
    settings, sessions = room.runtime.settings, room.runtime.sessions
    await sandbox.control("PUT", "/limits", {"concurrency": 3})
    async with db.transaction(sessions) as session:
        no_key: dict[KeyName, str | None] = {KeyName.RETELL_API_KEY: None}
        await organisations.update_organisation(session, room.org.id, {}, no_key, secret_key=SECRET)

    async with open_runtime(
        settings, sessions, OrganisationSettings(settings, sessions)
    ) as runtime:
        if job == "claim_all_due":
            await jobs.claim_all_due(runtime)
        else:
            await jobs.claim_next(runtime, CallQueued(org_id=room.org.id, call_id=ids.new_id()))

    async with db.transaction(sessions) as session:
        queue = await queries.find_dial_queue(session, room.org.id)
    assert queue is not None
    assert (queue.concurrency_limit, queue.limit_read_at) == (None, None)


async def test_an_organisation_whose_key_cannot_be_read_does_not_hold_up_the_others(
    room: Room,
) -> None:
    settings, sessions = room.runtime.settings, room.runtime.sessions
    async with db.transaction(sessions) as session:
        other = Room(room.runtime, await builders.organisation(session))
    for each in (room, other):
        await each.call(await each.agent())
    async with db.transaction(sessions) as session:
        lost = ("a secret that nobody has kept", SECRET)
        await organisations.reseal_keys(session, org_id=room.org.id, secret_keys=lost)

    async with open_runtime(
        settings, sessions, OrganisationSettings(settings, sessions)
    ) as runtime:
        await jobs.claim_all_due(runtime)
        await jobs.refresh_limits(runtime)

    assert [call.org_id for call in await _claimed(room)] == [other.org.id]


async def _put_next_start(room: Room, ahead: timedelta) -> None:
    await dialling.claim_due(room.runtime, room.org.id)
    async with db.transaction(room.runtime.sessions) as session:
        queue = await queries.lock_dial_queue(session, room.org.id)
        assert queue is not None
        queue.next_start_at = clock.now() + ahead
        queue.stopped_until = clock.now() + ahead


async def test_a_clock_that_was_a_day_ahead_stops_no_dialling(room: Room) -> None:
    agent = await room.agent()
    await room.call(agent)
    await _put_next_start(room, timedelta(days=1))
    await room.call(agent)

    assert await dialling.claim_due(room.runtime, room.org.id) == 1


async def test_resuming_lets_calls_start_at_once(room: Room) -> None:
    agent = await room.agent()
    await room.call(agent)
    await _put_next_start(room, timedelta(minutes=5))
    await room.call(agent)
    waited = await dialling.claim_due(room.runtime, room.org.id)

    async with db.transaction(room.runtime.sessions) as session:
        await dialling.resume(session, room.org.id)

    assert (waited, await dialling.claim_due(room.runtime, room.org.id)) == (0, 1)


async def test_what_dialling_waits_for_is_told(room: Room) -> None:
    now, settings = clock.now(), room.runtime.settings
    soon, past = now + timedelta(seconds=30), now - timedelta(seconds=1)

    def told(running: int = 0, **columns: Any) -> str | None:
        queue = DialQueue(org_id=room.org.id, **({"next_start_at": past} | columns))
        return dialling.waiting_for(queue, now, running, settings)

    assert told() is None
    assert told(stopped_until=soon) == "stop"
    assert told(next_start_at=soon) == "pace"
    assert told(next_start_at=now + timedelta(days=1)) is None
    assert told(concurrency_limit=3, running=2, foreign_calls=1) == "running_calls"
    assert told(concurrency_limit=3, running=2) is None
