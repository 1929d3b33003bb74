"""Searching what was said."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.auth.deps import AnyCaller, CurrentRuntime
from backend.insights import queries, searching, service
from backend.insights.meaning import service as meaning
from backend.insights.models import Wanted
from backend.insights.schemas import MeaningRead, SearchQuery, SearchRead, SimilarQuery

router = APIRouter(prefix="/api/v1", tags=["insights"])


@router.get("/search")
async def search(
    caller: AnyCaller, runtime: CurrentRuntime, query: Annotated[SearchQuery, Query()]
) -> SearchRead:
    """Find the moments of calls in which something was said, the best first.

    Words are found in all their forms (`deliveries` finds `delivery`), those that are rare count
    most, and a passage need not have all of them. By meaning it need have none. What an agent's
    calls have masked is not found.
    """
    wanted = Wanted(
        org_id=caller.org_id,
        words=queries.words_in(query.q),
        limit=query.limit,
        agent_id=query.agent_id,
        created_after=query.created_after,
    )
    answer = await searching.search(runtime, wanted, query.q, query.mode)
    return SearchRead.of(answer, await service.calls_of(runtime, caller.org_id, answer.found))


@router.get("/search/similar")
async def find_similar(
    caller: AnyCaller, runtime: CurrentRuntime, query: Annotated[SimilarQuery, Query()]
) -> SearchRead:
    """Find the moments of other calls that mean the same as one does, the nearest first."""
    wanted = Wanted(
        org_id=caller.org_id,
        words=(),
        limit=query.limit,
        agent_id=query.agent_id,
        created_after=query.created_after,
    )
    answer = await searching.find_similar(runtime, wanted, query.call_id, query.turn)
    return SearchRead.of(answer, await service.calls_of(runtime, caller.org_id, answer.found))


@router.get("/search/meaning")
async def get_meaning(caller: AnyCaller, runtime: CurrentRuntime) -> MeaningRead:
    """Tell whether searches are answered by meaning, and if not, why and what to do."""
    return MeaningRead.of(*await meaning.look(runtime, caller.org_id))
