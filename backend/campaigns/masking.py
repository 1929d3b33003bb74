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

_CALLED_BY = text(
    """
    select contacts.id, campaigns.agent_id,
           coalesce(campaigns.agent_version, agents.published_version) as version
    from campaign_contacts as contacts
    join campaigns on campaigns.id = contacts.campaign_id
    join agents on agents.id = campaigns.agent_id
    where contacts.id = any(cast(:ids as uuid[]))
    """
)
_TOLD = text(
    """
    select id, to_number, variables, metadata
    from campaign_contacts where id = any(cast(:ids as uuid[]))
    """
)


async def find_masks(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Mask]:
    """Find what is masked of those of these that are contacts."""
    connection = await session.connection()
    kinds = {}
    for row in (await connection.execute(_CALLED_BY, {"ids": list(ids)})).all():
        found = await redacting.find(session, row.agent_id, row.version)
        if found.kinds:
            kinds[row.id] = found.kinds
    if not kinds:
        return {}
    told = (await connection.execute(_TOLD, {"ids": list(kinds)})).all()
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
