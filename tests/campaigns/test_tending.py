"""What goes on by the clock: what ails one contact or campaign ails no other."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete
from sqlmodel import col

from backend.agents.models import Agent
from backend.calls.models import Call, CallStatus
from backend.campaigns import claiming, jobs, queries, service, settling
from backend.campaigns.errors import CampaignStateWrong
from backend.campaigns.models import Campaign, CampaignAttempt, CampaignContact, CampaignStatus
from backend.campaigns.policy import Policy
from backend.platform import clock, db
from tests.campaigns.standing import all_attempts, all_calls, contacts_of, running
from tests.support.logs import captured_log
from tests.support.room import Room
from tests.support.waiting import until_one_waits_for_a_lock

NUMBERS = [f"+141555501{n}" for n in range(20, 30)]
ASKING = Policy.model_validate({"done_when": {"field": "outcome", "in": ["ok"]}})


async def _change(room: Room, contact: CampaignContact, **columns: Any) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        found = await queries.lock_contact(session, room.org.id, contact.id)
        assert found is not None
        found.sqlmodel_update(columns)


async def _waiting_for_its_record(room: Room, agent: Agent) -> tuple[Campaign, Call]:
    """Have a contact whose call has ended, and whose record has been waited for long enough."""
    campaign = await running(room, agent, NUMBERS[:1], ASKING)
    await claiming.claim_due(room.runtime, room.org.id)
    (call,) = [each for each in await all_calls(room) if each.status is CallStatus.QUEUED]
    ended = {"status": CallStatus.ENDED, "answered_by": "human", "check_at": None}
    await room.change(call, **ended)
    (contact,) = await contacts_of(room, campaign)
    await _change(room, contact, reason="awaiting_record", check_at=clock.now())
    return campaign, call


@pytest.mark.parametrize("gone", [(Call,), (Call, CampaignAttempt)])
async def test_a_contact_whose_call_is_deleted_before_its_record_came_comes_to_an_end(
    room: Room, gone: tuple[type[Any], ...]
) -> None:
    campaign, call = await _waiting_for_its_record(room, await room.agent())
    async with db.transaction(room.runtime.sessions) as session:
        for table in gone:
            column = Call.id if table is Call else CampaignAttempt.call_id
            await session.exec(delete(table).where(col(column) == call.id))

    await jobs.tend(room.runtime)

    (contact,) = await contacts_of(room, campaign)
    assert (contact.state, contact.reason) == ("exhausted", "record_missing")
    assert (contact.attempts, contact.needs_person, contact.check_at) == (1, True, None)
    assert all(each.ended_at and each.decided_at for each in await all_attempts(room))


async def test_a_contact_that_cannot_be_decided_about_holds_up_no_campaign(room: Room) -> None:
    agent = await room.agent()
    ailing, call = await _waiting_for_its_record(room, agent)
    async with db.transaction(room.runtime.sessions) as session:
        found = await service.lock_campaign(session, room.org.id, ailing.id)
        found.policy = {"windows": "none that can be read"}
    well = await running(room, agent, NUMBERS[1:2])

    with captured_log() as log:
        await jobs.tend(room.runtime)

    (contact,) = await contacts_of(room, ailing)
    assert contact.check_at is not None
    assert contact.check_at > clock.now()
    assert {each["reason"] for each in log.of("campaigns.not_tended")} == {"ValidationError"}
    assert NUMBERS[0] not in log.text
    (other,) = await contacts_of(room, well)
    assert other.state == "running"
    assert call.id not in {each.id for each in await all_calls(room) if each.status == "queued"}


async def test_pausing_all_leaves_out_what_ends_meanwhile(room: Room) -> None:
    agent = await room.agent()
    ending, going_on = await running(room, agent, NUMBERS[:1]), await running(room, agent, NUMBERS)

    async def pause_all() -> list[UUID]:
        async with db.transaction(room.runtime.sessions) as session:
            return [each.id for each in await service.pause_all(session, room.org.id)]

    async with db.transaction(room.runtime.sessions) as session:
        locked = await service.lock_campaign(session, room.org.id, ending.id)
        pausing = asyncio.create_task(pause_all())
        await until_one_waits_for_a_lock(room.runtime.sessions)
        locked.status = CampaignStatus.COMPLETED

    assert await pausing == [going_on.id]


async def test_nobody_waits_in_a_campaign_that_is_canceled_meanwhile(room: Room) -> None:
    campaign = await running(room, await room.agent(), NUMBERS[:1])
    (contact,) = await contacts_of(room, campaign)
    await _change(room, contact, state="exhausted", reason="busy", due_at=None)

    async def retry() -> None:
        async with db.transaction(room.runtime.sessions) as session:
            await service.retry_contact(session, room.org.id, campaign.id, contact.id)

    async with db.transaction(room.runtime.sessions) as session:
        await service.cancel_campaign(session, room.org.id, campaign.id)
        retrying = asyncio.create_task(retry())
        await until_one_waits_for_a_lock(room.runtime.sessions)

    with pytest.raises(CampaignStateWrong):
        await retrying
    (contact,) = await contacts_of(room, campaign)
    assert contact.state == "exhausted"


async def test_what_follows_from_a_call_waits_for_who_cancels_the_campaign(room: Room) -> None:
    policy = Policy.model_validate({"redial": {"busy": {"after_minutes": [15], "max": 3}}})
    campaign = await running(room, await room.agent(), NUMBERS[:1], policy)
    await claiming.claim_due(room.runtime, room.org.id)
    (call,) = await all_calls(room)
    await room.change(
        call, status=CallStatus.NOT_CONNECTED, status_reason="dial_busy", check_at=None
    )

    async def settle() -> None:
        async with db.transaction(room.runtime.sessions) as session:
            await settling.settle(session, room.org.id, call.id)

    async with db.transaction(room.runtime.sessions) as session:
        await service.cancel_campaign(session, room.org.id, campaign.id)
        following = asyncio.create_task(settle())
        await until_one_waits_for_a_lock(room.runtime.sessions)
    await following

    (contact,) = await contacts_of(room, campaign)
    assert (contact.state, contact.reason) == ("canceled", "campaign_canceled")
