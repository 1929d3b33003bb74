"""What is masked of recordings that are no call (yet): what their agent says of calls now."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import redacting
from backend.calls import masking
from backend.redaction.masking import Mask

# A recording that is no call yet goes by what its agent says now.
_TAKEN = """
    select id, agent_id, cast(null as integer) as agent_version from recordings
    where id = any(cast(:ids as uuid[])) and call_id is null
"""
_TOLD = text("select id, metadata from recordings where id = any(cast(:ids as uuid[]))")


async def find_masks(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, Mask]:
    """Find what is masked of those of these recordings that are no call."""
    kinds = await redacting.find_kinds(session, _TAKEN, ids)
    if not kinds:
        return {}
    told = (await (await session.connection()).execute(_TOLD, {"ids": list(kinds)})).all()
    return {row.id: Mask(kinds[row.id], (*masking.names_in(row.metadata),)) for row in told}


def is_shown_whole() -> TextClause:
    """Tell of the recordings of a statement whether nothing of them is masked."""
    version = "(select agent_version from calls where calls.id = recordings.call_id)"
    return text(f"not {redacting.redacts('recordings.agent_id', version)}")
