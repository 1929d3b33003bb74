"""Reviewing evaluations: overrides, approvals, disputes, comments."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from backend.auth.deps import AnyCaller
from backend.calls import service as calls
from backend.calls.deps import CallPath
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Cursor, Limit, Page
from backend.quality.evaluations.schemas import EvaluationRead, PolicyMeant
from backend.quality.review import comments, queries, service
from backend.quality.review.schemas import (
    CommentCreate,
    CommentRead,
    DisputeRead,
    EvaluationApprove,
    EvaluationDispute,
    EvaluationOverride,
)

router = APIRouter(prefix="/api/v1/calls/{call_id}", tags=["evaluations"])

CommentId = Annotated[UUID, Path(description="The comment's id.")]


@router.patch("/evaluation")
async def override_evaluation(
    call_id: CallPath,
    body: EvaluationOverride,
    caller: AnyCaller,
    session: Session,
    policy_id: PolicyMeant = None,
) -> EvaluationRead:
    """Put a person's verdicts in the place of the judge's, as a new revision.

    Of a disputed evaluation this grants the dispute, which is for a manager or an administrator
    who did not raise it.
    """
    caller.note(criteria=sorted(body.results))
    whole = await service.review(session, caller, call_id, policy_id, body.review())
    return EvaluationRead.of(whole)


@router.post("/evaluation/approve")
async def approve_evaluation(
    call_id: CallPath,
    caller: AnyCaller,
    session: Session,
    policy_id: PolicyMeant = None,
    body: EvaluationApprove | None = None,
) -> EvaluationRead:
    """Vouch for the evaluation as it is, as a new revision. A dispute is turned down by it."""
    said = (body or EvaluationApprove()).review()
    return EvaluationRead.of(await service.review(session, caller, call_id, policy_id, said))


@router.post("/evaluation/dispute")
async def dispute_evaluation(
    call_id: CallPath,
    body: EvaluationDispute,
    caller: AnyCaller,
    session: Session,
    policy_id: PolicyMeant = None,
) -> EvaluationRead:
    """Say that the evaluation is wrong. Somebody else decides: by `PATCH`, or by approving it."""
    whole = await service.dispute(
        session, caller, call_id, policy_id, reason=body.reason, revision=body.revision
    )
    return EvaluationRead.of(whole)


@router.get("/evaluation/disputes")
async def list_disputes(
    call_id: CallPath, caller: AnyCaller, session: Session
) -> list[DisputeRead]:
    """List what was disputed about a call's evaluations, oldest first."""
    await calls.get_call(session, caller.org_id, call_id)
    found = await queries.list_disputes(session, caller.org_id, call_id)
    return [DisputeRead.model_validate(dispute) for dispute in found]


@router.get("/comments")
async def list_comments(
    call_id: CallPath,
    caller: AnyCaller,
    session: Session,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CommentRead]:
    """List what people say of a call, oldest first."""
    rows = await comments.list_comments(
        session, caller.org_id, call_id, cursor=cursor, limit=limit + 1
    )
    rows, next_cursor = pages.cut(rows, limit)
    items = [CommentRead.model_validate(comment) for comment in rows]
    return Page(items=items, next_cursor=next_cursor)


@router.post("/comments", status_code=201)
async def add_comment(
    call_id: CallPath, body: CommentCreate, caller: AnyCaller, session: Session
) -> CommentRead:
    """Comment on a call, or on a turn of it."""
    comment = await comments.add_comment(session, caller, call_id, text=body.text, turn=body.turn)
    caller.note(comment_id=str(comment.id))
    return CommentRead.model_validate(comment)


@router.delete("/comments/{comment_id}", status_code=204)
async def delete_comment(
    call_id: CallPath, comment_id: CommentId, caller: AnyCaller, session: Session
) -> None:
    """Delete a comment: one's own, or, as an administrator, anybody's."""
    await comments.delete_comment(session, caller, call_id, comment_id)
