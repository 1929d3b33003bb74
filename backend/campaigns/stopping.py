"""Stopping campaigns: by people, by themselves, and because they are through."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import service as calls
from backend.campaigns import contact_queries, queries, tallies
from backend.campaigns.errors import CampaignStateWrong
from backend.campaigns.events import (
    CampaignCanceled,
    CampaignCompleted,
    CampaignEvent,
    CampaignPaused,
)
from backend.campaigns.models import AttemptOutcome, Campaign, CampaignStatus
from backend.campaigns.policy import Policy, StopWhen
from backend.platform import clock, events

BY_A_PERSON = "by_a_person"
# The reason of attempts whose calls were taken back.
WITHDRAWN = "withdrawn"
_FAILURES = frozenset(
    {AttemptOutcome.FAILED, AttemptOutcome.NOT_CONNECTED, AttemptOutcome.INVALID_NUMBER}
)


def reason_to_stop(
    wanted: StopWhen, outcomes: Sequence[AttemptOutcome], spent_cents: float
) -> str | None:
    """Say why a campaign is to pause by itself; `outcomes` are its latest attempts."""
    if wanted.spend_cents is not None and spent_cents >= wanted.spend_cents:
        return "spend_reached"
    if len(outcomes) < wanted.of_last:
        return None
    failed = 100 * sum(each in _FAILURES for each in outcomes) / len(outcomes)
    answered = 100 * sum(each is AttemptOutcome.ANSWERED for each in outcomes) / len(outcomes)
    if wanted.failed_percent is not None and failed >= wanted.failed_percent:
        return "too_many_failed"
    if wanted.answered_below_percent is not None and answered < wanted.answered_below_percent:
        return "too_few_answered"
    return None


async def check(session: AsyncSession, campaign: Campaign) -> None:
    """Complete a campaign that is through, end one whose time is over, pause one that goes badly.

    To be called with the campaign locked.
    """
    if campaign.status is not CampaignStatus.RUNNING:
        return
    if campaign.ends_at is not None and campaign.ends_at <= clock.now():
        await _end(session, campaign)
    elif not await queries.has_open(session, campaign.id):
        await _close(session, campaign, CampaignStatus.COMPLETED, None)
    else:
        wanted = Policy.model_validate(campaign.policy).stop_when
        since = campaign.watched_since or campaign.created_at
        latest = await queries.list_latest_outcomes(session, campaign.id, since, wanted.of_last)
        spent = await tallies.sum_costs(session, campaign.id) if wanted.spend_cents else 0.0
        reason = reason_to_stop(wanted, latest, spent)
        if reason is not None:
            await pause(session, campaign, reason)


async def pause(session: AsyncSession, campaign: Campaign, reason: str) -> None:
    """Dial nobody any more: what waits to be dialled is taken back. Twice is as once."""
    if campaign.status is CampaignStatus.PAUSED:
        return
    if campaign.status not in {CampaignStatus.RUNNING, CampaignStatus.SCHEDULED}:
        raise CampaignStateWrong(f"The campaign is {campaign.status.value} and cannot be paused.")
    campaign.status, campaign.status_reason = CampaignStatus.PAUSED, reason
    await session.flush()
    await withdraw(session, campaign)
    await announce(session, campaign, CampaignPaused)


async def cancel(session: AsyncSession, campaign: Campaign) -> None:
    """End a campaign before it is through. Calls that run go on; twice is as once."""
    if campaign.status is CampaignStatus.CANCELED:
        return
    if campaign.status is CampaignStatus.COMPLETED:
        raise CampaignStateWrong("The campaign is completed and cannot be canceled.")
    await contact_queries.cancel_waiting(session, campaign.id, "campaign_canceled", clock.now())
    await _close(session, campaign, CampaignStatus.CANCELED, BY_A_PERSON)
    await withdraw(session, campaign)


async def _end(session: AsyncSession, campaign: Campaign) -> None:
    await contact_queries.cancel_waiting(session, campaign.id, "campaign_ended", clock.now())
    await _close(session, campaign, CampaignStatus.COMPLETED, "time_over")
    await withdraw(session, campaign)


async def _close(
    session: AsyncSession, campaign: Campaign, status: CampaignStatus, reason: str | None
) -> None:
    campaign.status, campaign.status_reason, campaign.ended_at = status, reason, clock.now()
    await session.flush()
    is_completed = status is CampaignStatus.COMPLETED
    await announce(session, campaign, CampaignCompleted if is_completed else CampaignCanceled)


async def withdraw(session: AsyncSession, campaign: Campaign) -> None:
    """Take back the calls of a campaign that nothing has been sent of."""
    for attempt in await queries.list_open_attempts(session, campaign.id):
        if await calls.withdraw_call(session, campaign.org_id, attempt.call_id):
            attempt.reason = WITHDRAWN


async def announce(session: AsyncSession, campaign: Campaign, kind: type[CampaignEvent]) -> None:
    about = {
        "campaign_id": str(campaign.id),
        "status": campaign.status.value,
        "reason": campaign.status_reason,
    }
    await events.publish(
        session, kind(org_id=campaign.org_id, agent_id=campaign.agent_id, data=about)
    )
