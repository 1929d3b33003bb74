"""What is masked of recordings that are no call (yet): what their agent says of calls now."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import masking
from backend.redaction.finding import Sensitive
from backend.redaction.masking import Mask

_REDACTED = text(
    """
    select recordings.id, recordings.metadata,
           coalesce(versions.config, agents.config) -> 'redact' as redact
    from recordings join agents on agents.id = recordings.agent_id
    left join agent_versions as versions
        on versions.agent_id = agents.id and versions.version = agents.published_version
    where recordings.id = any(cast(:ids as uuid[])) and recordings.call_id is null
      and json_array_length(coalesce(
          coalesce(versions.config, agents.config) -> 'redact', '[]'::json
      )) > 0
    """
)


async def find_masks(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Mask]:
    """Find what is masked of those of these recordings that are no call."""
    rows = await (await session.connection()).execute(_REDACTED, {"ids": list(ids)})
    return {
        row.id: Mask(tuple(map(Sensitive, row.redact)), (*masking.names_in(row.metadata),))
        for row in rows
    }


def is_shown_whole() -> TextClause:
    """Tell of the recordings of a statement whether nothing of them is masked."""
    return text(
        """
        not exists (
            select from agents left join calls on calls.id = recordings.call_id
            left join agent_versions as versions
                on versions.agent_id = agents.id
                and versions.version = coalesce(calls.agent_version, agents.published_version)
            where agents.id = recordings.agent_id
              and json_array_length(coalesce(
                  coalesce(versions.config, agents.config) -> 'redact', '[]'::json
              )) > 0
        )
        """
    )
