"""Campaigns as they stand in a room, where nothing runs by itself."""

from typing import Any

from sqlmodel import select

from backend.agents.models import Agent, Purpose
from backend.calls.events import CallEnded
from backend.calls.models import Call, CallStatus
from backend.campaigns import jobs
from backend.campaigns.models import Campaign, CampaignAttempt, CampaignContact, CampaignStatus
from backend.campaigns.policy import Policy
from backend.platform import clock, db
from tests.support.room import Room


async def running(
    room: Room, agent: Agent, numbers: list[str], policy: Policy | None = None, **columns: Any
) -> Campaign:
    """Make a campaign that runs, with contacts that are due."""
    own = (policy or Policy()).model_dump(mode="json", by_alias=True)
    defaults: dict[str, Any] = {"status": CampaignStatus.RUNNING, "started_at": clock.now()}
    campaign = Campaign(
        org_id=room.org.id,
        agent_id=agent.id,
        agent_version=1,
        purpose=Purpose.SERVICE,
        name="List",
        policy=own,
        **(defaults | columns),
    )
    async with db.transaction(room.runtime.sessions) as session:
        session.add(campaign)
        await session.flush()
        for number in numbers:
            contact = CampaignContact(
                org_id=room.org.id, campaign_id=campaign.id, to_number=number, due_at=clock.now()
            )
            session.add(contact)
    return campaign


async def all_calls(room: Room) -> list[Call]:
    async with db.transaction(room.runtime.sessions) as session:
        return list((await session.exec(select(Call))).all())


async def contacts_of(room: Room, campaign: Campaign) -> list[CampaignContact]:
    of_it = select(CampaignContact).where(CampaignContact.campaign_id == campaign.id)
    async with db.transaction(room.runtime.sessions) as session:
        return list((await session.exec(of_it)).all())


async def ends(room: Room, call: Call, **columns: Any) -> None:
    """Say that a call is over, and run what follows twice."""
    over = {"status": CallStatus.ENDED, "answered_by": "human", "check_at": None} | columns
    await room.change(call, **over)
    event = CallEnded(org_id=room.org.id, call_id=call.id)
    for _ in range(2):
        await jobs.settle(room.runtime, event)


async def all_attempts(room: Room) -> list[CampaignAttempt]:
    async with db.transaction(room.runtime.sessions) as session:
        made = (await session.exec(select(CampaignAttempt))).all()
    return sorted(made, key=lambda attempt: attempt.number)
