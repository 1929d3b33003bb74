"""Claiming contacts: whose turn it is, and the call that is placed in the same transaction.

A contact that is claimed is not waiting any more as soon as its call exists, and the call's key is
made of the contact and the number of the attempt. So whatever dies, there is one call an attempt.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents.errors import AgentArchived, AgentNotPublished
from backend.calls import capacity, service as calls
from backend.calls.errors import CallInvalid
from backend.calls.models import Call
from backend.calls.service import NewCall
from backend.campaigns import contact_queries, contacts, gate, queries, service, stopping, windows
from backend.campaigns.models import Campaign, CampaignAttempt, CampaignContact, ContactState
from backend.campaigns.outcomes import Decision, next_due
from backend.campaigns.policy import Policy
from backend.campaigns.zones import zones_of_contact
from backend.compliance.errors import CallRefused
from backend.platform import clock, db
from backend.platform.settings import Settings
from backend.providers.runtime import Runtime

# How many are put off in one transaction when it is not their hour.
_LOOKED_AT = 200
_WAITS_FOR_ITS_HOUR = "outside_window"
# A call that is not dialled by then gives its place to others, and is placed anew.
_FRESH = timedelta(hours=1)


async def claim_due(runtime: Runtime, org_id: UUID) -> int:
    """Place the calls of as many contacts as there is room for now. Return how many."""
    claimed = 0
    while (placed := await _claim_one(runtime, org_id)) is not None:
        claimed += placed
    return claimed


async def _claim_one(runtime: Runtime, org_id: UUID) -> int | None:
    """Place one call, or put off those whose hour it is not; None: there is nothing to do now."""
    async with db.transaction(runtime.sessions) as session:
        await queries.lock_claims(session, org_id)
        if not await capacity.count_free(session, org_id, runtime.settings):
            return None
        campaign = await queries.lock_next_campaign(
            session,
            org_id,
            clock.now(),
            most_held=capacity.count_most_held(runtime.settings),
        )
        if campaign is None:
            return None
        try:
            return await _work_on(session, campaign, runtime.settings)
        except (AgentArchived, AgentNotPublished):
            await stopping.pause(session, campaign, "agent_not_callable")
            return 0


async def _work_on(session: AsyncSession, campaign: Campaign, settings: Settings) -> int | None:
    """Call who has been due for longest. If they may not be called now, look at many at once."""
    policy = Policy.model_validate(campaign.policy)
    for limit in (1, _LOOKED_AT):
        due = await queries.lock_due(session, campaign.id, clock.now(), limit)
        if not due:
            return None if limit == 1 else 0
        ready = await _of_this_hour(session, campaign, policy, due)
        if limit > 1:
            ready = await _not_refused(session, campaign, ready, settings)
        for contact in ready:
            if await _place(session, campaign, policy, contact, settings):
                campaign.turn += 1 / campaign.priority
                return 1
        await session.flush()
    return 0


async def _of_this_hour(
    session: AsyncSession, campaign: Campaign, policy: Policy, due: Sequence[CampaignContact]
) -> Sequence[CampaignContact]:
    """Give those whom the campaign may call now, and put the others off."""
    made, ready, later = await _made_at(session, policy, due), [], []
    for contact in due:
        now = clock.now()
        due_at = next_due(policy, zones_of_contact(contact), made[contact.id], now)
        if due_at is None:
            hopeless = Decision(ContactState.EXHAUSTED, "no_common_hours")
            await contacts.put(session, campaign, contact, hopeless)
        elif due_at > now:
            later.append((contact.id, due_at, _WAITS_FOR_ITS_HOUR))
        else:
            ready.append(contact)
    await contact_queries.put_off(session, later)
    return ready


async def _made_at(
    session: AsyncSession, policy: Policy, due: Sequence[CampaignContact]
) -> Mapping[UUID, Sequence[datetime]]:
    """List when each was called before, where that matters."""
    made: dict[UUID, list[datetime]] = {each.id: [] for each in due}
    called = [each.id for each in due if each.attempts]
    if policy.max_attempts_per_day is not None and called:
        for attempt in await queries.list_attempts(session, called):
            if attempt.outcome is None or attempt.outcome.counts:
                made[attempt.contact_id].append(attempt.claimed_at)
    return made


async def _not_refused(
    session: AsyncSession,
    campaign: Campaign,
    due: Sequence[CampaignContact],
    settings: Settings,
) -> Sequence[CampaignContact]:
    """Give those whom the gate lets through, and put off or finish the others."""
    purpose = await service.find_purpose(session, campaign)
    decisions = await gate.decide_many(session, campaign, purpose, due, settings)
    ready, later = [], []
    for contact, said in zip(due, decisions, strict=True):
        if said.refusal is None:
            ready.append(contact)
        elif said.next_allowed_at is not None:
            later.append((contact.id, said.next_allowed_at, said.refusal))
        else:
            refused = Decision(ContactState.REFUSED, said.refusal)
            await contacts.put(session, campaign, contact, refused)
    await contact_queries.put_off(session, later)
    return ready


async def _place(
    session: AsyncSession,
    campaign: Campaign,
    policy: Policy,
    contact: CampaignContact,
    settings: Settings,
) -> bool:
    """Place the call of a contact; False: the gate forbids it, and it waits or is finished."""
    now, zones = clock.now(), zones_of_contact(contact)
    closes_at = windows.next_closed(policy.windows, windows.zones_of(policy, zones), now)
    wanted = _call_of(campaign, contact, min(_known(closes_at, campaign.ends_at, now + _FRESH)))
    try:
        call = await calls.place_call(
            session,
            campaign.org_id,
            wanted,
            settings=settings,
            idempotency_key=_key(contact),
        )
    except CallInvalid:
        invalid = Decision(ContactState.EXHAUSTED, "call_invalid")
        await contacts.put(session, campaign, contact, invalid)
        return False
    except CallRefused as refused:
        await _refuse(session, campaign, contact, refused)
        return False
    await _begin_attempt(session, contact, call, now)
    return True


def _known(*instants: datetime | None) -> Iterator[datetime]:
    return (each for each in instants if each is not None)


def _key(contact: CampaignContact) -> str:
    return f"campaign-contact {contact.id} attempt {contact.last_attempt + 1}"


def _call_of(campaign: Campaign, contact: CampaignContact, dial_before: datetime | None) -> NewCall:
    about = {
        "campaign_id": str(campaign.id),
        "contact_id": str(contact.id),
        "attempt": contact.last_attempt + 1,
    }
    return NewCall(
        agent_id=campaign.agent_id,
        to_number=contact.to_number,
        variables=contact.variables,
        metadata=contact.contact_metadata | about,
        scheduled_at=None,
        agent_version=campaign.agent_version,
        dial_before=dial_before,
        time_zone=contact.time_zone,
        postal_code=contact.postal_code,
    )


async def _begin_attempt(
    session: AsyncSession, contact: CampaignContact, call: Call, now: datetime
) -> None:
    contact.state, contact.reason, contact.due_at = ContactState.RUNNING, "dialing", None
    contact.last_attempt += 1
    attempt = CampaignAttempt(
        org_id=contact.org_id,
        campaign_id=contact.campaign_id,
        contact_id=contact.id,
        number=contact.last_attempt,
        call_id=call.id,
        from_number=call.from_number,
        claimed_at=now,
    )
    session.add(attempt)
    await session.flush()


async def _refuse(
    session: AsyncSession, campaign: Campaign, contact: CampaignContact, refused: CallRefused
) -> None:
    """Finish a contact that the gate refuses, or have it wait where waiting ends that."""
    reason, until = refused.code, refused.members.get("next_allowed_at")
    if not isinstance(until, str):
        await contacts.put(session, campaign, contact, Decision(ContactState.REFUSED, reason))
        return
    await contact_queries.put_off(session, [(contact.id, datetime.fromisoformat(until), reason)])
