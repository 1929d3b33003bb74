"""A call with its record and evaluation, and lists of evaluations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.deps import AnyCaller, CurrentRuntime, Manager
from backend.calls import service as calls
from backend.calls.deps import CallPath
from backend.calls.waiting import read_waits
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Page
from backend.quality.evaluations import queries, service
from backend.quality.evaluations.preview import preview
from backend.quality.evaluations.schemas import (
    CallRead,
    EvaluateAgain,
    EvaluationListed,
    EvaluationPreview,
    EvaluationQuery,
    EvaluationRead,
    PolicyMeant,
    PolicyPreviewCreate,
    RevisionMeant,
)
from backend.quality.policies.schemas import PolicyId
from backend.records import service as records

router = APIRouter(prefix="/api/v1", tags=["evaluations"])


@router.get("/calls/{call_id}", tags=["calls"])
async def get_call(call_id: CallPath, caller: AnyCaller, session: Session) -> CallRead:
    """Show a call with its transcript, current record and current evaluation."""
    return await read_call(session, caller.org_id, call_id)


async def read_call(session: AsyncSession, org_id: UUID, call_id: UUID) -> CallRead:
    """Read a call as the API shows it, and as its feed begins. Raises CallNotFound."""
    call = await calls.get_call(session, org_id, call_id)
    record = await records.find_current(session, org_id, call_id)
    evaluation = await service.find_whole(session, org_id, call_id)
    waits = await read_waits(session, org_id, [call])
    return CallRead.shown(call, record, evaluation, waits.get(call.id))


@router.get("/evaluations")
async def list_evaluations(
    caller: AnyCaller, session: Session, query: Annotated[EvaluationQuery, Query()]
) -> Page[EvaluationListed]:
    """List current evaluations. `status=needs_review` gives the queue for reviewers."""
    rows = await queries.list_current(
        session,
        caller.org_id,
        query.wanted(caller),
        cursor=query.cursor,
        limit=query.limit + 1,
        oldest_first=query.order == "oldest",
    )
    rows, next_cursor = pages.cut(rows, query.limit)
    wholes = await service.with_verdicts(session, rows)
    return Page(items=[EvaluationListed.of(whole) for whole in wholes], next_cursor=next_cursor)


@router.post("/policies/{policy_id}/preview", tags=["policies"])
async def preview_evaluation(
    policy_id: PolicyId, body: PolicyPreviewCreate, caller: Manager, runtime: CurrentRuntime
) -> EvaluationPreview:
    """Say what the policy's draft says of a call, storing nothing."""
    whole = await preview(
        runtime, caller.org_id, policy_id, call_id=body.call_id, turns=body.turns()
    )
    return EvaluationPreview.of(whole)


@router.get("/calls/{call_id}/evaluation")
async def get_evaluation(
    call_id: CallPath, caller: AnyCaller, session: Session, policy_id: PolicyMeant = None
) -> EvaluationRead:
    """Show a call's current evaluation: each verdict with what it rests on."""
    return EvaluationRead.of(await service.get_current(session, caller.org_id, call_id, policy_id))


@router.post("/calls/{call_id}/evaluation/evaluate", status_code=202)
async def evaluate_again(
    call_id: CallPath, caller: Manager, session: Session, body: EvaluateAgain | None = None
) -> EvaluationRead:
    """Evaluate a call, or do so once more; until it is made, the revision before stays current.

    A person's verdicts stay as they are, unless they are to be replaced.
    """
    wanted = body or EvaluateAgain()
    evaluation = await service.request_evaluation(
        session,
        caller.org_id,
        call_id,
        wanted.policy_id,
        replace_review=wanted.replace_review,
    )
    (whole,) = await service.with_verdicts(session, [evaluation])
    return EvaluationRead.of(whole)


@router.get("/calls/{call_id}/evaluation/revisions")
async def list_revisions(
    call_id: CallPath, caller: AnyCaller, session: Session, policy_id: PolicyMeant = None
) -> list[EvaluationRead]:
    """List all revisions of a call's evaluation, oldest first."""
    found = await service.list_revisions(session, caller.org_id, call_id, policy_id)
    return [EvaluationRead.of(whole) for whole in found]


@router.get("/calls/{call_id}/evaluation/revisions/{revision}")
async def get_revision(
    call_id: CallPath,
    revision: RevisionMeant,
    caller: AnyCaller,
    session: Session,
    policy_id: PolicyMeant = None,
) -> EvaluationRead:
    """Show one revision of a call's evaluation."""
    return EvaluationRead.of(
        await service.get_revision(session, caller.org_id, call_id, policy_id, revision)
    )
