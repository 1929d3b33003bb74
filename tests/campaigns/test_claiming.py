"""One call an attempt, whoever claims and whatever is repeated; and what a pause takes back."""

import asyncio
import json
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from backend.calls import service as calls
from backend.calls.models import CallStatus
from backend.campaigns import claiming, queries, service
from backend.campaigns.policy import Policy
from backend.compliance.models import RuleChange
from backend.compliance.rules import DAYS
from backend.platform import clock, db
from tests.campaigns.standing import all_attempts, all_calls, contacts_of, ends, running
from tests.support import builders
from tests.support.room import Room

NUMBERS = [f"+141555501{n}" for n in range(20, 30)]
IN_CANADA = "+14165550123"


async def test_workers_that_claim_at_once_place_one_call_for_each(room: Room) -> None:
    campaign = await running(room, await room.agent(), NUMBERS, max_concurrent=100)

    await asyncio.gather(*(claiming.claim_due(room.runtime, room.org.id) for _ in range(4)))

    placed = await all_calls(room)
    assert sorted(call.to_number or "" for call in placed) == NUMBERS
    assert {each.state for each in await contacts_of(room, campaign)} == {"running"}


async def test_no_more_calls_run_than_the_campaign_allows(room: Room) -> None:
    await running(room, await room.agent(), NUMBERS, max_concurrent=3)

    assert await claiming.claim_due(room.runtime, room.org.id) == 3
    assert await claiming.claim_due(room.runtime, room.org.id) == 0


async def test_turns_are_shared_by_priority(room: Room) -> None:
    agent = await room.agent()
    others = [number.replace("5550", "5551") for number in NUMBERS]
    low = await running(room, agent, NUMBERS, priority=1, max_concurrent=2)
    high = await running(room, agent, others, priority=3, max_concurrent=6)

    await claiming.claim_due(room.runtime, room.org.id)

    async with db.transaction(room.runtime.sessions) as session:
        turns = [
            (await service.get_campaign(session, room.org.id, each.id)).turn for each in (low, high)
        ]
    assert turns == pytest.approx([2.0, 2.0])


async def test_what_follows_is_decided_once_however_often_the_job_runs(room: Room) -> None:
    redial = {"redial": {"busy": {"after_minutes": [15], "max": 1}}}
    campaign = await running(room, await room.agent(), NUMBERS[:1], Policy.model_validate(redial))
    await claiming.claim_due(room.runtime, room.org.id)
    (call,) = await all_calls(room)

    busy = {"status": CallStatus.NOT_CONNECTED, "status_reason": "dial_busy"}
    await ends(room, call, **busy)

    (contact,) = await contacts_of(room, campaign)
    assert (contact.state, contact.reason, contact.attempts) == ("waiting", "busy", 1)
    assert contact.due_at is not None
    assert contact.due_at > clock.now()


async def test_a_pause_takes_back_what_is_queued_and_costs_no_attempt(room: Room) -> None:
    campaign = await running(room, await room.agent(), NUMBERS[:2])
    await claiming.claim_due(room.runtime, room.org.id)

    async with db.transaction(room.runtime.sessions) as session:
        await service.pause_campaign(session, room.org.id, campaign.id)
    assert await room.run_jobs() == []

    assert {call.status for call in await all_calls(room)} == {CallStatus.CANCELED}
    for contact in await contacts_of(room, campaign):
        assert (contact.state, contact.reason) == ("waiting", "withdrawn")
        assert contact.attempts == 0
    assert await claiming.claim_due(room.runtime, room.org.id) == 0
    async with db.transaction(room.runtime.sessions) as session:
        await service.resume_campaign(session, room.org.id, campaign.id)
    assert await claiming.claim_due(room.runtime, room.org.id) == 2
    made = await all_attempts(room)
    assert [attempt.number for attempt in made] == [1, 1, 2, 2]


async def test_a_call_whose_hour_passes_in_the_queue_is_not_dialled(room: Room) -> None:
    campaign = await running(room, await room.agent(), NUMBERS[:1])
    await claiming.claim_due(room.runtime, room.org.id)
    (call,) = await all_calls(room)
    await room.change(call, dial_before=clock.now())

    assert await room.run_jobs() == []

    late = await room.stored(call)
    assert (late.status, late.status_reason) == (CallStatus.FAILED, "too_late")
    assert late.sent_at is None
    (contact,) = await contacts_of(room, campaign)
    # Its hour is now again, so that it was placed once more at once.
    assert (contact.attempts, contact.last_attempt) == (0, 2)


async def test_those_whom_the_rules_have_wait_are_put_off_together_and_the_next_is_called(
    room: Room,
) -> None:
    in_three_days = DAYS[(clock.now().weekday() + 3) % 7]
    rule: dict[str, Any] = {
        "name": "us.calling_hours",
        "source": "our own",
        "as_of": "2026-11-01",
        "kind": "hours",
        "country": "US",
        "purposes": ["service"],
        "hours": [{"days": [in_three_days], "from": "09:00", "to": "18:00"}],
    }
    async with db.transaction(room.runtime.sessions) as session:
        by = (await builders.user(session, room.org.id)).id
        session.add(RuleChange(org_id=room.org.id, name=rule["name"], rule=rule, created_by=by))
    campaign = await running(room, await room.agent(), [*NUMBERS, IN_CANADA])
    ran: list[str] = []
    engine = room.runtime.sessions.engine.sync_engine
    listen(engine, "before_cursor_execute", lambda *of: ran.append(of[2].split()[0]))

    assert await claiming.claim_due(room.runtime, room.org.id) == 1

    assert [call.to_number for call in await all_calls(room)] == [IN_CANADA]
    waiting = [each for each in await contacts_of(room, campaign) if each.state == "waiting"]
    assert {each.reason for each in waiting} == {"outside_window"}
    assert all(each.due_at and each.due_at > clock.now() for each in waiting)
    assert len(waiting) == len(NUMBERS)
    assert ran.count("update") <= 2


async def test_a_call_of_no_campaign_brings_campaigns_no_work(room: Room) -> None:
    agent = await room.agent()
    await running(room, agent, NUMBERS[:1])
    await claiming.claim_due(room.runtime, room.org.id)
    (of_a_campaign,) = await all_calls(room)
    of_none = await room.call(agent)

    async with db.transaction(room.runtime.sessions) as session:
        for call in (of_a_campaign, of_none):
            await calls.cancel_call(session, room.org.id, call.id)
        jobs = await (await session.connection()).execute(
            text("select payload from pgqueuer where entrypoint like 'campaigns.settle%'")
        )

    (settling,) = [json.loads(payload) for (payload,) in jobs]
    assert settling["call_id"] == str(of_a_campaign.id)


async def test_who_is_erased_while_being_called_stops_nothing(room: Room) -> None:
    campaign = await running(room, await room.agent(), NUMBERS[:1])
    await claiming.claim_due(room.runtime, room.org.id)
    (call,) = await all_calls(room)
    (contact,) = await contacts_of(room, campaign)
    async with db.transaction(room.runtime.sessions) as session:
        found = await queries.lock_contact(session, room.org.id, UUID(str(contact.id)))
        await session.delete(found)

    await ends(room, call)

    assert await contacts_of(room, campaign) == []
