"""What charts show: metrics over time, by agent or number, and how values are distributed."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from backend.auth.deps import AnyCaller
from backend.auth.service import Caller
from backend.insights.metrics.fields import find_fields
from backend.insights.metrics.reading import Wanted
from backend.insights.series import distributing, service, writing
from backend.insights.series.schemas import (
    DistributionQuery,
    DistributionRead,
    FieldRead,
    SeriesQuery,
    SeriesRead,
)
from backend.platform.deps import Session

router = APIRouter(prefix="/api/v1/insights", tags=["insights"])

_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}}


@router.get("/series")
async def get_series(
    caller: AnyCaller, session: Session, query: Annotated[SeriesQuery, Query()]
) -> SeriesRead:
    """Show a metric by day, week, weekday, hour, agent, version or number, with 95 % intervals.

    Each point says which calls are behind it, where the list can tell them apart. What it is of is
    what alerts watch.
    """
    return await service.read_series(session, _wanted(caller, query), query)


@router.get("/series/export", response_class=Response, responses=_CSV)
async def export_series(
    caller: AnyCaller, session: Session, query: Annotated[SeriesQuery, Query()]
) -> Response:
    """Download the same as CSV."""
    found = await service.read_series(session, _wanted(caller, query), query)
    return _file(writing.series_as_csv(found), "series.csv")


@router.get("/distribution")
async def get_distribution(
    caller: AnyCaller, session: Session, query: Annotated[DistributionQuery, Query()]
) -> DistributionRead:
    """Show how the values of a metric or a record field are spread: in bins, or by value."""
    return await distributing.read_distribution(session, _wanted(caller, query), query)


@router.get("/distribution/export", response_class=Response, responses=_CSV)
async def export_distribution(
    caller: AnyCaller, session: Session, query: Annotated[DistributionQuery, Query()]
) -> Response:
    """Download the same as CSV."""
    found = await distributing.read_distribution(session, _wanted(caller, query), query)
    return _file(writing.distribution_as_csv(found), "distribution.csv")


@router.get("/fields")
async def list_fields(
    caller: AnyCaller,
    session: Session,
    agent_id: Annotated[UUID | None, Query(description="Of this agent alone.")] = None,
) -> list[FieldRead]:
    """List the fields of records that there are figures of, by what is live."""
    found = await find_fields(session, caller.org_id, agent_id)
    return [FieldRead.model_validate(each) for each in found]


def _file(text: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv", headers=headers)


def _wanted(caller: Caller, query: SeriesQuery | DistributionQuery) -> Wanted:
    return service.wanted_of(
        query, caller.org_id, query.asked_metric, with_originals=caller.sees_originals
    )
