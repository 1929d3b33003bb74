"""What of calls is masked for others: whom their record names, and whom their analysis does."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.analysis.models import CallAnalysis
from backend.calls import masking
from backend.records import masking as records
from backend.redaction.masking import Mask


async def find_masks(session: AsyncSession, call_ids: Collection[UUID]) -> Mapping[UUID, Mask]:
    """Find the masks of those of these calls that have one."""
    masks = await records.find_masks(session, call_ids)
    return await masking.add_names(
        session, masks, col(CallAnalysis.call_id), col(CallAnalysis.data)
    )
