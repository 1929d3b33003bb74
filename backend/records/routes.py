"""A call with its record, and what people do with records."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, Manager
from backend.calls import service as calls
from backend.platform.deps import Session
from backend.records import numbers, service
from backend.records.models import Record
from backend.records.schemas import CallRead, NumbersQuery, NumbersRead, RecordCorrect, RecordRead

router = APIRouter(prefix="/api/v1/calls", tags=["records"])


@router.get("/numbers", tags=["calls"])
async def get_numbers(
    caller: AnyCaller, session: Session, query: Annotated[NumbersQuery, Query()]
) -> NumbersRead:
    """Count calls by how they turned out, and their records: today's numbers, for example."""
    found = await numbers.count_calls(
        session, caller.org_id, query.created_after, query.created_before
    )
    return NumbersRead.model_validate(found, from_attributes=True)


@router.get("/{call_id}", tags=["calls"])
async def get_call(call_id: UUID, caller: AnyCaller, session: Session) -> CallRead:
    """Show a call with its transcript and current record."""
    return await read_call(session, caller.org_id, call_id)


async def read_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> CallRead:
    """Read a call as the API shows it, and as its feed begins. Raises CallNotFound."""
    call = await calls.get_call(session, org_id, call_id)
    record = await service.find_current(session, org_id, call_id)
    return CallRead.of(call, record=_read(record) if record else None)


@router.get("/{call_id}/record")
async def get_record(call_id: UUID, caller: AnyCaller, session: Session) -> RecordRead:
    """Show a call's current record: each value with the quote it rests on."""
    return _read(await service.get_current(session, caller.org_id, call_id))


@router.get("/{call_id}/record/revisions")
async def list_revisions(call_id: UUID, caller: AnyCaller, session: Session) -> list[RecordRead]:
    """List all revisions of a call's record, oldest first."""
    return [
        _read(record) for record in await service.list_revisions(session, caller.org_id, call_id)
    ]


@router.post("/{call_id}/record/extract", status_code=202)
async def extract_again(call_id: UUID, caller: Manager, session: Session) -> RecordRead:
    """Extract once more, as a new revision; until it is made, the one before stays current."""
    return _read(await service.request_extraction(session, caller.org_id, call_id))


@router.patch("/{call_id}/record")
async def correct_record(
    call_id: UUID, body: RecordCorrect, caller: AnyCaller, session: Session
) -> RecordRead:
    """Set fields right by hand, as a new revision. Only `extract`, when asked for, goes past it."""
    return _read(
        await service.correct_record(
            session,
            caller.org_id,
            call_id,
            body.data,
            corrected_by=caller.user_id,
            note=body.note,
        )
    )


def _read(record: Record) -> RecordRead:
    return RecordRead.model_validate(record, from_attributes=True)
