"""Making campaigns, and steering them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.agents.models import AgentVersion, Purpose
from backend.campaigns import contacts, queries, stopping
from backend.campaigns.answers import is_asked_of
from backend.campaigns.errors import (
    CampaignInvalid,
    CampaignNotFound,
    CampaignNotReady,
    CampaignStateWrong,
    ContactNotFound,
    ContactStateWrong,
)
from backend.campaigns.events import CampaignResumed, CampaignScheduled, CampaignStarted
from backend.campaigns.models import Campaign, CampaignContact, CampaignStatus, ContactState
from backend.campaigns.outcomes import Decision
from backend.campaigns.policy import Policy
from backend.platform import clock
from backend.platform.errors import FieldError

_CHANGED_BEFORE_THE_START = {"agent_id", "purpose", "starts_at"}


async def get_campaign(session: AsyncSession, org_id: UUID, campaign_id: UUID) -> Campaign:
    campaign = await queries.find_campaign(session, org_id, campaign_id)
    if campaign is None:
        raise CampaignNotFound(f"There is no campaign {campaign_id}.")
    return campaign


async def lock_campaign(session: AsyncSession, org_id: UUID, campaign_id: UUID) -> Campaign:
    campaign = await queries.lock_campaign(session, org_id, campaign_id)
    if campaign is None:
        raise CampaignNotFound(f"There is no campaign {campaign_id}.")
    return campaign


async def create_campaign(session: AsyncSession, campaign: Campaign) -> Campaign:
    await agents.get_agent(session, campaign.org_id, campaign.agent_id)
    _refuse_times(campaign)
    session.add(campaign)
    await session.flush()
    return campaign


async def update_campaign(
    session: AsyncSession, org_id: UUID, campaign_id: UUID, changes: Mapping[str, Any]
) -> Campaign:
    """Change a campaign that is not over. What it calls for is settled when it starts."""
    campaign = await lock_campaign(session, org_id, campaign_id)
    if campaign.status.is_over:
        raise CampaignStateWrong(f"The campaign is {campaign.status.value}.")
    settled = sorted(_CHANGED_BEFORE_THE_START & set(changes))
    if settled and campaign.started_at is not None:
        raise CampaignStateWrong(f"After the start, {settled[0]} cannot be changed any more.")
    if "agent_id" in changes:
        await agents.get_agent(session, org_id, changes["agent_id"])
        # Versions are numbered by agent: the number of one means nothing to another.
        if changes["agent_id"] != campaign.agent_id:
            changes = {"agent_version": None, **changes}
    campaign.sqlmodel_update(dict(changes))
    campaign.updated_at = clock.now()
    _refuse_times(campaign)
    if campaign.status is not CampaignStatus.DRAFT:
        campaign.agent_version = (await _version(session, campaign)).version
    await session.flush()
    return campaign


def _refuse_times(campaign: Campaign) -> None:
    begins = campaign.starts_at or clock.now()
    if campaign.ends_at is not None and campaign.ends_at <= begins:
        detail = "It has to end later than it starts."
        raise CampaignInvalid(detail, errors=[FieldError("/ends_at", detail)])


async def start_campaign(session: AsyncSession, org_id: UUID, campaign_id: UUID) -> Campaign:
    """Start it, or have it start at its time. Its agent's version is frozen with it."""
    campaign = await lock_campaign(session, org_id, campaign_id)
    if campaign.status is CampaignStatus.RUNNING:
        return campaign
    if campaign.status not in {CampaignStatus.DRAFT, CampaignStatus.SCHEDULED}:
        raise CampaignStateWrong(f"The campaign is {campaign.status.value}.")
    version = await _version(session, campaign)
    campaign.agent_version = version.version
    if not await queries.has_open(session, campaign.id):
        raise CampaignNotReady("The campaign has nobody to call: add contacts first.")
    if campaign.starts_at is not None and campaign.starts_at > clock.now():
        campaign.status = CampaignStatus.SCHEDULED
        await session.flush()
        await stopping.announce(session, campaign, CampaignScheduled)
        return campaign
    await run_campaign(session, campaign)
    return campaign


async def _version(session: AsyncSession, campaign: Campaign) -> AgentVersion:
    """Return the version that calls, and refuse what cannot be done with it."""
    _, version = await agents.get_published(session, campaign.org_id, campaign.agent_id)
    if campaign.agent_version is not None:
        version = await agents.get_version(
            session, campaign.org_id, campaign.agent_id, campaign.agent_version
        )
    wrong = _wrong_purpose(campaign, version) + _wrong_fields(campaign, version)
    if wrong:
        raise CampaignNotReady(" ".join(each.message for each in wrong), errors=wrong)
    return version


def _wrong_purpose(campaign: Campaign, version: AgentVersion) -> list[FieldError]:
    own = version.frozen.purpose
    if campaign.purpose is own:
        return []
    return [
        FieldError(
            "/purpose",
            f"Version {version.version} of the agent calls for {own.value}. Say so in the "
            "campaign's purpose: it decides which rules bind its calls.",
        )
    ]


def _wrong_fields(campaign: Campaign, version: AgentVersion) -> list[FieldError]:
    policy, schema = Policy.model_validate(campaign.policy), version.frozen.record_schema
    asked = {"done_when": policy.done_when, "callback": policy.callback}
    return [
        FieldError(f"/{name}/field", f"The agent's record has no field {wanted.field!r}.")
        for name, wanted in asked.items()
        if wanted is not None and not is_asked_of(schema, wanted.field)
    ]


async def run_campaign(session: AsyncSession, campaign: Campaign) -> None:
    """Have a campaign run. It joins those that run already where their turns are."""
    campaign.turn = await queries.find_lowest_turn(session, campaign.org_id)
    campaign.status, campaign.status_reason = CampaignStatus.RUNNING, None
    campaign.started_at = campaign.watched_since = clock.now()
    await session.flush()
    await stopping.announce(session, campaign, CampaignStarted)


async def pause_campaign(session: AsyncSession, org_id: UUID, campaign_id: UUID) -> Campaign:
    campaign = await lock_campaign(session, org_id, campaign_id)
    await stopping.pause(session, campaign, stopping.BY_A_PERSON)
    return campaign


async def pause_all(session: AsyncSession, org_id: UUID) -> Sequence[Campaign]:
    """Pause all that run or are to, and return them. One that ends meanwhile is left out."""
    at_work = [CampaignStatus.RUNNING, CampaignStatus.SCHEDULED]
    paused = []
    for campaign_id in await queries.list_ids(session, org_id, at_work):
        campaign = await queries.lock_campaign(session, org_id, campaign_id)
        if campaign is not None and campaign.status in at_work:
            await stopping.pause(session, campaign, stopping.BY_A_PERSON)
            paused.append(campaign)
    return paused


async def resume_campaign(session: AsyncSession, org_id: UUID, campaign_id: UUID) -> Campaign:
    """Go on with a campaign that was paused. What stopped it is counted anew from now on."""
    campaign = await lock_campaign(session, org_id, campaign_id)
    if campaign.status is CampaignStatus.RUNNING:
        return campaign
    if campaign.status is not CampaignStatus.PAUSED:
        raise CampaignStateWrong(f"The campaign is {campaign.status.value}, not paused.")
    await _version(session, campaign)
    now = clock.now()
    if campaign.started_at is None and campaign.starts_at is not None and campaign.starts_at > now:
        campaign.status, campaign.status_reason = CampaignStatus.SCHEDULED, None
        await session.flush()
        await stopping.announce(session, campaign, CampaignScheduled)
        return campaign
    await _run_again(session, campaign)
    return campaign


async def _run_again(session: AsyncSession, campaign: Campaign) -> None:
    campaign.turn = max(campaign.turn, await queries.find_lowest_turn(session, campaign.org_id))
    campaign.status, campaign.status_reason = CampaignStatus.RUNNING, None
    campaign.watched_since = clock.now()
    campaign.started_at = campaign.started_at or campaign.watched_since
    await session.flush()
    await stopping.announce(session, campaign, CampaignResumed)


async def cancel_campaign(session: AsyncSession, org_id: UUID, campaign_id: UUID) -> Campaign:
    campaign = await lock_campaign(session, org_id, campaign_id)
    await stopping.cancel(session, campaign)
    return campaign


async def retry_contact(
    session: AsyncSession, org_id: UUID, campaign_id: UUID, contact_id: UUID
) -> CampaignContact:
    """Have somebody called once more who has come to an end. The gate is asked as ever."""
    campaign, contact = await _lock_contact(session, org_id, campaign_id, contact_id)
    if campaign.status.is_over:
        raise CampaignStateWrong(f"The campaign is {campaign.status.value}.")
    if not contact.state.is_final:
        raise ContactStateWrong(f"The contact is {contact.state.value}.")
    again = Decision(ContactState.WAITING, "retried", clock.now())
    await contacts.put(session, campaign, contact, again)
    return contact


async def cancel_contact(
    session: AsyncSession, org_id: UUID, campaign_id: UUID, contact_id: UUID
) -> CampaignContact:
    """Call somebody no more who waits."""
    campaign, contact = await _lock_contact(session, org_id, campaign_id, contact_id)
    if contact.state is not ContactState.WAITING:
        raise ContactStateWrong(f"The contact is {contact.state.value}.")
    given_up = Decision(ContactState.CANCELED, stopping.BY_A_PERSON)
    await contacts.put(session, campaign, contact, given_up)
    return contact


async def _lock_contact(
    session: AsyncSession, org_id: UUID, campaign_id: UUID, contact_id: UUID
) -> tuple[Campaign, CampaignContact]:
    campaign = await queries.share_campaign(session, org_id, campaign_id)
    if campaign is None:
        raise CampaignNotFound(f"There is no campaign {campaign_id}.")
    contact = await queries.lock_contact(session, org_id, contact_id)
    if contact is None or contact.campaign_id != campaign_id:
        raise ContactNotFound(f"There is no contact {contact_id} in this campaign.")
    return campaign, contact


async def find_version(session: AsyncSession, campaign: Campaign) -> AgentVersion:
    """Return what the agent calls by; of one that was never published, its draft."""
    agent = await agents.get_agent(session, campaign.org_id, campaign.agent_id)
    number = campaign.agent_version or agent.published_version
    if number is not None:
        return await agents.get_version(session, campaign.org_id, agent.id, number)
    return AgentVersion(
        org_id=campaign.org_id,
        agent_id=agent.id,
        version=0,
        schema_version=0,
        config=agent.config,
        retell_version=0,
    )


async def find_purpose(session: AsyncSession, campaign: Campaign) -> Purpose:
    return (await find_version(session, campaign)).frozen.purpose
