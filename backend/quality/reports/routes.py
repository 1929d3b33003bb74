"""Reports on how good calls are: figures with intervals, worst calls, coaching sheets, CSV."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response

from backend.auth.deps import AnyCaller
from backend.platform.deps import Session
from backend.quality.naming import find_named
from backend.quality.reports import assembling, coaching, service, writing
from backend.quality.reports.queries import Span
from backend.quality.reports.schemas import By, CoachingRead, ReportRead, WorstCall

router = APIRouter(prefix="/api/v1/quality/report", tags=["quality"])

PolicyId = Annotated[UUID | None, Query(description="By this policy only.")]
Since = Annotated[date | None, Query(description="From the week of this day on.")]
Until = Annotated[date | None, Query(description="To the week of this day.")]


Sorted = Annotated[By, Query(description="What to sum up by.")]


async def asked_span(
    policy_id: PolicyId = None,
    agent_id: Annotated[UUID | None, Query(description="Of this agent only.")] = None,
    since: Since = None,
    until: Until = None,
) -> Span:
    return service.span_of(policy_id=policy_id, agent_id=agent_id, since=since, until=until)


AskedSpan = Annotated[Span, Depends(asked_span)]


@router.get("")
async def get_report(
    caller: AnyCaller, session: Session, span: AskedSpan, by: Sorted
) -> ReportRead:
    """Sum scores up by agent, version, criterion, category or week, with 95 % intervals.

    What waits for a person counts for nothing until it is reviewed.
    """
    return await assembling.report(session, caller.org_id, span, by)


@router.get("/worst")
async def list_worst_calls(
    caller: AnyCaller,
    session: Session,
    span: AskedSpan,
    limit: Annotated[int, Query(ge=1, le=100, description="How many.")] = 20,
) -> list[WorstCall]:
    """List the calls with the lowest scores."""
    rows = await service.list_worst(session, caller.org_id, span, limit=limit)
    names = await find_named(session, caller.org_id, [row.call_id for row in rows])
    return [WorstCall.of(row, names[row.call_id]) for row in rows if row.call_id in names]


@router.get("/coaching/{agent_id}")
async def get_coaching_sheet(
    agent_id: Annotated[UUID, Path(description="The id of the agent.")],
    caller: AnyCaller,
    session: Session,
    policy_id: PolicyId = None,
    since: Since = None,
    until: Until = None,
) -> CoachingRead:
    """Show what to work on with an agent, and what it does well, with quotes from its calls."""
    span = service.span_of(policy_id=policy_id, agent_id=agent_id, since=since, until=until)
    return await coaching.sheet(session, caller.org_id, agent_id, span)


@router.get("/export", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def export_report(caller: AnyCaller, session: Session, span: AskedSpan) -> Response:
    """Download every breakdown of the report as CSV."""
    rows: list[list[str]] = []
    for by in By:
        found = await assembling.report(session, caller.org_id, span, by)
        rows += writing.rows_of(by.value, found.items)
    return Response(
        writing.as_csv(rows),
        media_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="quality-report.csv"'},
    )
