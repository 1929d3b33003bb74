"""Making records by jobs that run twice, at once, and late."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backend.agents.models import Agent
from backend.calls.events import CallAnalyzed, CallEnded
from backend.calls.models import Call, CallStatus
from backend.platform import db
from backend.records import jobs, queries, service
from backend.records.errors import RecordBeingMade
from backend.records.models import Record, RecordStatus
from tests.support import builders
from tests.support.room import Room
from tests.support.sandbox import Sandbox

SCHEMA = {
    "type": "object",
    "properties": {"delay_reason": {"type": ["string", "null"], "description": "Why he is late"}},
}
LINES = ("agent: Why are you late?", "user: There was an accident on the road.")


async def _call(room: Room, **columns: Any) -> tuple[Agent, Call]:
    async with db.transaction(room.tools.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, record_schema=SCHEMA)
        call = await builders.call(session, agent, **{"lines": LINES} | columns)
    return agent, call


def _ended(call: Call) -> CallEnded:
    return CallEnded(org_id=call.org_id, call_id=call.id)


def _analyzed(call: Call) -> CallAnalyzed:
    return CallAnalyzed(org_id=call.org_id, call_id=call.id)


async def _revisions(room: Room, call: Call) -> list[Record]:
    async with db.transaction(room.tools.sessions) as session:
        return list(await queries.list_revisions(session, call.org_id, call.id))


async def _asked(sandbox: Sandbox) -> int:
    count: int = (await sandbox.control("GET", "/llm/requests"))["count"]
    return count


async def test_the_same_job_twice_makes_one_record_and_asks_once(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room)

    for _ in range(2):
        await jobs.extract(room.tools, _ended(call))

    [record] = await _revisions(room, call)
    assert record.status is RecordStatus.VALID
    assert await _asked(sandbox) == 1
    assert await room.names(call.id) == ["record.extracted"]


async def test_the_same_job_twice_at_once_makes_one_record(room: Room) -> None:
    _, call = await _call(room)

    await asyncio.gather(*(jobs.extract(room.tools, _ended(call)) for _ in range(3)))

    assert [record.status for record in await _revisions(room, call)] == [RecordStatus.VALID]
    assert await room.names(call.id) == ["record.extracted"]


async def test_a_job_after_a_crash_goes_on_with_the_revision_left_pending(room: Room) -> None:
    _, call = await _call(room)
    async with db.transaction(room.tools.sessions) as session:
        left, _ = await service.open_revision(session, call.org_id, call.id)
    assert left is not None

    await jobs.extract(room.tools, _ended(call))

    [record] = await _revisions(room, call)
    assert (record.id, record.status) == (left.id, RecordStatus.VALID)


async def test_the_analysis_makes_the_record_final_without_asking_again(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room)
    await jobs.extract(room.tools, _ended(call))
    await room.change(call, seen=["analyzed", "ended", "started"])

    await jobs.finish(room.tools, _analyzed(call))

    [record] = await _revisions(room, call)
    assert record.final
    assert await _asked(sandbox) == 1


async def test_a_transcript_that_changed_after_the_end_is_read_again(room: Room) -> None:
    _, call = await _call(room)
    await jobs.extract(room.tools, _ended(call))
    longer = builders.turns(*LINES, "agent: I see.", "user: And then a flat tyre.")
    await room.change(call, transcript=longer, seen=["analyzed", "ended", "started"])

    for _ in range(2):
        await jobs.finish(room.tools, _analyzed(call))

    revisions = await _revisions(room, call)
    assert [(record.revision, record.final) for record in revisions] == [(1, False), (2, True)]
    assert revisions[1].status is RecordStatus.VALID


async def test_the_two_jobs_in_the_other_order_and_at_once_make_one_record(room: Room) -> None:
    _, call = await _call(room, seen=["analyzed", "ended", "started"])

    await jobs.finish(room.tools, _analyzed(call))
    await asyncio.gather(
        jobs.extract(room.tools, _ended(call)), jobs.finish(room.tools, _analyzed(call))
    )

    [record] = await _revisions(room, call)
    assert (record.status, record.final) == (RecordStatus.VALID, True)


async def test_a_correction_is_not_overwritten_by_what_comes_later(room: Room) -> None:
    agent, call = await _call(room)
    await jobs.extract(room.tools, _ended(call))
    async with db.transaction(room.tools.sessions) as session:
        user = await builders.user(session, agent.org_id)
        await service.correct_record(
            session,
            call.org_id,
            call.id,
            {"delay_reason": "weather"},
            corrected_by=user.id,
            note=None,
        )
    await room.change(call, transcript=builders.turns(*LINES, "user: Bye."), seen=["analyzed"])

    await jobs.finish(room.tools, _analyzed(call))

    current = (await _revisions(room, call))[-1]
    assert (current.status, current.data) == (
        RecordStatus.CORRECTED,
        {"delay_reason": "weather"},
    )


async def test_a_call_that_never_connected_or_said_nothing_has_no_record(
    room: Room, sandbox: Sandbox
) -> None:
    for columns in ({"status": CallStatus.NOT_CONNECTED}, {"lines": ()}):
        _, call = await _call(room, **columns)

        await jobs.extract(room.tools, _ended(call))
        await jobs.finish(room.tools, _analyzed(call))

        assert await _revisions(room, call) == []
    assert await _asked(sandbox) == 0


async def test_giving_up_closes_the_pending_revision_with_the_reason(room: Room) -> None:
    _, call = await _call(room)
    async with db.transaction(room.tools.sessions) as session:
        await service.open_revision(session, call.org_id, call.id)

    for _ in range(2):
        await jobs.give_up(room.tools, _ended(call), "The model could not be reached.")

    [record] = await _revisions(room, call)
    assert (record.status, record.failure) == (
        RecordStatus.FAILED,
        "The model could not be reached.",
    )
    assert await room.names(call.id) == ["record.failed"]


async def test_the_analysis_leaves_a_record_that_is_being_made_to_its_job(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room, seen=["analyzed", "ended", "started"])
    async with db.transaction(room.tools.sessions) as session:
        record, _ = await service.open_revision(session, call.org_id, call.id)
        assert record is not None

    with pytest.raises(RecordBeingMade):
        await jobs.finish(room.tools, _analyzed(call))
    assert await _asked(sandbox) == 0

    async with db.transaction(room.tools.sessions) as session:
        left = await queries.lock_record(session, call.org_id, record.id)
        assert left is not None
        left.created_at -= timedelta(minutes=3)
    await jobs.finish(room.tools, _analyzed(call))
    [made] = await _revisions(room, call)
    assert (made.status, made.final) == (RecordStatus.VALID, True)
