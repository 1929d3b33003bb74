"""Whoever says in a call that they do not want to be called again is not called again.

A field of the record that means `opt_out` says so, with the words that prove it. What is doubted
waits for the person who reviews the record.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents.record_schema.subset import opt_out_fields
from backend.calls import service as calls
from backend.calls.models import Call
from backend.calls.suppressing import other_side
from backend.compliance import service as compliance
from backend.compliance.models import Scope, Suppression
from backend.platform.errors import NotFound
from backend.records import service
from backend.records.models import BY_A_PERSON, Record


async def suppress_opted_out(session: AsyncSession, org_id: UUID, call_id: UUID) -> None:
    """Suppress whom the call was with if its record says so. A call does that once."""
    try:
        call = await calls.get_call(session, org_id, call_id)
        record = await service.get_current(session, org_id, call_id)
    except NotFound:
        return  # Erased meanwhile.
    number = other_side(call)
    source = await service.find_source(session, call)
    if number is None or source is None:
        return
    for field in _said(record, opt_out_fields(source.schema)):
        await _suppress(session, call, record, number, field)
        return


def _said(record: Record, fields: list[str]) -> Iterator[str]:
    doubted = {problem["field"] for problem in record.problems}
    for field in fields:
        is_proven = record.evidence.get(field, {}).get("found") and field not in doubted
        if record.data.get(field) is True and (is_proven or record.origin in BY_A_PERSON):
            yield field


async def _suppress(
    session: AsyncSession, call: Call, record: Record, number: str, field: str
) -> None:
    asked = Suppression(
        org_id=call.org_id,
        to_number=number,
        scope=Scope.ALL,
        source=compliance.BY_RECORD,
        call_id=call.id,
        created_by=record.corrected_by,
        asked_at=call.ended_at or call.created_at,
    )
    if await compliance.suppress(session, [asked]):
        quote = record.evidence.get(field, {}).get("quote")
        if quote:
            await compliance.keep_quote(session, asked, field, quote)
