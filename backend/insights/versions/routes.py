"""How new versions of agents compare with those before, as it was found by itself."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query

from backend.agents import service as agents
from backend.auth.deps import AnyCaller
from backend.insights.versions import service
from backend.insights.versions.schemas import ComparisonRead
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Cursor, Limit, Page

router = APIRouter(prefix="/api/v1/insights/versions", tags=["insights"])


@router.get("")
async def list_comparisons(
    caller: AnyCaller,
    session: Session,
    agent_id: Annotated[UUID | None, Query(description="Of this agent alone.")] = None,
    cursor: Annotated[Cursor, Query()] = None,
    limit: Annotated[Limit, Query()] = 50,
) -> Page[ComparisonRead]:
    """List how versions compare with those before, the newest first.

    Each version that is published is looked at by itself when it has had 50, 100, 200, 400 and 800
    calls. What differs is told once, by `agent.version_differs`.
    """
    found = await service.list_comparisons(
        session, caller.org_id, agent_id, cursor=cursor, limit=limit + 1
    )
    rows, next_cursor = pages.cut(found, limit)
    names = await agents.find_names(session, caller.org_id)
    items = [ComparisonRead.of(row, names.get(row.agent_id, "")) for row in rows]
    return Page(items=items, next_cursor=next_cursor)


@router.get("/{agent_id}/{version}")
async def get_comparison(
    caller: AnyCaller,
    session: Session,
    agent_id: Annotated[UUID, Path(description="The id of the agent.")],
    version: Annotated[int, Path(ge=1, le=1_000_000, description="Which version of it.")],
) -> ComparisonRead:
    """Show how a version compares with the one before."""
    row = await service.get_comparison(session, caller.org_id, agent_id, version)
    names = await agents.find_names(session, caller.org_id)
    return ComparisonRead.of(row, names.get(agent_id, ""))
