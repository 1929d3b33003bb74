"""Campaigns: made, steered and looked at."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, Manager
from backend.campaigns import queries, service
from backend.campaigns.models import Campaign
from backend.campaigns.schemas import (
    CampaignCreate,
    CampaignRead,
    CampaignsQuery,
    CampaignUpdate,
    PausedRead,
)
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Page

router = APIRouter(prefix="/api/v1", tags=["campaigns"])
CampaignPath = Annotated[UUID, Path(description="The id of the campaign.")]


async def _shown(session: AsyncSession, campaigns: Sequence[Campaign]) -> list[CampaignRead]:
    counts = await queries.count_states(session, [each.id for each in campaigns])
    return [CampaignRead.of(each, counts.get(each.id, {})) for each in campaigns]


async def _one(session: AsyncSession, campaign: Campaign) -> CampaignRead:
    (shown,) = await _shown(session, [campaign])
    return shown


@router.get("/campaigns")
async def list_campaigns(
    caller: AnyCaller, session: Session, query: Annotated[CampaignsQuery, Query()]
) -> Page[CampaignRead]:
    """List campaigns, newest first."""
    found = await queries.list_campaigns(
        session,
        caller.org_id,
        status=query.status,
        cursor=query.cursor,
        limit=query.limit + 1,
    )
    rows, next_cursor = pages.cut(found, query.limit)
    return Page(items=await _shown(session, rows), next_cursor=next_cursor)


@router.post("/campaigns", status_code=201)
async def create_campaign(body: CampaignCreate, caller: Manager, session: Session) -> CampaignRead:
    """Make a campaign. It calls nobody before it has contacts and is started."""
    made = await service.create_campaign(session, body.made(caller.org_id, caller.id))
    caller.note(object_id=made.id)
    return await _one(session, made)


@router.post("/campaigns/pause")
async def pause_all_campaigns(caller: Manager, session: Session) -> PausedRead:
    """Pause all campaigns that run or are to start: nobody is dialled for them any more."""
    paused = await service.pause_all(session, caller.org_id)
    caller.note(object_id=caller.org_id)
    return PausedRead(paused=[each.id for each in paused])


@router.get("/campaigns/{campaign_id}")
async def get_campaign(
    campaign_id: CampaignPath, caller: AnyCaller, session: Session
) -> CampaignRead:
    """Show a campaign, with how its contacts stand."""
    return await _one(session, await service.get_campaign(session, caller.org_id, campaign_id))


@router.patch("/campaigns/{campaign_id}")
async def update_campaign(
    campaign_id: CampaignPath, body: CampaignUpdate, caller: Manager, session: Session
) -> CampaignRead:
    """Change what a campaign goes by. What is left out stays; it holds from the next dial on."""
    campaign = await service.lock_campaign(session, caller.org_id, campaign_id)
    changed = await service.update_campaign(
        session, caller.org_id, campaign_id, body.changes(campaign)
    )
    return await _one(session, changed)


@router.post("/campaigns/{campaign_id}/start")
async def start_campaign(
    campaign_id: CampaignPath, caller: Manager, session: Session
) -> CampaignRead:
    """Start a campaign, at once or at its time. The agent's version is frozen with it."""
    return await _one(session, await service.start_campaign(session, caller.org_id, campaign_id))


@router.post("/campaigns/{campaign_id}/pause")
async def pause_campaign(
    campaign_id: CampaignPath, caller: Manager, session: Session
) -> CampaignRead:
    """Pause a campaign: calls that run go on, and nobody else is dialled."""
    return await _one(session, await service.pause_campaign(session, caller.org_id, campaign_id))


@router.post("/campaigns/{campaign_id}/resume")
async def resume_campaign(
    campaign_id: CampaignPath, caller: Manager, session: Session
) -> CampaignRead:
    """Go on with a campaign that was paused."""
    return await _one(session, await service.resume_campaign(session, caller.org_id, campaign_id))


@router.post("/campaigns/{campaign_id}/cancel")
async def cancel_campaign(
    campaign_id: CampaignPath, caller: Manager, session: Session
) -> CampaignRead:
    """End a campaign before it is through. Whoever waits is not called; calls that run go on."""
    return await _one(session, await service.cancel_campaign(session, caller.org_id, campaign_id))
