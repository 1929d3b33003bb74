"""What analyses cost is booked, whatever comes of them: failures, outages, words that are gone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from backend.analysis import budget, jobs, making, queries, service
from backend.analysis.estimating import estimate_cents
from backend.analysis.events import AnalysisRequested
from backend.analysis.models import AnalysisAudit, AnalysisStatus, LeftOutReason
from backend.analysis.preset import INSTRUCTIONS
from backend.analysis.settings import preset_schema
from backend.calls.models import Turn
from backend.platform import db
from backend.platform.database_failures import DatabaseBusy
from backend.providers.llm_errors import LlmBusy, LlmFailed
from backend.records import asking
from backend.records.material import Material
from tests.analysis.calls import (
    LONG_LINES,
    SCHEMA,
    analyzed,
    asked,
    days,
    is_analyzed,
    made,
    requested,
    revisions,
    settled_call,
    switch_on,
    while_asked,
)
from tests.support.jobs import Queue
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.waiting import until, until_one_waits_for_a_lock


async def test_an_answer_of_no_use_fails_it_is_kept_for_the_audit_and_costs_what_it_took(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await sandbox.control("POST", "/llm/faults", {"kind": "invalid_json"})

    analysis = await analyzed(room, call)

    assert analysis.status is AnalysisStatus.FAILED
    [day] = await days(room)
    assert day.spent_cents > 0
    async with db.transaction(room.runtime.sessions) as session:
        audit = await session.get_one(AnalysisAudit, analysis.id)
    assert len(audit.exchanges[0]["answers"]) == await asked(sandbox)


async def test_a_key_that_is_rejected_leaves_it_out_costs_nothing_and_can_be_made_up_for(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await sandbox.control("POST", "/llm/faults", {"kind": "key_unknown"})

    analysis = await analyzed(room, call)

    assert analysis.left_out_reason is LeftOutReason.MODEL_UNAVAILABLE
    assert "rejects the key" in (analysis.failure or "")
    assert (await days(room))[0].spent_cents == 0
    await sandbox.control("POST", "/llm/reset")
    async with db.transaction(room.runtime.sessions) as session:
        assert await service.request_left_out(session, room.org.id, limit=10) == 1
    [analysis] = await made(room, call)
    assert (analysis.status, analysis.failure) == (AnalysisStatus.VALID, None)


async def test_an_outage_leaves_it_out_and_takes_nothing_of_the_budget(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    [pending] = await revisions(room, call)
    await sandbox.control("POST", "/llm/faults", {"kind": "server_error"})
    assert [type(each) for each in await room.run_jobs()] == [LlmFailed]

    await jobs.give_up_analysis(room.runtime, requested(pending), "The model failed.")

    [analysis] = await revisions(room, call)
    assert analysis.left_out_reason is LeftOutReason.MODEL_UNAVAILABLE
    assert (await days(room))[0].spent_cents == 0
    assert await room.names(call.id) == ["analysis.left_out"]


async def _run(room: Room, sandbox: Sandbox, then: dict[str, Any]) -> list[Exception]:
    """Run the jobs; once the model is asked, what follows goes wrong."""
    async with while_asked(room, sandbox) as failures:
        await sandbox.control("POST", "/llm/faults", then)
    return failures


async def test_an_answer_is_kept_and_paid_for_when_the_request_to_mend_it_fails(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    await sandbox.control("POST", "/llm/faults", {"kind": "invented_quote", "count": 1})

    assert await _run(room, sandbox, {"kind": "server_error"}) == []

    [analysis] = await revisions(room, call)
    assert analysis.status is AnalysisStatus.NEEDS_REVIEW
    assert await asked(sandbox) == 2
    [day] = await days(room)
    assert 0 < day.spent_cents == pytest.approx(analysis.cost_cents)


async def test_a_second_reading_of_no_use_is_paid_for_too(room: Room, sandbox: Sandbox) -> None:
    await switch_on(room)
    call = await settled_call(room)
    once = (await analyzed(room, await settled_call(room))).cost_cents or 0
    await sandbox.control("POST", "/llm/reset")
    await is_analyzed(room, call)

    assert await _run(room, sandbox, {"kind": "invalid_json"}) == []

    [analysis] = await revisions(room, call)
    assert [each["code"] for each in analysis.problems] == ["not_checked"]
    assert (analysis.cost_cents or 0) > once
    assert (await days(room))[0].spent_cents == pytest.approx(once + (analysis.cost_cents or 0))


async def test_the_first_part_of_a_call_is_paid_for_when_a_later_one_is_refused(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room, lines=LONG_LINES)
    await is_analyzed(room, call)

    assert await _run(room, sandbox, {"kind": "key_unknown"}) == []

    [analysis] = await revisions(room, call)
    assert analysis.left_out_reason is LeftOutReason.MODEL_UNAVAILABLE
    [day] = await days(room)
    assert (day.analyzed, day.spent_cents > 0) == (1, True)


async def test_each_attempt_is_paid_for_and_needs_room_of_its_own(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room, lines=LONG_LINES)
    await is_analyzed(room, call)

    failures = await _run(room, sandbox, {"kind": "server_error", "count": 1})

    [pending] = await revisions(room, call)
    assert [type(each) for each in failures] == [LlmFailed]
    assert (pending.status, pending.reserved_on) == (AnalysisStatus.PENDING, None)
    first = (await days(room))[0].spent_cents
    assert first > 0
    await making.make_analysis(room.runtime, call.org_id, pending.id)
    [analysis] = await revisions(room, call)
    assert analysis.status is AnalysisStatus.VALID
    [day] = await days(room)
    assert day.spent_cents == pytest.approx(first + (analysis.cost_cents or 0))


async def test_limits_that_leave_no_room_for_the_rest_of_a_call_are_a_failed_attempt(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To come back any number of times would pay for the first part each time."""
    monkeypatch.setattr(asking, "_MOST_WAITS", 0)
    await switch_on(room)
    await is_analyzed(room, await settled_call(room, lines=LONG_LINES))

    assert [type(each) for each in await room.run_jobs()] == [LlmBusy]

    assert (await days(room))[0].spent_cents > 0


async def test_an_analysis_whose_call_lost_its_words_waits_no_longer(
    room: Room, sandbox: Sandbox, dsn: str
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    await room.change(call, transcript=[])
    queue = Queue(dsn, room.runtime.sessions)
    queue.wiring.on(AnalysisRequested, jobs.make_analysis, give_up=jobs.give_up_analysis)

    async def is_closed() -> bool:
        return (await revisions(room, call))[0].status is not AnalysisStatus.PENDING

    async with queue.worker(room.runtime):
        await until(is_closed, "the analysis to be closed")

    [analysis] = await revisions(room, call)
    assert analysis.status is AnalysisStatus.FAILED
    assert "not kept any more" in (analysis.failure or "")
    assert await asked(sandbox) == 0


async def test_words_removed_while_the_model_is_asked_are_paid_for_and_not_stored_again(
    room: Room, sandbox: Sandbox
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    async with while_asked(room, sandbox) as failures:
        await room.change(call, transcript=[])

    assert failures == []

    [analysis] = await revisions(room, call)
    assert (analysis.status, analysis.data, analysis.evidence) == (AnalysisStatus.FAILED, {}, {})
    async with db.transaction(room.runtime.sessions) as session:
        assert await session.get(AnalysisAudit, analysis.id) is None
    assert (await days(room))[0].spent_cents > 0


async def test_a_reservation_of_an_earlier_day_or_for_fewer_words_is_made_anew(
    room: Room,
) -> None:
    ask = await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    [pending] = await revisions(room, call)
    today = budget.day_of(ask.settings)
    for held_on, held, wanted in ((today - timedelta(days=1), 2.0, 2.0), (today, 2.0, 3.0)):
        async with db.transaction(room.runtime.sessions) as session:
            locked = await queries.lock_analysis(session, room.org.id, pending.id)
            assert locked is not None
            locked.reserved_on, locked.estimated_cents = held_on, held
            reserved = await budget.reserve(session, ask.settings, locked, wanted)
            assert reserved is budget.Room.RESERVED
            assert (locked.reserved_on, locked.estimated_cents) == (today, wanted)


@pytest.mark.parametrize("fault", [None, {"kind": "invented_quote", "count": 1}])
async def test_no_call_asked_about_by_the_preset_costs_more_than_it_was_estimated_to(
    room: Room, sandbox: Sandbox, fault: dict[str, Any] | None
) -> None:
    """Also where the answer has to be mended."""
    preset = {"record_schema": preset_schema(), "instructions": INSTRUCTIONS}
    await switch_on(room, **preset)
    call = await settled_call(room, lines=LONG_LINES, variables={"note": "word " * 2000})
    if fault is not None:
        await sandbox.control("POST", "/llm/faults", fault)

    analysis = await analyzed(room, call)

    assert await asked(sandbox) >= 2
    assert 0 < (analysis.cost_cents or 0) <= (analysis.estimated_cents or 0)


async def test_a_script_of_which_each_character_is_a_token_is_estimated_by_that(room: Room) -> None:
    def cents(words: str) -> float:
        turns = [Turn(turn=0, role="user", text=words)]
        return estimate_cents(room.runtime.settings, Material(turns=turns, schema=SCHEMA)) or 0

    latin, japanese = cents("a" * 30_000) - cents(""), cents("\u3042" * 30_000) - cents("")

    assert japanese == pytest.approx(3.5 * latin, rel=0.01)


async def test_an_answer_that_cannot_be_stored_is_paid_for_and_asked_for_anew(
    room: Room, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: Any, **__: Any) -> bool:
        raise DatabaseBusy("The database is busy.")

    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    [pending] = await revisions(room, call)
    with monkeypatch.context() as patched:
        patched.setattr("backend.analysis.service.complete", busy)
        with pytest.raises(DatabaseBusy):
            await making.make_analysis(room.runtime, call.org_id, pending.id)
    once = (await days(room))[0].spent_cents

    await making.make_analysis(room.runtime, call.org_id, pending.id)

    [analysis] = await revisions(room, call)
    assert analysis.status is AnalysisStatus.VALID
    assert await asked(sandbox) == 2
    assert 0 < once < (await days(room))[0].spent_cents


async def test_giving_up_leaves_an_analysis_alone_that_was_completed_meanwhile(room: Room) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    [pending] = await revisions(room, call)
    async with db.transaction(room.runtime.sessions) as session:
        held = await queries.lock_analysis(session, call.org_id, pending.id)
        assert held is not None
        giving_up = asyncio.create_task(
            jobs.give_up_analysis(room.runtime, requested(pending), "The model failed.")
        )
        await until_one_waits_for_a_lock(room.runtime.sessions)
        held.status = AnalysisStatus.VALID

    await giving_up

    [analysis] = await revisions(room, call)
    assert analysis.status is AnalysisStatus.VALID
    assert await room.names(call.id) == []
