"""Comments on a call, or on a turn of it."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.models import Role
from backend.auth.service import Caller
from backend.calls import service as calls
from backend.platform.errors import FieldError
from backend.quality.errors import CommentInvalid, CommentNotFound, CommentNotYours
from backend.quality.models import CallComment
from backend.quality.review import queries


async def add_comment(
    session: AsyncSession, caller: Caller, call_id: UUID, *, text: str, turn: int | None
) -> CallComment:
    call = await calls.get_call(session, caller.org_id, call_id)
    if turn is not None and turn not in {each.get("turn") for each in call.transcript}:
        message = f"The call has no turn {turn}."
        raise CommentInvalid(message, errors=[FieldError("/turn", message)])
    comment = CallComment(
        org_id=caller.org_id,
        call_id=call_id,
        turn=turn,
        text=text,
        by=caller.id,
        by_name=caller.name,
    )
    session.add(comment)
    await session.flush()
    return comment


async def list_comments(
    session: AsyncSession, org_id: UUID, call_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[CallComment]:
    await calls.get_call(session, org_id, call_id)
    return await queries.list_comments(session, org_id, call_id, cursor=cursor, limit=limit)


async def delete_comment(
    session: AsyncSession, caller: Caller, call_id: UUID, comment_id: UUID
) -> None:
    """Take a comment back: one's own, or, as an administrator, anybody's."""
    comment = await queries.find_comment(session, caller.org_id, call_id, comment_id)
    if comment is None:
        raise CommentNotFound(f"Call {call_id} has no comment {comment_id}.")
    if comment.by != caller.id and caller.role is not Role.ADMIN:
        raise CommentNotYours("Only who wrote it, or an administrator, can delete it.")
    await session.delete(comment)
    await session.flush()
