"""What of calls is masked for others: what their agent says, and whom their record names too."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import masking
from backend.recordings import masking as recordings
from backend.records.models import Record
from backend.redaction.finding import Sensitive
from backend.redaction.masking import Mask


async def find_masks(session: AsyncSession, call_ids: Collection[UUID]) -> Mapping[UUID, Mask]:
    """Find the masks of those of these calls that have one, and of recordings that are none."""
    masks = await masking.find_masks(session, call_ids)
    left = {id_ for id_ in call_ids if id_ not in masks}
    if left:
        masks |= await recordings.find_masks(session, left)
    named = [call_id for call_id, mask in masks.items() if Sensitive.NAME in mask.kinds]
    if not named:
        return masks
    statement = select(Record.call_id, Record.data).where(
        col(Record.is_current), col(Record.call_id).in_(named)
    )
    for call_id, data in (await session.exec(statement)).all():
        masks[call_id] = masks[call_id].naming(*masking.names_in(data))
    return masks
