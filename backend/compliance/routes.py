"""Who is not to be called, and who agreed to be."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, Manager
from backend.compliance import lists, queries, service
from backend.compliance.models import Consent, Suppression
from backend.compliance.schemas import (
    ConsentCreate,
    ConsentRead,
    ConsentsQuery,
    ListQuery,
    ListRead,
    SuppressionCreate,
    SuppressionRead,
    SuppressionsQuery,
)
from backend.platform import clock, pages
from backend.platform.deps import Session, SessionFactory
from backend.platform.pages import Page

router = APIRouter(prefix="/api/v1", tags=["compliance"])

_CSV = {
    "requestBody": {"required": True, "content": {"text/plain": {"schema": {"type": "string"}}}}
}


@router.get("/suppressions")
async def list_suppressions(
    caller: AnyCaller, session: Session, query: Annotated[SuppressionsQuery, Query()]
) -> Page[SuppressionRead]:
    """List who is not to be called, newest first; also what has ended since."""
    digits = "".join(filter(str.isdecimal, query.q or ""))
    found = await queries.list_suppressions(
        session,
        caller.org_id,
        digits=digits,
        cursor=query.cursor,
        limit=query.limit + 1,
        with_originals=caller.sees_originals,
    )
    rows, next_cursor = pages.cut(found, query.limit)
    return Page(items=await _shown(session, caller.org_id, rows), next_cursor=next_cursor)


async def _shown(
    session: AsyncSession, org_id: UUID, rows: Sequence[Suppression]
) -> list[SuppressionRead]:
    ended = await service.find_endings(session, org_id, rows)
    quotes = await service.find_quotes(session, rows)
    return [
        SuppressionRead.of(row, quote=quotes.get(row.id), ended_at=ended.get(row.id))
        for row in rows
    ]


@router.post("/suppressions", status_code=201)
async def add_suppression(
    body: SuppressionCreate, caller: AnyCaller, session: Session
) -> SuppressionRead:
    """Say that a number is not to be called. It holds at once, also for calls that wait.

    One that is suppressed for all of this already, and asked no earlier, is given as it is. What
    ends it is a consent.
    """
    held = await service.suppress_now(session, body.added(caller.org_id, caller.id))
    caller.note(object_id=held.id)
    return SuppressionRead.of(held)


@router.post("/suppressions/import", openapi_extra=_CSV)
async def import_suppressions(
    request: Request,
    caller: Manager,
    sessions: SessionFactory,
    query: Annotated[ListQuery, Query()],
) -> ListRead:
    """Add a list: CSV with a column `to_number`, and `scope`, `source` and `reason` if there are.

    Bad lines are left out and told of. At most 1 MB a request; the same list twice adds nothing.
    """
    caller.note(object_id=caller.org_id, dry_run=str(query.dry_run).lower())
    return await lists.import_list(
        sessions, caller.org_id, await request.body(), by=caller.id, dry_run=query.dry_run
    )


@router.get(
    "/suppressions/export",
    response_class=StreamingResponse,
    responses={200: {"description": "A line for each.", "content": {"text/csv": {}}}},
)
async def export_suppressions(caller: Manager, sessions: SessionFactory) -> StreamingResponse:
    """Give all suppressions as CSV, as the import takes it."""
    return StreamingResponse(
        lists.export_list(sessions, caller.org_id),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": 'attachment; filename="do-not-call.csv"'},
    )


@router.get("/suppressions/{suppression_id}")
async def get_suppression(
    suppression_id: Annotated[UUID, Path(description="The id of the suppression.")],
    caller: AnyCaller,
    session: Session,
) -> SuppressionRead:
    """Show who is not to be called, and why: what `suppression.added` tells of by its id."""
    found = await service.get_suppression(session, caller.org_id, suppression_id)
    (shown,) = await _shown(session, caller.org_id, [found])
    return shown


@router.get("/consents")
async def list_consents(
    caller: AnyCaller, session: Session, query: Annotated[ConsentsQuery, Query()]
) -> Page[ConsentRead]:
    """List who agreed to what, newest first."""
    found = await queries.list_consents(
        session,
        caller.org_id,
        to_number=query.to_number,
        cursor=query.cursor,
        limit=query.limit + 1,
    )
    rows, next_cursor = pages.cut(found, query.limit)
    return Page(items=[ConsentRead.of(row) for row in rows], next_cursor=next_cursor)


@router.post("/consents", status_code=201)
async def give_consent(body: ConsentCreate, caller: Manager, session: Session) -> ConsentRead:
    """Enter that somebody agreed to be called. It ends what was asked before that, for its purpose.

    Nothing else ends a suppression.
    """
    values = body.model_dump() | {"given_at": body.given_at or clock.now()}
    consent = Consent(org_id=caller.org_id, created_by=caller.id, **values)
    given = await service.give_consent(session, consent)
    caller.note(object_id=given.id)
    return ConsentRead.of(given)


@router.post("/consents/{consent_id}/revoke")
async def revoke_consent(
    consent_id: Annotated[UUID, Path(description="The id of the consent.")],
    caller: AnyCaller,
    session: Session,
) -> ConsentRead:
    """Enter that they took it back: what they had agreed to is suppressed at once."""
    consent = await service.revoke_consent(session, caller.org_id, consent_id, caller.id)
    return ConsentRead.of(consent)
