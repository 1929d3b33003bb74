"""Who is suppressed is not dialled: not while queued, not after being claimed, not in a race."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from backend.agents.models import Agent
from backend.calls import dialling, gating, jobs, suppressing, telling
from backend.calls.events import CallDialing
from backend.calls.models import Call, CallStatus
from backend.compliance import queries, service as compliance
from backend.compliance.events import SuppressionsGrew
from backend.compliance.models import Consent, ConsentKind, Scope, Suppression
from backend.platform import clock, db, ids
from backend.platform.events import LoggedEvent
from backend.providers.retell_errors import DialOutcomeUnknown
from tests.support import builders
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.waiting import until_one_waits_for_a_lock

NUMBER = "+14155550100"


def _suppression(org_id: UUID, **columns: Any) -> Suppression:
    values = {"to_number": NUMBER, "scope": Scope.ALL, "source": "letter"} | columns
    return Suppression(org_id=org_id, **values)


async def _suppress(room: Room, **columns: Any) -> Suppression:
    async with db.transaction(room.runtime.sessions) as session:
        return await compliance.suppress_now(session, _suppression(room.org.id, **columns))


async def _is_refused(room: Room, call: Call) -> None:
    failed = await room.stored(call)
    assert (failed.status, failed.status_reason) == (CallStatus.FAILED, "suppressed")
    assert "asked not to be called again" in (failed.failure or "")
    (told,) = [each for each in await room.logged(call.id) if each.name == "call.failed"]
    assert told.data["refusal"]["name"] == "suppressed"
    assert told.data["refusal"]["rule"]["source"].startswith("47 CFR 64.1200")


async def test_calls_that_wait_end_at_once_and_others_go_on(room: Room, sandbox: Sandbox) -> None:
    agent = await room.agent()
    later = clock.now().replace(year=2999)
    waiting = [await room.call(agent, NUMBER, scheduled_at=later) for _ in range(2)]
    other = await room.call(agent, "+14155550188", scheduled_at=later)

    await _suppress(room)
    assert await room.run_jobs() == []

    for call in waiting:
        await _is_refused(room, call)
    assert (await room.stored(other)).status is CallStatus.SCHEDULED
    assert await sandbox.calls() == []


async def test_the_job_that_ends_them_may_run_twice(room: Room) -> None:
    call = await room.call(await room.agent(), scheduled_at=clock.now().replace(year=2999))
    added = await _suppress(room)
    event = SuppressionsGrew(org_id=room.org.id, first_id=added.id, last_id=added.id)

    await asyncio.gather(*(jobs.end_suppressed(room.runtime, event) for _ in range(2)))
    await jobs.end_suppressed(room.runtime, event)

    await _is_refused(room, call)


async def test_a_call_that_was_claimed_already_is_not_dialled(room: Room, sandbox: Sandbox) -> None:
    call = await room.call(await room.agent())
    assert await dialling.claim_due(room.runtime, room.org.id) == 1
    await _suppress(room)

    for _ in range(2):
        await jobs.dial(room.runtime, CallDialing(org_id=room.org.id, call_id=call.id))

    await _is_refused(room, call)
    assert await sandbox.calls() == []


async def test_a_call_whose_dial_had_no_answer_is_not_sent_again(
    room: Room, sandbox: Sandbox
) -> None:
    call = await room.call(await room.agent())
    await sandbox.add_fault(
        target="api",
        match={"path": "/v2/create-phone-call"},
        count=1,
        kind="reset",
        when="before",
    )
    (failure,) = await room.run_jobs()
    assert isinstance(failure, DialOutcomeUnknown)
    await _suppress(room)

    for _ in range(2):
        await dialling.dial(room.runtime, room.org.id, call.id)

    await _is_refused(room, call)
    assert await sandbox.calls() == []


async def test_a_call_is_not_claimed_when_its_number_is_suppressed(room: Room) -> None:
    agent = await room.agent()
    call, other = await room.call(agent), await room.call(agent, "+14155550188")
    async with db.transaction(room.runtime.sessions) as session:
        # As if the job that ends calls had not come to it yet.
        await queries.add_suppressions(session, [_suppression(room.org.id)])

    await dialling.claim_due(room.runtime, room.org.id)

    await _is_refused(room, call)
    assert (await room.stored(other)).status is CallStatus.DIALING


async def test_suppressing_waits_for_a_dial_that_has_asked_and_the_next_one_is_refused(
    room: Room,
) -> None:
    agent = await room.agent()
    first, second = await room.call(agent), await room.call(agent)
    sessions, settings = room.runtime.sessions, room.runtime.settings
    async with db.transaction(sessions) as session:
        assert not await gating.is_refused_for_good(session, first, settings)
        asking = asyncio.create_task(_suppress(room))
        await until_one_waits_for_a_lock(sessions)
        assert not asking.done()
    await asking

    async with db.transaction(sessions) as session:
        locked = await session.get_one(Call, second.id, with_for_update=True)
        assert await gating.is_refused_for_good(session, locked, settings)


async def test_a_later_call_with_another_outcome_does_not_lose_it(room: Room) -> None:
    agent = await room.agent()
    async with db.transaction(room.runtime.sessions) as session:
        asked = await builders.call(session, agent, status_reason="user_requested_dnc")
        for _ in range(2):
            await suppressing.keep_opt_out(session, asked)
        later = await builders.call(session, agent, status_reason="user_hangup")
        await suppressing.keep_opt_out(session, later)

    assert await _refused(room, agent) == "suppressed"
    async with db.transaction(room.runtime.sessions) as session:
        (one,) = await queries.list_of_numbers(session, room.org.id, [NUMBER])
    assert (one.source, one.call_id) == ("retell", asked.id)


async def test_it_is_announced_with_its_calls_agent_and_no_words_that_people_wrote(
    room: Room,
) -> None:
    call = await room.call(await room.agent())

    await _suppress(room, call_id=call.id, source="Dana of Reno")

    (told,) = [each for each in await room.logged(call.id) if each.name == "suppression.added"]
    assert (told.agent_id, told.data["source"]) == (call.agent_id, "other")


async def test_nobody_is_told_of_a_call_of_another_organisation(room: Room) -> None:
    call = await room.call(await room.agent())
    own, foreign = (
        LoggedEvent(
            id=n, org_id=org, name="suppression.added", call_id=call.id, data={}, at=clock.now()
        )
        for n, org in enumerate([room.org.id, ids.new_id()])
    )

    async with db.transaction(room.runtime.sessions) as session:
        told = await telling.tell_calls(session, [own, foreign])

    assert list(told) == [own.id]


async def test_a_newer_consent_lets_the_number_be_called(room: Room) -> None:
    agent = await room.agent()
    await _suppress(room)
    consent = Consent(
        org_id=room.org.id,
        to_number=NUMBER,
        kind=ConsentKind.EXPRESS,
        purpose=Scope.SERVICE,
        source="form",
        given_at=clock.now(),
    )
    async with db.transaction(room.runtime.sessions) as session:
        await compliance.give_consent(session, consent)

    assert (await room.call(agent)).status is CallStatus.QUEUED


async def _refused(room: Room, agent: Agent) -> str | None:
    with pytest.raises(Exception, match="asked not to be called") as refused:
        await room.call(agent)
    return getattr(refused.value, "code", None)


@pytest.mark.parametrize("told", ["14155550100", "1 (415) 555-0100", "+14155550100"])
async def test_a_number_that_retell_gives_without_its_plus_is_refused_too(
    room: Room, told: str
) -> None:
    agent = await room.agent()
    async with db.transaction(room.runtime.sessions) as session:
        asked = await builders.call(
            session, agent, to_number=told, status_reason="user_requested_dnc"
        )
        await suppressing.keep_opt_out(session, asked)

    assert await _refused(room, agent) == "suppressed"
