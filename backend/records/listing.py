"""Calls in a list, each with how its record stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import service as calls
from backend.calls.models import Call
from backend.calls.service import CallFilter
from backend.records import queries
from backend.records.models import RecordStatus


@dataclass(frozen=True)
class ListedCall:
    call: Call
    record_status: RecordStatus | None

    @property
    def id(self) -> UUID:
        return self.call.id


async def list_calls(
    session: AsyncSession,
    org_id: UUID,
    wanted: CallFilter,
    record_status: RecordStatus | None,
    *,
    cursor: UUID | None,
    limit: int,
) -> Sequence[ListedCall]:
    """List calls newest first; if a state is given, those whose record is in it."""
    among = queries.select_calls(org_id, record_status) if record_status else None
    found = await calls.list_calls(session, org_id, wanted, cursor=cursor, limit=limit, among=among)
    statuses = await queries.find_statuses(session, org_id, [call.id for call in found])
    return [ListedCall(call, statuses.get(call.id)) for call in found]
