"""What follows for a contact when more is known of its call. All of it may be run again."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import service as calls
from backend.calls.errors import CallNotFound
from backend.calls.models import Call
from backend.campaigns import contacts, queries, stopping
from backend.campaigns.answers import read_answer
from backend.campaigns.events import CampaignToCheck
from backend.campaigns.models import (
    AttemptOutcome,
    Campaign,
    CampaignAttempt,
    CampaignContact,
    ContactState,
)
from backend.campaigns.outcomes import (
    FOR_WANT_OF_A_RECORD,
    Answer,
    Decision,
    Facts,
    Made,
    decide,
    next_due,
    outcome_of,
)
from backend.campaigns.policy import Policy
from backend.campaigns.zones import zones_of_contact
from backend.compliance.errors import PASSING
from backend.compliance.gate import REFUSALS
from backend.platform import clock, events

# How long a conversation's record is waited for.
_RECORD_WAIT = timedelta(hours=1)
_BY_WAITING = PASSING | {calls.TOO_LATE}


@dataclass(frozen=True)
class _Case:
    """A contact, an attempt to reach them, and the call it was."""

    campaign: Campaign
    contact: CampaignContact
    attempt: CampaignAttempt
    call: Call

    @cached_property
    def policy(self) -> Policy:
        return Policy.model_validate(self.campaign.policy)

    @cached_property
    def zones(self) -> tuple[str, ...]:
        return zones_of_contact(self.contact)


async def find_calls_of_contacts(
    session: AsyncSession, call_ids: Collection[UUID]
) -> Collection[UUID]:
    """Find those of these calls that were placed for contacts of campaigns."""
    return await queries.list_calls_of_contacts(session, call_ids)


async def settle(session: AsyncSession, org_id: UUID, call_id: UUID) -> None:
    """Decide what follows for the contact of a call, once, as soon as enough is known."""
    found = await queries.find_attempt_of_call(session, org_id, call_id)
    if found is None:
        return
    campaign = await queries.share_campaign(session, org_id, found.campaign_id)
    contact = await queries.lock_contact(session, org_id, found.contact_id)
    attempt = await queries.lock_attempt(session, found.id)
    if contact is None or attempt is None or campaign is None:
        return
    try:
        call = await calls.get_call(session, org_id, call_id)
    except CallNotFound:
        return
    if not call.status.is_final:
        return
    case = _Case(campaign, contact, attempt, call)
    outcome = _note(case)
    await session.flush()
    if attempt.decided_at is None:
        await _go_on(session, case, outcome)
    elif contact.last_attempt == attempt.number and contact.reason in FOR_WANT_OF_A_RECORD:
        await _reconsider(session, case, outcome)
    await events.publish(session, CampaignToCheck(org_id=org_id, campaign_id=campaign.id))


def _note(case: _Case) -> AttemptOutcome:
    """Keep of the call what the campaign shows and counts. Return what came of it."""
    attempt, call = case.attempt, case.call
    attempt.ended_at = attempt.ended_at or call.ended_at or clock.now()
    attempt.duration_ms = call.duration_ms
    cost = call.known.get("cost")
    if cost is not None:
        attempt.cost_cents = cost[1].get("combined_cents")
    if attempt.decided_at is not None and attempt.outcome is not None:
        return attempt.outcome
    if attempt.reason == stopping.WITHDRAWN and call.retell_call_id is None:
        attempt.outcome = AttemptOutcome.WITHDRAWN
    else:
        attempt.outcome = outcome_of(call, REFUSALS | {calls.TOO_LATE})
        attempt.reason = call.status_reason
    return attempt.outcome


async def _go_on(session: AsyncSession, case: _Case, outcome: AttemptOutcome) -> None:
    contact, attempt = case.contact, case.attempt
    if not outcome.counts:
        decision = _without_a_dial(case, outcome)
    else:
        answer = await _answer(session, case, outcome)
        if answer is None:
            return
        contact.attempts += 1
        decision = decide(case.policy, await _facts(session, case, outcome, answer))
        contact.callbacks += decision.callback_at is not None
    attempt.decided_at, contact.last_outcome = clock.now(), outcome
    await contacts.put(session, case.campaign, contact, decision, attempt)


async def _answer(session: AsyncSession, case: _Case, outcome: AttemptOutcome) -> Answer | None:
    """Return what the conversation came to; None: it is not known yet, and waited for."""
    contact, policy = case.contact, case.policy
    if outcome is not AttemptOutcome.ANSWERED:
        return Answer()
    answer = None
    if calls.is_settled(case.call):
        answer = await read_answer(session, case.call, policy, case.zones)
    if answer is None:
        if contact.check_at is not None and contact.check_at <= clock.now():
            return Answer(lacks="record_missing") if policy.needs_record else Answer()
        contact.reason = "awaiting_record" if policy.needs_record else "awaiting_analysis"
        contact.check_at = contact.check_at or clock.now() + _RECORD_WAIT
    return answer


async def _facts(
    session: AsyncSession, case: _Case, outcome: AttemptOutcome, answer: Answer
) -> Facts:
    all_of_them = await queries.list_attempts(session, [case.contact.id])
    made = [
        Made(each.outcome, each.claimed_at)
        for each in all_of_them
        if each.outcome is not None and each.outcome.counts
    ]
    reason, callbacks = case.attempt.reason, case.contact.callbacks
    return Facts(outcome, reason, made, callbacks, case.zones, clock.now(), answer)


def _without_a_dial(case: _Case, outcome: AttemptOutcome) -> Decision:
    """Have a contact wait again that was taken back or whose hour had passed; else finish it."""
    reason = case.attempt.reason or outcome.value
    if outcome is AttemptOutcome.WITHDRAWN and reason != stopping.WITHDRAWN:
        return Decision(ContactState.CANCELED, "call_canceled")
    if reason != stopping.WITHDRAWN and reason not in _BY_WAITING:
        return Decision(ContactState.REFUSED, reason)
    due_at = next_due(case.policy, case.zones, (), clock.now())
    if due_at is None:
        return Decision(ContactState.EXHAUSTED, "no_common_hours")
    return Decision(ContactState.WAITING, reason, due_at, case.contact.callback_at)


async def _reconsider(session: AsyncSession, case: _Case, outcome: AttemptOutcome) -> None:
    """Decide again what was decided for want of a record, now that there is one."""
    answer = await read_answer(session, case.call, case.policy, case.zones)
    if answer is None or answer.lacks is not None:
        return
    decision = decide(case.policy, await _facts(session, case, outcome, answer))
    if decision.state is ContactState.WAITING and case.campaign.status.is_over:
        decision = Decision(ContactState.EXHAUSTED, "goal_not_reached")
    case.contact.callbacks += decision.callback_at is not None
    await contacts.put(session, case.campaign, case.contact, decision, case.attempt)


async def decide_overdue(session: AsyncSession, org_id: UUID, contact_id: UUID) -> None:
    """Decide about a contact without what was waited for, and did not come."""
    campaign_id = await queries.find_campaign_of(session, org_id, contact_id)
    if campaign_id is None:
        return
    campaign = await queries.share_campaign(session, org_id, campaign_id)
    contact = await queries.lock_contact(session, org_id, contact_id)
    if campaign is None or contact is None or not _is_overdue(contact):
        return
    latest = await queries.find_latest_attempt(session, contact.id)
    if latest is not None and latest.number != contact.last_attempt:
        latest = None
    if latest is not None and latest.decided_at is not None:
        contact.check_at = None
    elif latest is not None and await _has_call(session, latest):
        await settle(session, org_id, latest.call_id)
    else:
        await _give_up(session, campaign, contact, latest)


def _is_overdue(contact: CampaignContact) -> bool:
    return contact.check_at is not None and contact.check_at <= clock.now()


async def _has_call(session: AsyncSession, attempt: CampaignAttempt) -> bool:
    try:
        await calls.get_call(session, attempt.org_id, attempt.call_id)
    except CallNotFound:
        return False
    return True


async def _give_up(
    session: AsyncSession,
    campaign: Campaign,
    contact: CampaignContact,
    attempt: CampaignAttempt | None,
) -> None:
    """Finish a contact whose call was deleted, perhaps with its attempt, before its record came."""
    contact.attempts += 1
    if attempt is not None:
        attempt.decided_at = clock.now()
        attempt.ended_at = attempt.ended_at or attempt.decided_at
        contact.last_outcome = attempt.outcome
    lost = Decision(ContactState.EXHAUSTED, "record_missing")
    await contacts.put(session, campaign, contact, lost, attempt)
    await events.publish(session, CampaignToCheck(org_id=campaign.org_id, campaign_id=campaign.id))
