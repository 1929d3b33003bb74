"""Back-tests: extracting again from many calls, with a report before anything is replaced."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, Manager
from backend.evaluation import backtests
from backend.evaluation.models import Backtest
from backend.evaluation.schemas import (
    BacktestApply,
    BacktestRead,
    BacktestReport,
    TrialRead,
)
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Cursor, Limit, Page

router = APIRouter(prefix="/api/v1/backtests", tags=["backtests"])

BacktestPath = Annotated[UUID, Path(description="The id of the back-test.")]


@router.get("")
async def list_backtests(
    caller: AnyCaller, session: Session, *, cursor: Cursor = None, limit: Limit = 50
) -> Page[BacktestRead]:
    """List back-tests, newest first."""
    rows = await backtests.list_backtests(session, caller.org_id, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(rows, limit)
    return Page(items=[await _read(session, row) for row in rows], next_cursor=next_cursor)


@router.get("/{backtest_id}")
async def get_backtest(
    backtest_id: BacktestPath, caller: AnyCaller, session: Session
) -> BacktestRead:
    """Show a back-test and how far it has come."""
    return await _read(session, await backtests.get_backtest(session, caller.org_id, backtest_id))


@router.post("/{backtest_id}/start", status_code=202)
async def start_backtest(
    backtest_id: BacktestPath, caller: Manager, session: Session
) -> BacktestRead:
    """Start a back-test, or go on where it was paused."""
    return await _read(session, await backtests.start_backtest(session, caller.org_id, backtest_id))


@router.post("/{backtest_id}/pause")
async def pause_backtest(
    backtest_id: BacktestPath, caller: Manager, session: Session
) -> BacktestRead:
    """Ask about no further calls; those on their way are finished."""
    return await _read(session, await backtests.pause_backtest(session, caller.org_id, backtest_id))


@router.post("/{backtest_id}/apply", status_code=202)
async def apply_backtest(
    backtest_id: BacktestPath, caller: Manager, session: Session, body: BacktestApply | None = None
) -> BacktestRead:
    """Replace the records that came out otherwise, each by another revision.

    Records that changed since, and those a person vouches for, are left alone.
    """
    wanted = body or BacktestApply()
    backtest = await backtests.apply_backtest(
        session, caller.org_id, backtest_id, replace_corrections=wanted.replace_corrections
    )
    return await _read(session, backtest)


@router.get("/{backtest_id}/trials")
async def list_trials(
    backtest_id: BacktestPath,
    caller: AnyCaller,
    session: Session,
    *,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[TrialRead]:
    """List the calls of a back-test with what would change in each, newest first."""
    rows = await backtests.list_trials(
        session, caller.org_id, backtest_id, cursor=cursor, limit=limit + 1
    )
    items, next_cursor = pages.cut([TrialRead.of(*row) for row in rows], limit)
    return Page(items=list(items), next_cursor=next_cursor)


@router.get("/{backtest_id}/report")
async def get_report(
    backtest_id: BacktestPath, caller: AnyCaller, session: Session
) -> BacktestReport:
    """Sum up what would change, and how good it is where people have vouched for the truth."""
    rows = await backtests.list_trials(session, caller.org_id, backtest_id, cursor=None, limit=None)
    return BacktestReport.of(rows)


async def _read(session: AsyncSession, backtest: Backtest) -> BacktestRead:
    return BacktestRead.of(backtest, await backtests.count_trials(session, backtest))
