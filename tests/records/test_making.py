"""Making records by jobs that run twice, at once, late, or not to their end."""

import asyncio
from typing import Any

import pytest

from backend.agents.models import Agent
from backend.calls.events import CallAnalyzed, CallEnded, CallRevised
from backend.calls.models import Call, CallStatus
from backend.platform import db
from backend.providers.llm_errors import LlmFailed, LlmTimedOut
from backend.records import jobs, making, queries, review, service
from backend.records.events import RecordRequested
from backend.records.models import Record, RecordAudit, RecordStatus
from backend.records.review import Verdict
from tests.support import builders
from tests.support.room import Room, open_room
from tests.support.sandbox import Sandbox
from tests.support.service import test_settings
from tests.support.waiting import until

SCHEMA = {
    "type": "object",
    "properties": {"delay_reason": {"type": ["string", "null"], "description": "Why he is late"}},
}
LINES = ("agent: Why are you late?", "user: There was an accident on the road.")
MORE = (*LINES, "agent: I see. Anything else?", "user: And then a flat tyre.")
ANALYZED = ["analyzed", "ended", "started"]


async def _call(room: Room, **columns: Any) -> tuple[Agent, Call]:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, record_schema=SCHEMA)
        call = await builders.call(session, agent, **{"lines": LINES} | columns)
    return agent, call


async def _end(room: Room, call: Call) -> None:
    await jobs.open_revision(room.runtime, CallEnded(org_id=call.org_id, call_id=call.id))


async def _analyze(room: Room, call: Call) -> None:
    await jobs.open_revision(room.runtime, CallAnalyzed(org_id=call.org_id, call_id=call.id))


def _requested(record: Record) -> RecordRequested:
    return RecordRequested(org_id=record.org_id, call_id=record.call_id, record_id=record.id)


async def _revisions(room: Room, call: Call) -> list[Record]:
    async with db.transaction(room.runtime.sessions) as session:
        return list(await queries.list_revisions(session, call.org_id, call.id))


async def _made(room: Room, call: Call) -> list[Record]:
    """Run what is to be run, and return all revisions."""
    assert await room.run_jobs() == []
    return await _revisions(room, call)


async def _asked(sandbox: Sandbox) -> int:
    """Count the requests for a record, without those that read it a second time."""
    seen = (await sandbox.control("GET", "/llm/requests"))["items"]
    return sum("Case 1" not in request["body"]["messages"][-1]["content"] for request in seen)


async def test_the_same_news_twice_makes_one_record_and_asks_once(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room)

    await _end(room, call)
    await _made(room, call)
    await _end(room, call)
    [record] = await _made(room, call)

    assert record.status is RecordStatus.VALID
    assert await _asked(sandbox) == 1
    assert await room.names(call.id) == ["record.extracted"]


async def test_end_and_analysis_at_once_open_one_revision_and_ask_once(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room, seen=ANALYZED)

    await asyncio.gather(*(news(room, call) for news in (_end, _analyze, _end, _analyze)))
    [record] = await _made(room, call)

    assert (record.status, record.final) == (RecordStatus.VALID, True)
    assert await _asked(sandbox) == 1


async def test_a_job_that_runs_twice_at_once_makes_one_record(room: Room) -> None:
    _, call = await _call(room)
    await _end(room, call)
    [record] = await _revisions(room, call)

    await asyncio.gather(*(jobs.make_record(room.runtime, _requested(record)) for _ in range(3)))

    assert [record.status for record in await _made(room, call)] == [RecordStatus.VALID]
    assert await room.names(call.id) == ["record.extracted"]


async def test_a_job_whose_worker_died_is_made_by_the_next(room: Room, sandbox: Sandbox) -> None:
    _, call = await _call(room)
    await _end(room, call)
    [record] = await _revisions(room, call)
    await sandbox.control("POST", "/llm/faults", {"kind": "slow", "params": {"seconds": 30}})
    dying = asyncio.create_task(jobs.make_record(room.runtime, _requested(record)))

    async def being_asked() -> bool:
        return await _asked(sandbox) == 1

    await until(being_asked, "the model to be asked")
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    await sandbox.control("POST", "/llm/reset")

    [record] = await _made(room, call)
    assert record.status is RecordStatus.VALID
    assert await room.names(call.id) == ["record.extracted"]


async def test_the_analysis_makes_the_record_final_without_asking_again(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room)
    await _end(room, call)
    [early] = await _made(room, call)
    await room.change(call, seen=ANALYZED)

    await _analyze(room, call)

    [record] = await _made(room, call)
    assert (early.final, record.final) == (False, True)
    assert await _asked(sandbox) == 1


async def test_when_no_analysis_is_waited_for_any_longer_the_record_is_final(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room)
    await _end(room, call)
    await _made(room, call)
    await room.change(call, check_at=None)

    await jobs.open_revision(room.runtime, CallRevised(org_id=call.org_id, call_id=call.id))

    [record] = await _made(room, call)
    assert record.final
    assert await _asked(sandbox) == 1


async def test_a_transcript_that_changed_after_the_end_is_read_again(room: Room) -> None:
    _, call = await _call(room)
    await _end(room, call)
    await _made(room, call)
    await room.change(call, transcript=builders.turns(*MORE), seen=ANALYZED)

    for _ in range(2):
        await _analyze(room, call)

    revisions = await _made(room, call)
    assert [(record.revision, record.final) for record in revisions] == [(1, False), (2, True)]
    assert revisions[1].status is RecordStatus.VALID


async def test_what_is_learned_before_a_record_is_made_goes_into_it(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room)
    await _end(room, call)
    await room.change(call, transcript=builders.turns(*MORE), seen=ANALYZED)
    await _analyze(room, call)

    [record] = await _made(room, call)

    assert (record.status, record.final) == (RecordStatus.VALID, True)
    assert await _asked(sandbox) == 1


async def test_what_is_learned_while_the_model_is_asked_has_it_asked_anew(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room)
    await _end(room, call)
    await sandbox.control(
        "POST", "/llm/faults", {"kind": "slow", "count": 1, "params": {"seconds": 0.4}}
    )

    async def being_asked() -> bool:
        return await _asked(sandbox) == 1

    making_it = asyncio.create_task(room.run_jobs())
    await until(being_asked, "the model to be asked")
    await room.change(call, transcript=builders.turns("user: Hello?", *MORE), seen=ANALYZED)
    await _analyze(room, call)
    assert await making_it == []

    [record] = await _made(room, call)
    assert (record.status, record.final) == (RecordStatus.VALID, True)
    assert record.evidence["delay_reason"]["turns"] == [2]
    assert await _asked(sandbox) == 2
    assert await room.names(call.id) == ["record.extracted"]


async def test_asking_for_a_record_that_is_being_made_gives_that_one(room: Room) -> None:
    _, call = await _call(room)
    await _end(room, call)
    await _made(room, call)

    async def ask() -> Record:
        async with db.transaction(room.runtime.sessions) as session:
            return await service.request_extraction(session, call.org_id, call.id)

    asked = [await ask() for _ in range(3)]

    assert {(record.revision, record.status) for record in asked} == {(2, RecordStatus.PENDING)}
    assert [record.status for record in await _made(room, call)] == [RecordStatus.VALID] * 2


async def test_a_correction_is_not_overwritten_by_what_comes_later_but_becomes_final(
    room: Room,
) -> None:
    agent, call = await _call(room)
    await _end(room, call)
    await _made(room, call)
    async with db.transaction(room.runtime.sessions) as session:
        user = await builders.user(session, agent.org_id)
        verdict = Verdict(user.id, {"delay_reason": "weather"})
        await review.give_verdict(session, call.org_id, call.id, verdict)
    await room.change(call, transcript=builders.turns(*MORE), seen=ANALYZED)

    await _analyze(room, call)

    current = (await _made(room, call))[-1]
    assert (current.status, current.final) == (RecordStatus.CORRECTED, True)
    assert current.data == {"delay_reason": "weather"}


@pytest.mark.parametrize("columns", [{"status": CallStatus.NOT_CONNECTED}, {"lines": ()}])
async def test_a_call_that_never_connected_or_said_nothing_has_no_record(
    room: Room, sandbox: Sandbox, columns: dict[str, Any]
) -> None:
    _, call = await _call(room, **columns)

    await _end(room, call)
    await _analyze(room, call)

    assert await _made(room, call) == []
    assert await _asked(sandbox) == 0


async def test_a_failure_that_may_pass_leaves_the_revision_for_the_next_attempt(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room)
    await _end(room, call)
    await sandbox.control("POST", "/llm/faults", {"kind": "server_error", "count": 1})

    [failure] = await room.run_jobs()
    [record] = await _revisions(room, call)
    await making.make_record(room.runtime, call.org_id, record.id)

    assert isinstance(failure, LlmFailed)
    assert record.status is RecordStatus.PENDING
    assert [record.status for record in await _revisions(room, call)] == [RecordStatus.VALID]


async def test_giving_up_closes_the_revision_with_the_reason_once(room: Room) -> None:
    _, call = await _call(room)
    await _end(room, call)
    [record] = await _revisions(room, call)

    for reason in ("The model could not be reached.", "And again."):
        await jobs.give_up(room.runtime, _requested(record), reason)

    [record] = await _made(room, call)
    assert (record.status, record.failure) == (
        RecordStatus.FAILED,
        "The model could not be reached.",
    )
    assert await room.names(call.id) == ["record.failed"]


async def test_a_record_that_is_gone_is_nothing_to_make(room: Room) -> None:
    await making.make_record(room.runtime, room.org.id, room.org.id)

    assert await room.names(room.org.id) == []


async def test_a_model_that_is_too_slow_is_asked_again_later(dsn: str, sandbox: Sandbox) -> None:
    hurried = test_settings(dsn, sandbox, llm={"timeout_seconds": 0.2, "max_attempts": 1})
    await sandbox.control("POST", "/llm/faults", {"kind": "slow", "count": 1})

    async with open_room(hurried) as room:
        _, call = await _call(room)
        await _end(room, call)
        [failure] = await room.run_jobs()
        [record] = await _revisions(room, call)
        await making.make_record(room.runtime, call.org_id, record.id)
        [record] = await _revisions(room, call)

    assert isinstance(failure, LlmTimedOut)
    assert record.status is RecordStatus.VALID


async def test_records_that_exceed_the_providers_limits_wait_without_failing(
    dsn: str, sandbox: Sandbox
) -> None:
    slow = test_settings(
        dsn, sandbox, openai={"requests_per_minute": 60 / 6}, llm={"check_model": "off"}
    )
    async with open_room(slow) as room:
        opened = [(await _call(room))[1] for _ in range(3)]
        for call in opened:
            await _end(room, call)

        assert await room.run_jobs() == []

        statuses = [(await _revisions(room, call))[0].status for call in opened]
        assert statuses.count(RecordStatus.PENDING) == 1
        assert await _asked(sandbox) == 2


async def test_an_agents_own_model_makes_its_record(room: Room, sandbox: Sandbox) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(
            session, room.org.id, record_schema=SCHEMA, extraction_model="openai/its-own"
        )
        call = await builders.call(session, agent, lines=LINES)
    await _end(room, call)

    [record] = await _made(room, call)

    assert record.model == "openai/its-own"


async def _forget(room: Room, call: Call) -> None:
    await room.change(call, transcript=[])


async def test_a_record_whose_call_lost_its_words_before_it_was_made_fails_and_waits_no_longer(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room)
    await _end(room, call)
    await _forget(room, call)

    [record] = await _made(room, call)

    assert record.status is RecordStatus.FAILED
    assert "not kept any more" in (record.failure or "")
    assert await _asked(sandbox) == 0
    assert await room.names(call.id) == ["record.failed"]


async def test_words_removed_while_the_model_is_asked_are_not_stored_again(
    room: Room, sandbox: Sandbox
) -> None:
    _, call = await _call(room)
    await _end(room, call)
    slow = {"kind": "slow", "count": 1, "params": {"seconds": 0.4}}
    await sandbox.control("POST", "/llm/faults", slow)
    making_it = asyncio.create_task(room.run_jobs())

    async def is_asked() -> bool:
        return await _asked(sandbox) == 1

    await until(is_asked, "the model to be asked")
    await _forget(room, call)

    assert await making_it == []
    [record] = await _revisions(room, call)
    assert (record.status, record.data, record.evidence) == (RecordStatus.FAILED, {}, {})
    async with db.transaction(room.runtime.sessions) as session:
        assert await session.get(RecordAudit, record.id) is None
