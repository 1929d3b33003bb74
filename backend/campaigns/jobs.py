"""The campaigns room's jobs."""

from loguru import logger

from backend.campaigns import claiming, queries, service, settling, stopping
from backend.campaigns.events import CampaignToCheck
from backend.campaigns.models import Campaign, CampaignStatus
from backend.platform import clock, db
from backend.platform.errors import AppError
from backend.platform.events import CallEvent, Event
from backend.providers.runtime import Runtime

_AT_ONCE = 200


async def settle(runtime: Runtime, event: CallEvent) -> None:
    """Decide what follows for the contact of a call, where it is one's."""
    async with db.transaction(runtime.sessions) as session:
        await settling.settle(session, event.org_id, event.call_id)


async def check(runtime: Runtime, event: CampaignToCheck) -> None:
    """Stop or complete a campaign where that is due, and go on with those that run."""
    async with db.transaction(runtime.sessions) as session:
        campaign = await queries.lock_campaign(session, event.org_id, event.campaign_id)
        if campaign is not None:
            await stopping.check(session, campaign)
    await claim_next(runtime, event)


async def claim_next(runtime: Runtime, event: Event) -> None:
    await claiming.claim_due(await runtime.of(event.org_id), event.org_id)


async def tend(runtime: Runtime) -> None:
    """Start and end campaigns at their time, and dial for those that run."""
    await _withdraw(runtime)
    await _decide_overdue(runtime)
    async with db.transaction(runtime.sessions) as session:
        at_work = await queries.list_at_work(session)
    for campaign in at_work:
        await _tend_one(runtime, campaign)
    for org_id in sorted({campaign.org_id for campaign in at_work}):
        try:
            await claiming.claim_due(await runtime.of(org_id), org_id)
        except AppError as failure:
            logger.warning("campaigns.not_claimed", org_id=str(org_id), reason=failure.code)


async def _tend_one(runtime: Runtime, known: Campaign) -> None:
    async with db.transaction(runtime.sessions) as session:
        campaign = await queries.lock_campaign(session, known.org_id, known.id)
        if campaign is None:
            return
        is_scheduled = campaign.status is CampaignStatus.SCHEDULED
        if is_scheduled and (campaign.starts_at is None or campaign.starts_at <= clock.now()):
            await service.run_campaign(session, campaign)
        await stopping.check(session, campaign)


async def _withdraw(runtime: Runtime) -> None:
    """Take back what came back into the queue after its campaign was stopped."""
    async with db.transaction(runtime.sessions) as session:
        stopped = await queries.list_to_withdraw(session)
    for org_id, campaign_id in stopped:
        async with db.transaction(runtime.sessions) as session:
            campaign = await queries.lock_campaign(session, org_id, campaign_id)
            if campaign is not None and campaign.status is not CampaignStatus.RUNNING:
                await stopping.withdraw(session, campaign)


async def _decide_overdue(runtime: Runtime) -> None:
    async with db.transaction(runtime.sessions) as session:
        overdue = await queries.list_overdue(session, clock.now(), _AT_ONCE)
    for org_id, contact_id in overdue:
        async with db.transaction(runtime.sessions) as session:
            await settling.decide_overdue(session, org_id, contact_id)
