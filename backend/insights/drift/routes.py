"""Comparing a stretch of time, or a version, with another."""

from typing import Annotated

from fastapi import APIRouter, Query

from backend.auth.deps import AnyCaller
from backend.insights.drift.comparing import compare
from backend.insights.drift.schemas import DriftQuery, DriftRead, FindingRead
from backend.insights.metrics.reading import Wanted
from backend.platform.deps import Session

router = APIRouter(prefix="/api/v1/insights", tags=["insights"])


@router.get("/drift")
async def get_drift(
    caller: AnyCaller, session: Session, query: Annotated[DriftQuery, Query()]
) -> DriftRead:
    """Compare a window with a baseline, or a version with another: every metric and field.

    Shares and choices by Fisher's exact test, numbers by Mann and Whitney's ranks, all
    adjusted for how many tests were made. Say so many are too few rather than guess.
    """
    window, baseline = query.sides()
    wanted = Wanted(
        caller.org_id, query.metric or "", query.agent_id, with_originals=caller.sees_originals
    )
    found = await compare(session, wanted, window, baseline)
    return DriftRead(
        since=window.stretch.since,
        until=window.stretch.until,
        baseline_since=baseline.stretch.since,
        baseline_until=baseline.stretch.until,
        items=[FindingRead.of(each) for each in found],
    )
