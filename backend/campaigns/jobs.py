"""The campaigns room's jobs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from loguru import logger

from backend.campaigns import claiming, queries, service, settling, stopping
from backend.campaigns.events import CampaignToCheck
from backend.campaigns.models import Campaign, CampaignStatus
from backend.platform import clock, db
from backend.platform.database_failures import (
    FAILURES,
    DatabaseBusy,
    DatabaseUnavailable,
    meaning_of,
)
from backend.platform.errors import AppError
from backend.platform.events import CallEvent, Event
from backend.providers.runtime import Runtime

_AT_ONCE = 200
# When it is tried again to decide about a contact, where that failed.
_AGAIN = timedelta(minutes=10)


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
        with _by_itself(campaign.org_id, campaign_id=campaign.id):
            await _tend_one(runtime, campaign)
    for org_id in sorted({campaign.org_id for campaign in at_work}):
        with _by_itself(org_id):
            await claiming.claim_due(await runtime.of(org_id), org_id)


@contextmanager
def _by_itself(org_id: UUID, **about: UUID) -> Iterator[None]:
    """Log what goes wrong with one of many, so that it stops none of the others.

    Without a database nothing goes on.
    """
    try:
        yield
    except Exception as failure:
        meaning = meaning_of(failure) if isinstance(failure, FAILURES) else failure
        if isinstance(meaning, DatabaseUnavailable) and not isinstance(meaning, DatabaseBusy):
            raise
        is_expected = isinstance(meaning, AppError)
        reason = meaning.code if isinstance(meaning, AppError) else type(failure).__name__
        ids = {name: str(id_) for name, id_ in about.items()}
        logger.opt(exception=not is_expected).warning(
            "campaigns.not_tended", org_id=str(org_id), reason=reason, **ids
        )


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
        with _by_itself(org_id, campaign_id=campaign_id):
            await _withdraw_one(runtime, org_id, campaign_id)


async def _withdraw_one(runtime: Runtime, org_id: UUID, campaign_id: UUID) -> None:
    async with db.transaction(runtime.sessions) as session:
        campaign = await queries.lock_campaign(session, org_id, campaign_id)
        if campaign is not None and campaign.status is not CampaignStatus.RUNNING:
            await stopping.withdraw(session, campaign)


async def _decide_overdue(runtime: Runtime) -> None:
    async with db.transaction(runtime.sessions) as session:
        overdue = await queries.list_overdue(session, clock.now(), _AT_ONCE)
    for org_id, contact_id in overdue:
        with _by_itself(org_id, contact_id=contact_id):
            await _decide_one(runtime, org_id, contact_id)


async def _decide_one(runtime: Runtime, org_id: UUID, contact_id: UUID) -> None:
    try:
        async with db.transaction(runtime.sessions) as session:
            await settling.decide_overdue(session, org_id, contact_id)
    except Exception:
        # Those that fail each time would be all that is looked at.
        async with db.transaction(runtime.sessions) as session:
            contact = await queries.lock_contact(session, org_id, contact_id)
            if contact is not None and contact.check_at is not None:
                contact.check_at = clock.now() + _AGAIN
        raise
