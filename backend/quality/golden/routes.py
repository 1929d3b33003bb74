"""The path of golden runs."""

from fastapi import APIRouter

from backend.auth.deps import AnyCaller
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Cursor, Limit, Page
from backend.quality.golden import queries
from backend.quality.golden.schemas import GoldenRunRead
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
    return Page(items=[GoldenRunRead.of(row) for row in rows], next_cursor=next_cursor)
