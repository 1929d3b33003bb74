"""What of calls is masked for others: whom their record names, and whom their analysis does."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.analysis.models import CallAnalysis
from backend.calls import masking
from backend.records import masking as records
from backend.redaction.finding import Sensitive
from backend.redaction.masking import Mask


async def find_masks(session: AsyncSession, call_ids: Collection[UUID]) -> Mapping[UUID, Mask]:
    """Find the masks of those of these calls that have one."""
    masks = dict(await records.find_masks(session, call_ids))
    named = [call_id for call_id, mask in masks.items() if Sensitive.NAME in mask.kinds]
    if not named:
        return masks
    statement = select(CallAnalysis.call_id, CallAnalysis.data).where(
        col(CallAnalysis.is_current), col(CallAnalysis.call_id).in_(named)
    )
    for call_id, data in (await session.exec(statement)).all():
        masks[call_id] = masks[call_id].naming(*masking.names_in(data))
    return masks
