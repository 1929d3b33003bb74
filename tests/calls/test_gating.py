"""A call that sells waits for the hours of where it rings, and says by which rule."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.agents.models import Agent
from backend.calls import dialling, gating, jobs
from backend.calls.events import CallDialing
from backend.calls.models import Call, CallStatus
from backend.compliance import service as compliance
from backend.compliance.errors import OutsideWindow, TooManyAttempts
from backend.compliance.models import Consent, ConsentKind, Scope
from backend.platform import db
from tests.support.room import Room
from tests.support.sandbox import Sandbox
from tests.support.times import at

CALIFORNIA, FLORIDA = "+14155550100", "+13055550100"
# A Monday: 03:00 and 10:00 in California.
NIGHT, DAY = datetime(2026, 11, 2, 11, tzinfo=UTC), datetime(2026, 11, 2, 18, tzinfo=UTC)
OPENS = datetime(2026, 11, 2, 16, tzinfo=UTC)


async def _agent(room: Room) -> Agent:
    async with db.transaction(room.runtime.sessions) as session:
        for number in (CALIFORNIA, FLORIDA):
            consent = Consent(
                org_id=room.org.id,
                to_number=number,
                kind=ConsentKind.WRITTEN,
                purpose=Scope.MARKETING,
                source="form",
                given_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
            await compliance.give_consent(session, consent)
    return await room.agent(purpose="marketing")


async def _is_held(room: Room, call: Call, until: datetime) -> dict[str, Any]:
    held = await room.stored(call)
    assert (held.status, held.due_at) == (CallStatus.SCHEDULED, until)
    assert (held.dialed_at, held.sent_at, held.check_at) == (None, None, None)
    told = (await room.logged(call.id))[-1]
    assert told.name == "call.scheduled"
    refusal: dict[str, Any] = told.data["refusal"]
    assert refusal["next_allowed_at"] == until.isoformat()
    return refusal


async def test_a_call_at_night_is_refused_or_waits_for_the_morning(room: Room) -> None:
    agent = await _agent(room)
    with at(NIGHT):
        with pytest.raises(OutsideWindow) as refused:
            await room.call(agent, CALIFORNIA)
        waiting = await room.call(agent, CALIFORNIA, scheduled_at="next_allowed")

    assert refused.value.members["next_allowed_at"] == OPENS.isoformat()
    refusal = await _is_held(room, waiting, OPENS)
    assert refusal["name"] == "outside_window"
    assert refusal["rule"]["name"] == "us.calling_hours"
    assert refusal["rule"]["source"].startswith("47 CFR 64.1200(c)(1)")
    with at(OPENS):
        assert await dialling.claim_due(room.runtime, room.org.id) == 1
        claimed = await room.stored(waiting)
    assert (claimed.status, claimed.held) == (CallStatus.DIALING, None)


async def test_a_call_for_a_time_at_night_is_refused_when_it_is_placed(room: Room) -> None:
    agent = await _agent(room)
    with at(DAY), pytest.raises(OutsideWindow):
        await room.call(agent, CALIFORNIA, scheduled_at=NIGHT + timedelta(days=1))


async def test_a_call_that_was_queued_by_day_is_not_claimed_at_night(room: Room) -> None:
    agent = await _agent(room)
    with at(DAY):
        call = await room.call(agent, CALIFORNIA)
    later = NIGHT + timedelta(days=1)
    with at(later):
        await dialling.claim_due(room.runtime, room.org.id)
        await dialling.claim_due(room.runtime, room.org.id)

    await _is_held(room, call, OPENS + timedelta(days=1))
    assert (await room.names(call.id)).count("call.scheduled") == 1


async def test_a_call_claimed_before_the_hours_ended_is_not_sent_after(
    room: Room, sandbox: Sandbox
) -> None:
    agent = await _agent(room)
    last = datetime(2026, 11, 3, 4, 59, 59, tzinfo=UTC)
    with at(last):
        call = await room.call(agent, CALIFORNIA)
        assert await dialling.claim_due(room.runtime, room.org.id) == 1
    with at(last + timedelta(seconds=2)):
        for _ in range(2):
            await jobs.dial(room.runtime, CallDialing(org_id=room.org.id, call_id=call.id))

    await _is_held(room, call, OPENS + timedelta(days=1))
    assert await sandbox.calls() == []


async def test_the_fourth_call_in_a_day_waits_also_while_others_are_being_dialled(
    room: Room,
) -> None:
    agent = await _agent(room)
    with at(DAY):
        calls = [await room.call(agent, FLORIDA) for _ in range(4)]
        for call in calls[:3]:
            await room.change(call, status=CallStatus.DIALING, dialed_at=DAY, check_at=DAY)
        await dialling.claim_due(room.runtime, room.org.id)
        with pytest.raises(TooManyAttempts):
            await room.call(agent, FLORIDA)

    refusal = await _is_held(room, calls[3], DAY + timedelta(days=1))
    assert refusal["rule"]["name"] == "us-fl.attempts"


async def test_a_call_that_is_asked_about_is_no_attempt_before_itself(room: Room) -> None:
    agent = await _agent(room)
    with at(DAY):
        calls = [await room.call(agent, FLORIDA) for _ in range(3)]
        for call in calls:
            await room.change(call, status=CallStatus.DIALING, dialed_at=DAY, check_at=DAY)
        async with db.transaction(room.runtime.sessions) as session:
            locked = await session.get_one(Call, calls[2].id, with_for_update=True)
            assert not await gating.is_refused_for_good(session, locked, room.runtime.settings)


async def test_calls_for_service_are_dialled_at_any_hour(room: Room) -> None:
    agent = await room.agent()
    with at(NIGHT):
        call = await room.call(agent, CALIFORNIA)
        assert await dialling.claim_due(room.runtime, room.org.id) == 1

    assert (await room.stored(call)).status is CallStatus.DIALING


async def test_suppressing_somebody_leaves_when_others_are_called(room: Room) -> None:
    agent = await _agent(room)
    with at(DAY):
        for_morning = OPENS + timedelta(days=3)
        call = await room.call(agent, CALIFORNIA, scheduled_at=for_morning)
    with at(NIGHT + timedelta(days=1)):
        async with db.transaction(room.runtime.sessions) as session:
            locked = await session.get_one(Call, call.id, with_for_update=True)
            await gating.end_if_unwanted(session, locked, room.runtime.settings)

    stored = await room.stored(call)
    assert (stored.status, stored.due_at, stored.held) == (
        CallStatus.SCHEDULED,
        for_morning,
        None,
    )
