"""Reading disputes and comments."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.quality.models import CallComment, Dispute


async def lock_open_dispute(
    session: AsyncSession, call_id: UUID, policy_id: UUID
) -> Dispute | None:
    """Lock what is disputed about a call and not decided. Lock the call first."""
    statement = (
        select(Dispute)
        .where(
            Dispute.call_id == call_id,
            Dispute.policy_id == policy_id,
            col(Dispute.decided_at).is_(None),
        )
        .with_for_update()
    )
    return (await session.exec(statement)).one_or_none()


async def list_disputes(session: AsyncSession, org_id: UUID, call_id: UUID) -> Sequence[Dispute]:
    statement = (
        select(Dispute)
        .where(Dispute.org_id == org_id, Dispute.call_id == call_id)
        .order_by(col(Dispute.id))
    )
    return (await session.exec(statement)).all()


async def list_comments(
    session: AsyncSession, org_id: UUID, call_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[CallComment]:
    statement = select(CallComment).where(
        CallComment.org_id == org_id, CallComment.call_id == call_id
    )
    if cursor is not None:
        statement = statement.where(col(CallComment.id) > cursor)
    return (await session.exec(statement.order_by(col(CallComment.id)).limit(limit))).all()


async def find_comment(
    session: AsyncSession, org_id: UUID, call_id: UUID, comment_id: UUID
) -> CallComment | None:
    statement = select(CallComment).where(
        CallComment.org_id == org_id,
        CallComment.call_id == call_id,
        CallComment.id == comment_id,
    )
    return (await session.exec(statement)).one_or_none()
