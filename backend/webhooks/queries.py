"""Reading the inbox."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, delete, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.people import holds
from backend.platform.tables import unread
from backend.webhooks.models import Rejection, Webhook, WebhookState


async def lock_webhook(session: AsyncSession, org_id: UUID, webhook_id: UUID) -> Webhook | None:
    statement = select(Webhook).where(Webhook.org_id == org_id, Webhook.id == webhook_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def find_retell_call_id(session: AsyncSession, org_id: UUID, webhook_id: UUID) -> str | None:
    statement = select(Webhook.retell_call_id).where(
        Webhook.org_id == org_id, Webhook.id == webhook_id
    )
    return (await session.exec(statement)).one_or_none()


async def find_webhook(session: AsyncSession, org_id: UUID, webhook_id: UUID) -> Webhook | None:
    statement = select(Webhook).where(Webhook.org_id == org_id, Webhook.id == webhook_id)
    return (await session.exec(statement)).one_or_none()


async def list_webhooks(
    session: AsyncSession,
    org_id: UUID,
    *,
    state: WebhookState | None,
    cursor: UUID | None,
    limit: int,
) -> Sequence[Webhook]:
    statement = select(Webhook).where(Webhook.org_id == org_id)
    if state is not None:
        statement = statement.where(Webhook.state == state)
    if cursor is not None:
        statement = statement.where(col(Webhook.id) < cursor)
    statement = statement.options(unread(Webhook.body))
    return (await session.exec(statement.order_by(col(Webhook.id).desc()).limit(limit))).all()


async def list_webhooks_of_call(
    session: AsyncSession, org_id: UUID, retell_call_id: str
) -> Sequence[Webhook]:
    statement = (
        select(Webhook)
        .where(Webhook.org_id == org_id, Webhook.retell_call_id == retell_call_id)
        .options(unread(Webhook.body))
        .order_by(col(Webhook.received_at), col(Webhook.id))
    )
    return (await session.exec(statement)).all()


@dataclass(frozen=True)
class Tally:
    received: int
    duplicates: int
    by_state: dict[WebhookState, int]
    last_received_at: datetime | None
    oldest_waiting_at: datetime | None


async def count_webhooks(session: AsyncSession, org_id: UUID, since: datetime) -> Tally:
    statement = (
        select(Webhook.state, func.count(), func.sum(Webhook.repeats))
        .where(Webhook.org_id == org_id, col(Webhook.received_at) >= since)
        .group_by(Webhook.state)
    )
    rows = (await session.exec(statement)).all()
    last = select(func.max(Webhook.received_at)).where(Webhook.org_id == org_id)
    oldest = select(func.min(Webhook.received_at)).where(
        Webhook.org_id == org_id, Webhook.state == WebhookState.RECEIVED
    )
    return Tally(
        received=sum(count for _, count, _ in rows),
        duplicates=int(sum(repeats or 0 for _, _, repeats in rows)),
        by_state={WebhookState(state): count for state, count, _ in rows},
        last_received_at=(await session.exec(last)).one(),
        oldest_waiting_at=(await session.exec(oldest)).one(),
    )


async def count_rejections(session: AsyncSession, org_id: UUID, since: datetime) -> dict[str, int]:
    statement = (
        select(Rejection.reason, func.sum(Rejection.times))
        .where(Rejection.org_id == org_id, col(Rejection.at) >= since)
        .group_by(Rejection.reason)
    )
    return {str(reason): int(count) for reason, count in (await session.exec(statement)).all()}


_IS_FREE = text(
    "not exists (select from calls where calls.org_id = webhooks.org_id"
    f" and calls.retell_call_id = webhooks.retell_call_id and {holds.IS_HELD})"
)


async def prune_bodies(
    session: AsyncSession,
    before: datetime,
    limit: int,
    *,
    event: str | None = None,
    org_id: UUID | None = None,
) -> int:
    """Drop the oldest bodies of webhooks that are done with; those that failed keep theirs.

    Those of calls that are held stay.
    """
    old = (
        select(Webhook.id)
        .where(
            col(Webhook.received_at) < before,
            col(Webhook.body).is_not(None),
            col(Webhook.state).in_([WebhookState.APPLIED, WebhookState.IGNORED]),
            _IS_FREE,
        )
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    if event is not None:
        old = old.where(Webhook.event == event)
    if org_id is not None:
        old = old.where(Webhook.org_id == org_id)
    pruned = await session.exec(update(Webhook).where(col(Webhook.id).in_(old)).values(body=None))
    return pruned.rowcount


async def prune_rejections(session: AsyncSession, before: datetime) -> None:
    await session.exec(delete(Rejection).where(col(Rejection.at) < before))


async def list_to_replay(
    session: AsyncSession,
    org_id: UUID,
    *,
    state: WebhookState,
    event: str | None,
    since: datetime | None,
    limit: int,
) -> Sequence[UUID]:
    """List webhooks whose bodies are still there, oldest first."""
    statement = select(Webhook.id).where(
        Webhook.org_id == org_id, Webhook.state == state, col(Webhook.body).is_not(None)
    )
    if event is not None:
        statement = statement.where(Webhook.event == event)
    if since is not None:
        statement = statement.where(col(Webhook.received_at) >= since)
    return (await session.exec(statement.order_by(col(Webhook.id)).limit(limit))).all()
