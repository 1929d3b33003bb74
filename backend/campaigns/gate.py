"""What the gate would say of many contacts, before any of them is called."""

from collections.abc import Mapping, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents.models import Purpose
from backend.campaigns.models import Campaign
from backend.campaigns.zones import Reachable, callee_of
from backend.compliance import asking
from backend.compliance.asking import Asking
from backend.compliance.gate import Decision
from backend.compliance.models import Scope
from backend.platform.settings import Settings


async def decide_many(
    session: AsyncSession,
    campaign: Campaign,
    purpose: Purpose,
    asked: Sequence[Reachable],
    settings: Settings,
) -> Sequence[Decision]:
    """Say of each what the gate would say now, in their order.

    Hooks are not asked for that: what they have said already counts, the rest is asked about
    before its dial.
    """
    own = Asking(
        campaign.org_id,
        Scope(purpose),
        settings.secret_keys,
        agent_id=campaign.agent_id,
        only_known=True,
    )
    return await asking.ask_about_many(session, own, [callee_of(each) for each in asked])


async def refuse_many(
    session: AsyncSession,
    campaign: Campaign,
    purpose: Purpose,
    asked: Sequence[Reachable],
    settings: Settings,
) -> Mapping[str, str]:
    """Name the refusal of each number that would be refused now."""
    decisions = await decide_many(session, campaign, purpose, asked, settings)
    pairs = zip(asked, decisions, strict=True)
    return {each.to_number: said.refusal for each, said in pairs if said.refusal is not None}
