"""Showing somebody what is kept about them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse

from backend.auth.deps import Admin, CurrentRuntime
from backend.platform import db, pages
from backend.platform.deps import Session, SessionFactory
from backend.platform.pages import Cursor, Limit, Page
from backend.retention import disclosing
from backend.retention.schemas import DisclosureCreate, DisclosureRead
from backend.stream.deps import CurrentCallView

router = APIRouter(prefix="/api/v1/disclosures", tags=["retention"])

DisclosurePath = Annotated[UUID, Path(description="The id of the disclosure.")]
_ZIP = {
    "description": "The file.",
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}


@router.post("", status_code=202)
async def create_disclosure(
    body: DisclosureCreate, caller: Admin, session: Session
) -> DisclosureRead:
    """Have all that is kept about a number or a call made into a file, to be downloaded.

    Nothing is copied: the file has what there is when it is downloaded.
    """
    made = await disclosing.create(
        session,
        caller.org_id,
        by=caller.email or caller.name,
        phone_number=body.phone_number,
        call_id=body.call_id,
    )
    caller.note(object_id=made.id)
    return DisclosureRead.model_validate(made, from_attributes=True)


@router.get("")
async def list_disclosures(
    caller: Admin, session: Session, *, cursor: Cursor = None, limit: Limit = 50
) -> Page[DisclosureRead]:
    """List those that can be downloaded still, newest first."""
    found = await disclosing.list_all(session, caller.org_id, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(found, limit)
    items = [DisclosureRead.model_validate(row, from_attributes=True) for row in rows]
    return Page(items=items, next_cursor=next_cursor)


@router.get("/{disclosure_id}")
async def get_disclosure(
    disclosure_id: DisclosurePath, caller: Admin, session: Session
) -> DisclosureRead:
    """Show a disclosure, and until when it can be downloaded."""
    found = await disclosing.get(session, caller.org_id, disclosure_id)
    return DisclosureRead.model_validate(found, from_attributes=True)


@router.get("/{disclosure_id}/download", response_class=StreamingResponse, responses={200: _ZIP})
async def download_disclosure(
    disclosure_id: DisclosurePath,
    caller: Admin,
    sessions: SessionFactory,
    runtime: CurrentRuntime,
    calls: CurrentCallView,
) -> StreamingResponse:
    """Download it as a ZIP: begin with `index.html`; each call has its words, record and sound."""
    async with db.transaction(sessions) as session:
        found = await disclosing.get(session, caller.org_id, disclosure_id)
    return StreamingResponse(
        disclosing.write(runtime, found, calls.read),
        media_type="application/zip",
        headers={"content-disposition": f'attachment; filename="disclosure-{found.id}.zip"'},
    )
