"""What becomes of contacts: waiting again, or finished, and who is told of it."""

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.campaigns.events import ContactFinished, ContactWaits
from backend.campaigns.models import Campaign, CampaignAttempt, CampaignContact, ContactState
from backend.campaigns.outcomes import Decision
from backend.platform import clock, events
from backend.platform.events import JsonObject


async def put(
    session: AsyncSession,
    campaign: Campaign,
    contact: CampaignContact,
    decision: Decision,
    attempt: CampaignAttempt | None = None,
) -> None:
    """Put a contact into the state that was decided on, and announce it.

    Nobody waits for a campaign that is over.
    """
    if decision.state is ContactState.WAITING and campaign.status.is_over:
        decision = Decision(ContactState.CANCELED, f"campaign_{campaign.status.value}")
    contact.state, contact.reason = decision.state, decision.reason
    contact.due_at, contact.callback_at = decision.due_at, decision.callback_at
    contact.check_at = None
    contact.needs_person = decision.needs_person
    contact.finished_at = clock.now() if decision.state.is_final else None
    await session.flush()
    kind = ContactFinished if decision.state.is_final else ContactWaits
    await events.publish(session, kind(**_about(campaign, contact, attempt)))


def _about(
    campaign: Campaign, contact: CampaignContact, attempt: CampaignAttempt | None
) -> JsonObject:
    return {
        "org_id": campaign.org_id,
        "agent_id": campaign.agent_id,
        "call_id": attempt.call_id if attempt else None,
        "data": {
            "campaign_id": str(campaign.id),
            "contact_id": str(contact.id),
            "state": contact.state.value,
            "reason": contact.reason,
            "attempts": contact.attempts,
            "due_at": contact.due_at.isoformat() if contact.due_at else None,
        },
    }
