"""The paths of golden runs."""

from collections.abc import Sequence

from fastapi import APIRouter
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, CurrentRuntime, Manager
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Cursor, Limit, Page
from backend.quality.backtests import queries as trials
from backend.quality.backtests.queries import Summary
from backend.quality.golden import queries, service
from backend.quality.golden.schemas import GoldenRunRead
from backend.quality.models import PolicyBacktest
from backend.quality.policies import service as policies
from backend.quality.policies.schemas import PolicyId

router = APIRouter(prefix="/api/v1/policies", tags=["policies"])


@router.get("/{policy_id}/golden-runs")
async def list_golden_runs(
    policy_id: PolicyId,
    caller: AnyCaller,
    session: Session,
    cursor: Cursor = None,
    limit: Limit = 20,
) -> Page[GoldenRunRead]:
    """List how far the judge agreed with people on reviewed calls, newest first.

    The latest reviewed calls are judged again once a day, and when the model or the published
    version is another. Where agreement drops, `policy.agreement_dropped` is announced.
    """
    await policies.get_policy(session, caller.org_id, policy_id)
    rows = await queries.list_runs(session, policy_id, cursor=cursor, limit=limit + 1)
    rows, next_cursor = pages.cut(rows, limit)
    return Page(items=await _read(session, rows), next_cursor=next_cursor)


@router.post("/{policy_id}/golden-runs", status_code=201)
async def create_golden_run(
    policy_id: PolicyId, caller: Manager, session: Session, runtime: CurrentRuntime
) -> GoldenRunRead:
    """Have the latest reviewed calls judged again now, by what is published."""
    version = await policies.get_published(session, caller.org_id, policy_id)
    run = await service.run_now(
        session,
        version,
        model=version.frozen.model or runtime.settings.llm.model,
        calls=runtime.settings.golden.calls or service.USUAL_CALLS,
        by=caller.user_id,
    )
    caller.note(object_id=run.id)
    (shown,) = await _read(session, [run])
    return shown


async def _read(session: AsyncSession, runs: Sequence[PolicyBacktest]) -> list[GoldenRunRead]:
    sums = await trials.sum_up(session, [each.id for each in runs])
    return [GoldenRunRead.of(each, sums.get(each.id, Summary())) for each in runs]
