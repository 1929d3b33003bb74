"""Erasing people and calls, with receipts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from backend.auth.deps import Admin, CurrentRuntime, Manager
from backend.calls.deps import CallPath
from backend.platform import db, pages
from backend.platform.deps import CurrentSettings, Session, SessionFactory
from backend.platform.pages import Cursor, Limit, Page
from backend.retention import receipts, service
from backend.retention.schemas import (
    ErasureCreate,
    ErasurePreview,
    ErasureRead,
    PublicKeyRead,
    Receipt,
    ReceiptCheck,
)

router = APIRouter(prefix="/api/v1", tags=["retention"])

ErasurePath = Annotated[UUID, Path(description="The id of the erasure.")]


@router.post("/erasures", status_code=202)
async def create_erasure(
    body: ErasureCreate, caller: Admin, session: Session, settings: CurrentSettings
) -> ErasureRead:
    """Erase all that is kept about a number or a call, at Retell too. It cannot be undone.

    It goes on until nothing is left, whatever fails meanwhile; then there is a receipt.
    """
    if body.call_id is not None:
        erasure = await service.erase_call(session, caller.org_id, body.call_id, settings)
    else:
        number = body.phone_number or ""
        erasure = await service.erase_number(session, caller.org_id, number, settings)
    caller.note(object_id=erasure.id, kind=erasure.kind.value)
    return ErasureRead.of(erasure)


@router.post("/erasures/preview")
async def preview_erasure(body: ErasureCreate, caller: Admin, session: Session) -> ErasurePreview:
    """Show what an erasure would take away now, and whether a hold forbids it. Erases nothing."""
    caller.note(object_id=caller.org_id)
    subject = service.subject_of(caller.org_id, body.phone_number, body.call_id)
    found, held = await service.preview(session, subject)
    return ErasurePreview(
        calls=len(found.subject.call_ids),
        recordings=len(found.subject.recording_ids),
        tables=dict(found.tables),
        passed_on=dict(found.passed_on),
        held_by=held.hold_id if held else None,
        held_because=held.reason if held else None,
    )


@router.get("/erasures")
async def list_erasures(
    caller: Admin, session: Session, *, cursor: Cursor = None, limit: Limit = 50
) -> Page[ErasureRead]:
    """List erasures, newest first."""
    rows = await service.list_erasures(session, caller.org_id, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(rows, limit)
    return Page(items=[ErasureRead.of(row) for row in rows], next_cursor=next_cursor)


@router.get("/erasures/keys")
async def list_receipt_keys(
    caller: Admin,  # noqa: ARG001 - its role is the permission
    settings: CurrentSettings,
) -> list[PublicKeyRead]:
    """List the keys that receipts are checked with, the current one first."""
    keys = receipts.public_keys(settings.secret_keys)
    return [
        PublicKeyRead(key_id=receipts.key_id(key), public_key=receipts.as_text(key)) for key in keys
    ]


@router.post("/erasures/verify")
async def verify_receipt(
    body: Receipt, caller: Admin, session: Session, settings: CurrentSettings
) -> ReceiptCheck:
    """Find out whether a receipt was given here, and has not been changed since."""
    caller.note(object_id=caller.org_id)
    complaint = await service.complaint_about(session, caller.org_id, body.model_dump(), settings)
    return ReceiptCheck(valid=complaint is None, complaint=complaint)


@router.get("/erasures/{erasure_id}")
async def get_erasure(erasure_id: ErasurePath, caller: Admin, session: Session) -> ErasureRead:
    """Show an erasure, and its receipt once it is done."""
    return ErasureRead.of(await service.get_erasure(session, caller.org_id, erasure_id))


@router.post("/erasures/{erasure_id}/retry", status_code=202)
async def retry_erasure(erasure_id: ErasurePath, caller: Admin, session: Session) -> ErasureRead:
    """Have an erasure go on that has failed, or waits for something that is mended."""
    return ErasureRead.of(await service.retry_erasure(session, caller.org_id, erasure_id))


@router.delete("/calls/{call_id}", status_code=202, tags=["calls"])
async def delete_call(
    call_id: CallPath, caller: Manager, session: Session, settings: CurrentSettings
) -> ErasureRead:
    """Delete a call and all that was made of it. Files and Retell's copy follow. 409 while it runs.

    It is an erasure of its own, with a receipt.
    """
    erasure = await service.delete_call(session, caller.org_id, call_id, settings)
    caller.note(erasure_id=str(erasure.id))
    return ErasureRead.of(erasure)


@router.delete("/recordings/{recording_id}", status_code=204, tags=["recordings"])
async def delete_recording(
    recording_id: Annotated[UUID, Path(description="The id of the recording.")],
    caller: Manager,
    sessions: SessionFactory,
    runtime: CurrentRuntime,
) -> None:
    """Delete a recording, with what was told of it, and the call that was made of it.

    409 while it is worked on. An uploaded one is erased with its call, and that has a receipt.
    """
    async with db.transaction(sessions) as session:
        deleted = await service.delete_recording(
            session, caller.org_id, recording_id, runtime.settings
        )
    if deleted.erasure_id is not None:
        caller.note(erasure_id=str(deleted.erasure_id))
    # Who is killed before this leaves files that belong to nothing, and are swept.
    await runtime.storage.delete_under(deleted.folder)
