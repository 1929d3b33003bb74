"""Erasing people and calls, with receipts."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from backend.auth.deps import Admin
from backend.platform import pages
from backend.platform.deps import CurrentSettings, Session
from backend.platform.pages import Cursor, Limit, Page
from backend.retention import receipts, service
from backend.retention.schemas import (
    ErasureCreate,
    ErasureRead,
    PublicKeyRead,
    Receipt,
    ReceiptCheck,
)

router = APIRouter(prefix="/api/v1/erasures", tags=["retention"])

ErasurePath = Annotated[UUID, Path(description="The id of the erasure.")]


@router.post("", status_code=202)
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


@router.get("")
async def list_erasures(
    caller: Admin, session: Session, *, cursor: Cursor = None, limit: Limit = 50
) -> Page[ErasureRead]:
    """List erasures, newest first."""
    rows = await service.list_erasures(session, caller.org_id, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(rows, limit)
    return Page(items=[ErasureRead.of(row) for row in rows], next_cursor=next_cursor)


@router.get("/keys")
async def list_receipt_keys(caller: Admin, settings: CurrentSettings) -> list[PublicKeyRead]:
    """List the keys that receipts are checked with, the current one first."""
    keys = receipts.public_keys(settings.secret_keys)
    return [
        PublicKeyRead(key_id=receipts.key_id(key), public_key=receipts.as_text(key)) for key in keys
    ]


@router.post("/verify")
async def verify_receipt(
    body: Receipt, caller: Admin, session: Session, settings: CurrentSettings
) -> ReceiptCheck:
    """Find out whether a receipt was given here, and has not been changed since."""
    caller.note(object_id=caller.org_id)
    complaint = await service.complaint_about(session, caller.org_id, body.model_dump(), settings)
    return ReceiptCheck(valid=complaint is None, complaint=complaint)


@router.get("/{erasure_id}")
async def get_erasure(erasure_id: ErasurePath, caller: Admin, session: Session) -> ErasureRead:
    """Show an erasure, and its receipt once it is done."""
    return ErasureRead.of(await service.get_erasure(session, caller.org_id, erasure_id))


@router.post("/{erasure_id}/retry", status_code=202)
async def retry_erasure(erasure_id: ErasurePath, caller: Admin, session: Session) -> ErasureRead:
    """Have an erasure go on that has failed, or waits for something that is mended."""
    return ErasureRead.of(await service.retry_erasure(session, caller.org_id, erasure_id))
