"""Calls in a list, each with how its record stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.calls import service as calls
from backend.calls.models import Call
from backend.calls.service import CallFilter
from backend.platform.pages import Stretch
from backend.records import queries
from backend.records.models import RecordStatus


@dataclass(frozen=True)
class ListedCall:
    call: Call
    record_status: RecordStatus | None

    @property
    def id(self) -> UUID:
        return self.call.id


class Recorded(NamedTuple):
    """What the records of the calls that are meant have to be like; None and (): whatever."""

    status: RecordStatus | None = None
    # As `field:value`, all of them.
    values: Sequence[str] = ()
    # Whether values that are masked count.
    with_originals: bool = True

    def among(self, org_id: UUID) -> list[SelectOfScalar[UUID]]:
        """Select the calls with such a record, by each of its conditions."""
        selected = [
            queries.select_with_value(org_id, pair, with_originals=self.with_originals)
            for pair in self.values
        ]
        return [*selected, *([queries.select_calls(org_id, self.status)] if self.status else [])]


async def list_calls(
    session: AsyncSession,
    org_id: UUID,
    wanted: CallFilter,
    recorded: Recorded,
    stretch: Stretch,
) -> Sequence[ListedCall]:
    """List calls as the stretch says; if anything is said of records, those with such."""
    among = recorded.among(org_id)
    found = await calls.list_calls(session, org_id, wanted, stretch, among=among)
    statuses = await queries.find_statuses(session, org_id, [call.id for call in found])
    return [ListedCall(call, statuses.get(call.id)) for call in found]


async def count_calls(
    session: AsyncSession, org_id: UUID, wanted: CallFilter, recorded: Recorded, *, most: int
) -> int:
    among = recorded.among(org_id)
    return await calls.count_calls(session, org_id, wanted, most=most, among=among)
