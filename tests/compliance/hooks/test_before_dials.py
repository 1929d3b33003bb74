"""Calls that wait for a look-up: put aside, asked about, and dialled by a fresh answer alone."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from backend.calls import capacity, dialling, jobs
from backend.calls.errors import HooksBusy
from backend.calls.events import CallDialing
from backend.calls.models import Call, CallStatus
from backend.calls.waiting import read_waits
from backend.compliance.events import InquiryDue
from backend.compliance.hooks import service
from backend.compliance.hooks.models import Inquiry, InquiryStatus, OnFailure
from backend.compliance.models import Scope
from backend.platform import clock, db
from tests.compliance.hooks.standing import NUMBER, a_hook, change, inquiries, stored
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.times import at

# A wait that is over soon, and an answer that is.
_hook = partial(a_hook, name="List", timeout_ms=400, keep_seconds=60)


async def _ask(room: Room, call: Call) -> None:
    await jobs.ask_hooks(room.runtime, InquiryDue(org_id=room.org.id, call_id=call.id))


async def _is_put_aside(room: Room, call: Call) -> bool:
    held = await room.stored(call)
    return held.status is CallStatus.SCHEDULED and (held.held or {})["name"] == "awaiting_hook"


async def _asked(sandbox: Sandbox) -> int:
    return len(await sandbox.control("GET", "/lookup/asked"))


async def test_a_call_is_put_aside_until_it_was_asked_about_and_then_claimed(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    await _hook(room, f"{sandbox.url}/lookup/dial")

    call = await room.call(agent)

    assert await _is_put_aside(room, call)
    assert await dialling.claim_due(room.runtime, room.org.id) == 0
    for _ in range(2):
        await _ask(room, call)
    assert (await room.stored(call)).status is CallStatus.QUEUED
    assert await dialling.claim_due(room.runtime, room.org.id) == 1
    assert await _asked(sandbox) == 1
    assert (await room.names(call.id)).count("call.queued") == 1
    (told,) = [each for each in await room.logged(call.id) if each.name == "hook.asked"]
    assert (told.data["hook"], told.data["status"]) == ("List", "allowed")


async def test_a_refused_call_ends_with_the_name_of_the_hook(room: Room, sandbox: Sandbox) -> None:
    answer = {NUMBER: {"allowed": False, "code": "own_list"}}
    await sandbox.control("PUT", "/lookup/answers", answer)
    agent = await room.agent()
    await _hook(room, f"{sandbox.url}/lookup/dial")
    call = await room.call(agent, NUMBER)

    await _ask(room, call)
    await dialling.claim_due(room.runtime, room.org.id)

    ended = await room.stored(call)
    assert (ended.status, ended.status_reason) == (CallStatus.FAILED, "refused_by_hook")
    (asked,) = await inquiries(room)
    assert ended.hook_inquiry_ids == [asked.id]
    refusal = (await room.logged(call.id))[-1].data["refusal"]
    assert refusal["rule"]["name"] == "hook: List"
    assert refusal["rule"]["source"] == "127.0.0.1"
    assert "this number: own_list." in refusal["detail"]


async def test_an_answer_that_expires_before_the_claim_is_asked_for_anew(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    await _hook(room, f"{sandbox.url}/lookup/dial")
    call = await room.call(agent)
    await _ask(room, call)

    with at(clock.now() + timedelta(seconds=61)):
        await dialling.claim_due(room.runtime, room.org.id)
        assert await _is_put_aside(room, call)
        await _ask(room, call)
        assert await dialling.claim_due(room.runtime, room.org.id) == 1

    assert await _asked(sandbox) == 2


async def test_an_answer_that_expires_after_the_claim_stops_the_request(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    await _hook(room, f"{sandbox.url}/lookup/dial")
    call = await room.call(agent)
    await _ask(room, call)
    assert await dialling.claim_due(room.runtime, room.org.id) == 1

    with at(clock.now() + timedelta(seconds=61)):
        await jobs.dial(room.runtime, CallDialing(org_id=room.org.id, call_id=call.id))

    assert await _is_put_aside(room, call)
    assert await sandbox.calls() == []


async def test_a_hook_made_after_the_claim_is_asked_before_the_request(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    assert await dialling.claim_due(room.runtime, room.org.id) == 1

    await _hook(room, f"{sandbox.url}/lookup/dial")
    await jobs.dial(room.runtime, CallDialing(org_id=room.org.id, call_id=call.id))

    assert await _is_put_aside(room, call)
    assert await sandbox.calls() == []


async def test_another_address_is_asked_about_everybody_anew(room: Room, sandbox: Sandbox) -> None:
    agent = await room.agent()
    hook = await _hook(room, f"{sandbox.url}/lookup/dial")
    call = await room.call(agent)
    await _ask(room, call)

    await change(room, hook, url=f"{sandbox.url}/lookup/page")

    await dialling.claim_due(room.runtime, room.org.id)
    assert await _is_put_aside(room, call)


async def test_who_waits_for_a_hook_that_is_removed_waits_no_longer(
    room: Room, sandbox: Sandbox
) -> None:
    hook = await _hook(room, f"{sandbox.url}/lookup/dial")
    call = await room.call(await room.agent())
    async with db.transaction(room.runtime.sessions) as session:
        await service.remove_hook(session, room.org.id, hook.id)

    await _ask(room, call)

    assert await dialling.claim_due(room.runtime, room.org.id) == 1
    assert await _asked(sandbox) == 0


async def test_two_workers_ask_one_question_about_a_number(room: Room, sandbox: Sandbox) -> None:
    await sandbox.control("PUT", "/lookup/behavior", {"slow_seconds": 0.2})
    agent = await room.agent()
    await _hook(room, f"{sandbox.url}/lookup/dial")
    calls = [await room.call(agent, NUMBER) for _ in range(3)]

    asked = [_ask(room, call) for call in [*calls, *calls]]
    busy = [each for each in await asyncio.gather(*asked, return_exceptions=True) if each]
    assert {type(each) for each in busy} <= {HooksBusy}
    for call in calls:
        await _ask(room, call)

    assert await _asked(sandbox) == 1
    assert await dialling.claim_due(room.runtime, room.org.id) == 3


async def test_a_question_whose_process_died_is_asked_by_another(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await room.agent()
    hook = await _hook(room, f"{sandbox.url}/lookup/dial")
    call = await room.call(agent, NUMBER)
    async with db.transaction(room.runtime.sessions) as session:
        dead = Inquiry(
            org_id=room.org.id,
            hook_id=hook.id,
            to_number=NUMBER,
            purpose=Scope.SERVICE,
            agent_id=agent.id,
            status=InquiryStatus.ASKING,
            question={},
            valid_until=clock.now() - timedelta(seconds=1),
        )
        session.add(dead)

    await _ask(room, call)

    before, after = await inquiries(room)
    assert (before.status, after.status) == (InquiryStatus.FAILED, InquiryStatus.ALLOWED)
    assert before.failure == "Whoever asked ended before the answer came."


async def test_after_a_failure_the_call_waits_and_is_asked_about_again(
    room: Room, sandbox: Sandbox
) -> None:
    await sandbox.control("PUT", "/lookup/behavior", {"status": 503})
    call = await room.call(await room.agent())
    await _hook(room, f"{sandbox.url}/lookup/dial")
    await dialling.claim_due(room.runtime, room.org.id)
    await _ask(room, call)
    await dialling.claim_due(room.runtime, room.org.id)

    held = await room.stored(call)
    assert (held.held or {})["name"] == "hook_unanswered"
    assert held.due_at is not None
    await sandbox.control("PUT", "/lookup/behavior", {})
    with at(held.due_at + timedelta(milliseconds=1)):
        await dialling.claim_due(room.runtime, room.org.id)
        await _ask(room, call)
        assert await dialling.claim_due(room.runtime, room.org.id) == 1


async def test_a_hook_that_is_down_rests_and_holds_up_no_other_call(
    room: Room, sandbox: Sandbox
) -> None:
    agent, other = await room.agent(), await room.agent(name="Other")
    hook = await _hook(room, f"{sandbox.url}/lookup/hanging", agent_ids=[agent.id], timeout_ms=100)
    calls = [await room.call(agent, f"+141555501{n:02}") for n in range(4)]
    free = await room.call(other)
    for call in calls:
        await _ask(room, call)

    await dialling.claim_due(room.runtime, room.org.id)
    assert (await room.stored(free)).status is CallStatus.DIALING
    resting = await stored(room, hook)
    assert resting.failing_since is not None
    assert resting.rests_until is not None
    # The fourth was not asked about: the hook rests.
    assert [each.status for each in await inquiries(room)] == [InquiryStatus.FAILED] * 3
    waiting = [await room.stored(call) for call in calls]
    assert {(each.held or {})["name"] for each in waiting} == {"hook_unanswered"}
    async with db.transaction(room.runtime.sessions) as session:
        told = await read_waits(session, room.org.id, waiting)
    assert {each.what for each in told.values()} == {"hook"}


async def test_that_a_hook_fails_and_is_well_again_is_told_once_each(
    room: Room, sandbox: Sandbox
) -> None:
    await sandbox.control("PUT", "/lookup/behavior", {"status": 500})
    agent = await room.agent()
    hook = await _hook(room, f"{sandbox.url}/lookup/dial")
    now = clock.now()
    for minute in range(5):
        with at(now + timedelta(minutes=10 * minute)):
            await _ask(room, await room.call(agent, NUMBER))
    assert (await stored(room, hook)).failures == 5
    await sandbox.control("PUT", "/lookup/behavior", {})
    with at(now + timedelta(hours=1)):
        await _ask(room, await room.call(agent, NUMBER))

    async with db.transaction(room.runtime.sessions) as session:
        told = await (await session.connection()).execute(
            text("select name from events where name in ('hook.failed', 'hook.recovered')")
        )
    assert told.scalars().all() == ["hook.failed", "hook.recovered"]
    assert (await stored(room, hook)).failing_since is None


async def test_a_call_that_passes_a_hook_that_rests_is_written_down(
    room: Room, sandbox: Sandbox
) -> None:
    hook = await _hook(
        room, f"{sandbox.url}/lookup/page", on_failure=OnFailure.OPEN, open_reason="Agreed."
    )
    agent = await room.agent()
    calls = [await room.call(agent, f"+141555501{n:02}") for n in range(4)]
    for call in calls:
        await _ask(room, call)

    assert await dialling.claim_due(room.runtime, room.org.id) == 4
    last = (await inquiries(room))[-1]
    assert (last.call_id, last.open_reason, last.question) == (calls[3].id, "Agreed.", {})
    assert (last.failure or "").startswith("Not asked: it gave no answer since ")
    await change(room, hook, on_failure=OnFailure.CLOSED)
    late = await room.call(agent, "+14155550199", scheduled_at="next_allowed")
    assert (late.held or {})["name"] == "hook_unanswered"


async def test_calls_that_wait_for_hooks_take_no_room_of_others(
    room: Room, sandbox: Sandbox
) -> None:
    await _hook(room, f"{sandbox.url}/lookup/dial")
    async with db.transaction(room.runtime.sessions) as session:
        before = await capacity.count_free(session, room.org.id, room.runtime.settings)
    await room.call(await room.agent())

    async with db.transaction(room.runtime.sessions) as session:
        after = await capacity.count_free(session, room.org.id, room.runtime.settings)
    assert after == before


async def test_what_was_answered_is_never_changed(room: Room, sandbox: Sandbox) -> None:
    await _hook(room, f"{sandbox.url}/lookup/dial")
    await _ask(room, await room.call(await room.agent()))

    with pytest.raises(IntegrityError, match="what was answered is not changed"):
        async with db.transaction(room.runtime.sessions) as session:
            await (await session.connection()).execute(
                text("update hook_inquiries set status = 'refused'")
            )


async def test_a_call_for_later_is_asked_about_when_its_time_comes(
    room: Room, sandbox: Sandbox
) -> None:
    await _hook(room, f"{sandbox.url}/lookup/dial")
    later = clock.now() + timedelta(hours=2)
    call = await room.call(await room.agent(), scheduled_at=later)
    assert call.held is None

    with at(later):
        await dialling.claim_due(room.runtime, room.org.id)
        assert await _is_put_aside(room, call)
    assert await _asked(sandbox) == 0
