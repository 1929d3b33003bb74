"""What was said in calls: disclosures, and asking for no more calls."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from backend.auth.deps import AnyCaller
from backend.conduct import queries, service
from backend.conduct.queries import Wanted
from backend.conduct.schemas import (
    ConductQuery,
    ConductRead,
    OptOutDecision,
    ShareRead,
    SharesQuery,
    SharesRead,
)
from backend.platform import clock
from backend.platform.deps import Session
from backend.platform.pages import Page

router = APIRouter(prefix="/api/v1", tags=["compliance"])

CallPath = Annotated[UUID, Path(description="The id of the call.")]


@router.get("/compliance/conduct")
async def list_conduct(
    caller: AnyCaller, session: Session, query: Annotated[ConductQuery, Query()]
) -> Page[ConductRead]:
    """List calls that lack a disclosure, deny it, or have an opt-out, newest first."""
    wanted = Wanted(
        org_id=caller.org_id, **query.model_dump(exclude={"limit"}), limit=query.limit + 1
    )
    found = await queries.list_to_look_at(session, wanted)
    rows = found[: query.limit]
    return Page(
        items=[ConductRead.of(row.call_id, row) for row in rows],
        next_cursor=rows[-1].call_id if len(found) > query.limit else None,
    )


@router.get("/compliance/conduct/shares")
async def list_shares(
    caller: AnyCaller, session: Session, query: Annotated[SharesQuery, Query()]
) -> SharesRead:
    """Tell per day in how many of the calls that were to say something it was said."""
    now = clock.now()
    found = await queries.list_shares(
        session,
        caller.org_id,
        since=now - timedelta(days=query.days),
        until=now + timedelta(days=1),
        agent_id=query.agent_id,
    )
    return SharesRead(items=[ShareRead.model_validate(each._asdict()) for each in found])


@router.get("/calls/{call_id}/conduct")
async def get_conduct(call_id: CallPath, caller: AnyCaller, session: Session) -> ConductRead:
    """Show what the agent had to say in a call and did, and whether they asked for no more."""
    return ConductRead.of(call_id, await service.find_conduct(session, caller.org_id, call_id))


@router.post("/calls/{call_id}/conduct/opt-out")
async def decide_opt_out(
    call_id: CallPath, body: OptOutDecision, caller: AnyCaller, session: Session
) -> ConductRead:
    """Decide whether words that may have been an opt-out were one. 409 where none is doubted."""
    found = await service.decide(
        session, caller.org_id, call_id, is_opt_out=body.is_opt_out, by=caller.id
    )
    caller.note(object_id=call_id, is_opt_out=str(body.is_opt_out).lower())
    return ConductRead.of(call_id, found)
