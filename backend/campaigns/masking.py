"""What is masked of contacts: what the agent's version says that their campaign calls by."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import masking
from backend.campaigns import service
from backend.campaigns.models import Campaign
from backend.redaction.finding import Sensitive, region_of
from backend.redaction.masking import Mask

_REDACTED = text(
    """
    select contacts.id, contacts.to_number, contacts.variables, contacts.metadata,
           coalesce(versions.config, agents.config) -> 'redact' as redact
    from campaign_contacts as contacts
    join campaigns on campaigns.id = contacts.campaign_id
    join agents on agents.id = campaigns.agent_id
    left join agent_versions as versions
        on versions.agent_id = agents.id
        and versions.version = coalesce(campaigns.agent_version, agents.published_version)
    where contacts.id = any(cast(:ids as uuid[]))
      and json_array_length(coalesce(
          coalesce(versions.config, agents.config) -> 'redact', '[]'::json
      )) > 0
    """
)


async def find_masks(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Mask]:
    """Find what is masked of those of these that are contacts."""
    rows = await (await session.connection()).execute(_REDACTED, {"ids": list(ids)})
    return {
        row.id: Mask(
            tuple(map(Sensitive, row.redact)),
            (*masking.names_in(row.variables), *masking.names_in(row.metadata)),
            region_of(row.to_number),
        )
        for row in rows
    }


async def are_numbers_masked(session: AsyncSession, campaign: Campaign) -> bool:
    """Tell whether the numbers of a campaign's contacts are masked for others."""
    version = await service.find_version(session, campaign)
    return Sensitive.PHONE in version.frozen.redact
