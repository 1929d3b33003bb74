"""What of calls is masked for others: what their agent says, and whom their record names too."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import masking
from backend.recordings import masking as recordings
from backend.records.models import Record
from backend.redaction.masking import Mask


async def find_masks(session: AsyncSession, call_ids: Collection[UUID]) -> Mapping[UUID, Mask]:
    """Find the masks of those of these calls that have one, and of recordings that are none."""
    masks = await masking.find_masks(session, call_ids)
    left = {id_ for id_ in call_ids if id_ not in masks}
    if left:
        masks |= await recordings.find_masks(session, left)
    return await masking.add_names(session, masks, col(Record.call_id), col(Record.data))
