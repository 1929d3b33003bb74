"""What is masked of contacts: what the agent's version says that their campaign calls by."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import redacting
from backend.calls import masking
from backend.campaigns.models import Campaign
from backend.redaction.finding import Sensitive, region_of
from backend.redaction.masking import Mask

_CALLED_BY = """
    select contacts.id, campaigns.agent_id, campaigns.agent_version
    from campaign_contacts as contacts join campaigns on campaigns.id = contacts.campaign_id
    where contacts.id = any(cast(:ids as uuid[]))
"""
_TOLD = text(
    """
    select id, to_number, variables, metadata
    from campaign_contacts where id = any(cast(:ids as uuid[]))
    """
)


async def find_masks(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Mask]:
    """Find what is masked of those of these that are contacts."""
    kinds = await redacting.find_kinds(session, _CALLED_BY, ids)
    if not kinds:
        return {}
    told = (await (await session.connection()).execute(_TOLD, {"ids": list(kinds)})).all()
    return {
        row.id: Mask(
            kinds[row.id],
            (*masking.names_in(row.variables), *masking.names_in(row.metadata)),
            region_of(row.to_number),
        )
        for row in told
    }


async def are_numbers_masked(session: AsyncSession, campaign: Campaign) -> bool:
    """Tell whether the numbers of a campaign's contacts are masked for others."""
    found = await redacting.find(session, campaign.agent_id, campaign.agent_version)
    return Sensitive.PHONE in found.kinds
