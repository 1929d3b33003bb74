"""Calls that wait for hooks: nobody else waits for them, and none is lost or asked about twice."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from backend.calls import dialling, gating
from backend.calls.errors import HooksBusy
from backend.calls.models import Call, CallStatus
from backend.campaigns import claiming
from backend.compliance.hooks.inquiring import MOST_AT_ONCE, MOST_OF_ORG
from backend.compliance.hooks.models import InquiryStatus
from backend.compliance.models import Scope, Suppression
from backend.platform import clock, db
from tests.campaigns.standing import all_calls, contacts_of, running
from tests.compliance.hooks.standing import (
    BARRED,
    NUMBER,
    a_hook,
    about,
    ask,
    inquiries,
    on_their_way,
)
from tests.support.room import Room
from tests.support.sandbox import Sandbox


async def _asking_jobs(room: Room) -> int:
    of_hooks = text("select count(*) from pgqueuer where entrypoint like 'calls.ask_hooks%'")
    async with db.transaction(room.runtime.sessions) as session:
        count: int = (await (await session.connection()).execute(of_hooks)).scalar_one()
        return count


async def _awaiting(room: Room) -> Call:
    call = await room.call(await room.agent())
    assert gating.awaits_hook(call)
    return call


async def test_a_contact_whose_hook_is_down_as_the_window_closes_is_called_another_day(
    room: Room, sandbox: Sandbox
) -> None:
    await a_hook(room, f"{sandbox.url}/lookup/page")
    campaign = await running(room, await room.agent(), [NUMBER])
    await claiming.claim_due(room.runtime, room.org.id)
    (call,) = await all_calls(room)
    await room.change(call, dial_before=clock.now() + timedelta(seconds=4))

    await room.run_jobs()

    ended = await room.stored(call)
    assert (ended.status, ended.status_reason) == (CallStatus.FAILED, "hook_unanswered")
    (contact,) = await contacts_of(room, campaign)
    assert (contact.state, contact.finished_at) == ("waiting", None)


async def test_a_call_is_asked_about_by_a_job_and_goes_on(room: Room, sandbox: Sandbox) -> None:
    await a_hook(room, f"{sandbox.url}/lookup/dial")
    call = await _awaiting(room)

    for _ in range(2):
        await gating.ask_hooks(room.runtime, room.org.id, call.id)

    assert (await room.stored(call)).status is CallStatus.QUEUED
    (said,) = await inquiries(room)
    assert (said.status, said.call_id) == (InquiryStatus.ALLOWED, call.id)


async def test_a_busy_hook_holds_up_no_job_and_the_call_comes_again(
    room: Room, sandbox: Sandbox
) -> None:
    hook = await a_hook(room, f"{sandbox.url}/lookup/dial", timeout_ms=10_000)
    call = await _awaiting(room)
    await on_their_way(room, hook, MOST_AT_ONCE)

    with pytest.raises(HooksBusy):
        await gating.ask_hooks(room.runtime, room.org.id, call.id)

    assert gating.awaits_hook(await room.stored(call))
    assert await sandbox.control("GET", "/lookup/asked") == []


async def test_slow_hooks_of_one_organization_leave_room_for_those_of_others(
    room: Room, sandbox: Sandbox
) -> None:
    for n in range(2):
        slow = await a_hook(room, f"{sandbox.url}/lookup/hanging", name=f"Slow {n}")
        await on_their_way(room, slow, MOST_OF_ORG // 2)
    await a_hook(room, f"{sandbox.url}/lookup/dial")

    assert not await ask(room, about(room), is_patient=False)
    assert await sandbox.control("GET", "/lookup/asked") == []


async def test_a_call_that_waits_for_long_is_asked_about_by_one_job_and_told_of_once(
    room: Room, sandbox: Sandbox
) -> None:
    await a_hook(room, f"{sandbox.url}/lookup/dial")
    call = await _awaiting(room)
    for _ in range(3):
        await room.change(call, due_at=clock.now())
        await dialling.claim_due(room.runtime, room.org.id)

    assert await _asking_jobs(room) == 1
    assert await room.names(call.id) == ["call.scheduled"]
    assert await room.run_jobs() == []
    assert len(await sandbox.calls()) == 1


async def test_a_number_that_is_suppressed_meanwhile_is_told_to_no_hook(
    room: Room, sandbox: Sandbox
) -> None:
    await a_hook(room, f"{sandbox.url}/lookup/dial")
    call = await _awaiting(room)
    async with db.transaction(room.runtime.sessions) as session:
        wanted = Suppression(org_id=room.org.id, to_number=NUMBER, scope=Scope.ALL, source="letter")
        session.add(wanted)

    await gating.ask_hooks(room.runtime, room.org.id, call.id)
    await dialling.claim_due(room.runtime, room.org.id)

    assert await sandbox.control("GET", "/lookup/asked") == []
    assert (await room.stored(call)).status_reason == "suppressed"


@pytest.mark.parametrize("bars", [False, True])
async def test_a_call_to_be_sent_again_waits_for_hooks_beside_the_others(
    room: Room, sandbox: Sandbox, *, bars: bool
) -> None:
    call = await room.call(await room.agent())
    await dialling.claim_due(room.runtime, room.org.id)
    await room.change(call, sent_at=clock.now())
    await sandbox.control("PUT", "/lookup/answers", {NUMBER: BARRED} if bars else {})
    await a_hook(room, f"{sandbox.url}/lookup/dial")

    for _ in range(2):
        with pytest.raises(HooksBusy):
            await dialling.dial(room.runtime, room.org.id, call.id)
    assert (await room.stored(call)).status is CallStatus.DIALING
    assert await _asking_jobs(room) == 1
    await gating.ask_hooks(room.runtime, room.org.id, call.id)
    await dialling.dial(room.runtime, room.org.id, call.id)

    went = await room.stored(call)
    assert len(await sandbox.calls()) == (0 if bars else 1)
    assert went.status_reason == ("refused_by_hook" if bars else None)


async def test_the_question_of_a_process_that_died_is_closed_and_asked_again(
    room: Room, sandbox: Sandbox
) -> None:
    hook = await a_hook(room, f"{sandbox.url}/lookup/dial")
    await on_their_way(room, hook, MOST_AT_ONCE, seconds=-1)

    assert await ask(room, about(room, "+14155550120"), is_patient=False)

    said = await inquiries(room)
    assert [each.status for each in said] == ["failed"] * MOST_AT_ONCE + ["allowed"]
