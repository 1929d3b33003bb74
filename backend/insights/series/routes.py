"""What charts show: metrics over time, by agent or number, and how values are distributed."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from backend.auth.deps import AnyCaller
from backend.auth.service import Caller
from backend.insights.metrics.reading import Wanted
from backend.insights.series import service, writing
from backend.insights.series.schemas import SeriesQuery, SeriesRead
from backend.platform.deps import Session

router = APIRouter(prefix="/api/v1/insights", tags=["insights"])

_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}


@router.get("/series")
async def get_series(
    caller: AnyCaller, session: Session, query: Annotated[SeriesQuery, Query()]
) -> SeriesRead:
    """Show a metric by day, week, weekday, hour, agent, version or number, with 95 % intervals.

    Each point says which calls are behind it. What it is of is what alerts watch.
    """
    return await service.read_series(session, _wanted(caller, query), query)


@router.get("/series/export", response_class=Response, responses=_CSV)
async def export_series(
    caller: AnyCaller, session: Session, query: Annotated[SeriesQuery, Query()]
) -> Response:
    """Download the same as CSV."""
    found = await service.read_series(session, _wanted(caller, query), query)
    return Response(
        writing.series_as_csv(found),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="series.csv"'},
    )


def _wanted(caller: Caller, query: SeriesQuery) -> Wanted:
    return service.wanted_of(
        query, caller.org_id, query.metric, with_originals=caller.sees_originals
    )
