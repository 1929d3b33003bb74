"""Searching what was said."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.auth.deps import AnyCaller
from backend.insights import queries, service
from backend.insights.models import Wanted
from backend.insights.schemas import PassageRead, SearchQuery, SearchRead
from backend.platform.deps import Session

router = APIRouter(prefix="/api/v1", tags=["insights"])


@router.get("/search")
async def search(
    caller: AnyCaller, session: Session, query: Annotated[SearchQuery, Query()]
) -> SearchRead:
    """Find the moments of calls in which something was said, the best first.

    Words are found in all their forms (`deliveries` finds `delivery`), those that are rare count
    most, and a passage need not have all of them. What an agent's calls have masked is not found.
    """
    wanted = Wanted(
        org_id=caller.org_id,
        words=queries.words_in(query.q),
        limit=query.limit,
        agent_id=query.agent_id,
        created_after=query.created_after,
    )
    found = await service.search(session, wanted)
    calls = await service.calls_of(session, caller.org_id, found)
    return SearchRead(
        # A call may have been deleted a moment ago.
        items=[PassageRead.of(each, calls[each.call_id]) for each in found if each.call_id in calls]
    )
