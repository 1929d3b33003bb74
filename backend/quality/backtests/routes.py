"""Trying a policy's draft on past calls before it is published."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, CurrentRuntime, Manager
from backend.auth.service import Caller
from backend.evaluation import backtests as records
from backend.evaluation.backtests import NewBacktest
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Cursor, Limit, Page
from backend.providers.runtime import Runtime
from backend.quality.backtests import queries, service
from backend.quality.backtests.queries import Summary
from backend.quality.backtests.schemas import (
    AnyBacktestCreate,
    BacktestCreate,
    BacktestRead,
    PolicyBacktestRead,
    PolicyTrialRead,
)
from backend.quality.models import PolicyBacktest
from backend.quality.naming import find_named
from backend.quality.policies import service as policies
from backend.quality.policies.schemas import PolicyId
from backend.records.asking import prices_of
from backend.records.service import RecordFilter

router = APIRouter(prefix="/api/v1", tags=["backtests"])

BacktestId = Annotated[UUID, Path(description="The id of the back-test.")]


@router.post("/backtests", status_code=201)
async def create_backtest(
    body: AnyBacktestCreate, caller: Manager, session: Session, runtime: CurrentRuntime
) -> BacktestRead | PolicyBacktestRead:
    """Try what is about to change on past calls.

    With `policy_id`, the policy's draft is tried at once. Else calls are chosen to extract from
    again, with what it will cost: start it when that is fine.
    """
    if isinstance(body, BacktestCreate):
        return await _of_records(body, caller, session, runtime)
    backtest = await service.create_backtest(
        session, caller.org_id, body.policy_id, body.past(), by=caller.user_id
    )
    caller.note(object_id=backtest.id)
    (shown,) = await _read(session, [backtest])
    return shown


async def _of_records(
    body: BacktestCreate, caller: Caller, session: Session, runtime: Runtime
) -> BacktestRead:
    wanted = RecordFilter(**body.model_dump(exclude={"version", "model"}))
    new = NewBacktest(body.agent_id, body.version, body.model, wanted, caller.user_id)
    backtest = await records.create_backtest(
        session,
        caller.org_id,
        new,
        default_model=runtime.settings.llm.model,
        prices=prices_of(runtime.settings),
    )
    caller.note(object_id=backtest.id)
    return BacktestRead.of(backtest, await records.count_trials(session, backtest))


@router.get("/policies/{policy_id}/backtests", tags=["policies"])
async def list_backtests(
    policy_id: PolicyId,
    caller: AnyCaller,
    session: Session,
    *,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Page[PolicyBacktestRead]:
    """List what the policy's drafts were tried on, newest first."""
    await policies.get_policy(session, caller.org_id, policy_id)
    rows = await queries.list_backtests(
        session, caller.org_id, policy_id, cursor=cursor, limit=limit + 1
    )
    rows, next_cursor = pages.cut(rows, limit)
    return Page(items=await _read(session, rows), next_cursor=next_cursor)


async def _read(
    session: AsyncSession, backtests: Sequence[PolicyBacktest]
) -> list[PolicyBacktestRead]:
    sums = await queries.sum_up(session, [each.id for each in backtests])
    return [PolicyBacktestRead.of(each, sums.get(each.id, Summary())) for each in backtests]


@router.get("/policies/{policy_id}/backtests/{backtest_id}", tags=["policies"])
async def get_backtest(
    policy_id: PolicyId, backtest_id: BacktestId, caller: AnyCaller, session: Session
) -> PolicyBacktestRead:
    """Show how far a back-test of the policy is, and what would move."""
    backtest = await service.get_backtest(session, caller.org_id, policy_id, backtest_id)
    (shown,) = await _read(session, [backtest])
    return shown


@router.get("/policies/{policy_id}/backtests/{backtest_id}/trials", tags=["policies"])
async def list_trials(
    policy_id: PolicyId, backtest_id: BacktestId, caller: AnyCaller, session: Session
) -> list[PolicyTrialRead]:
    """List the calls of a back-test with what would change in each, the latest first."""
    backtest = await service.get_backtest(session, caller.org_id, policy_id, backtest_id)
    rows = await queries.list_trials(session, backtest.id)
    names = await find_named(session, caller.org_id, [trial.call_id for trial, _ in rows])
    return [
        PolicyTrialRead.of(trial, before, names[trial.call_id])
        for trial, before in rows
        if trial.call_id in names
    ]
