"""How long things are kept, and what must stay."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from backend.auth.deps import Admin
from backend.platform import pages
from backend.platform.deps import CurrentSettings, Session
from backend.platform.pages import Cursor, Limit, Page
from backend.platform.people.holds import Hold
from backend.retention import holding, periods, queries
from backend.retention.schemas import HoldCreate, HoldRead, RetentionRead, RetentionUpdate

router = APIRouter(prefix="/api/v1", tags=["retention"])


@router.get("/retention", response_model_exclude_unset=True)
async def get_retention(
    caller: Admin, session: Session, settings: CurrentSettings
) -> RetentionRead:
    """Show for how many days what is kept, and what the last clean-up removed."""
    policy = await periods.get_policy(session, caller.org_id)
    last = await queries.find_last_cleanup(session, caller.org_id)
    return RetentionRead.of(policy, last, settings)


@router.put("/retention", response_model_exclude_unset=True)
async def set_retention(
    body: RetentionUpdate, caller: Admin, session: Session, settings: CurrentSettings
) -> RetentionRead:
    """Say for how many days what is kept. All periods are set; those left out are null.

    Shorter ones take effect with the next clean-up, at most a day from now. What it removed does
    not come back.
    """
    of_agents = {each.agent_id: each.own for each in body.agents}
    policy = await periods.set_policy(session, caller.org_id, body.own, of_agents, settings)
    caller.note(object_id=caller.org_id, periods=policy.periods, agents=policy.agents)
    last = await queries.find_last_cleanup(session, caller.org_id)
    return RetentionRead.of(policy, last, settings)


HoldPath = Annotated[UUID, Path(description="The id of the hold.")]


@router.post("/holds", status_code=201)
async def create_hold(body: HoldCreate, caller: Admin, session: Session) -> HoldRead:
    """Have a call, all about a number, or all calls of an agent stay: nothing removes them."""
    wanted = Hold(org_id=caller.org_id, created_by=caller.email or caller.name, **body.model_dump())
    hold = await holding.hold(session, wanted)
    caller.note(object_id=hold.id)
    return HoldRead.model_validate(hold, from_attributes=True)


@router.get("/holds")
async def list_holds(
    caller: Admin, session: Session, *, cursor: Cursor = None, limit: Limit = 50
) -> Page[HoldRead]:
    """List holds, newest first."""
    found = await holding.list_holds(session, caller.org_id, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(found, limit)
    items = [HoldRead.model_validate(row, from_attributes=True) for row in rows]
    return Page(items=items, next_cursor=next_cursor)


@router.delete("/holds/{hold_id}", status_code=204)
async def end_hold(hold_id: HoldPath, caller: Admin, session: Session) -> None:
    """End a hold. What is over its time goes with the next clean-up; what was to be erased, too."""
    await holding.end_hold(session, caller.org_id, hold_id)
