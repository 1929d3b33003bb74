"""Applying what is in the inbox, showing it, and applying it again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import intake, masking
from backend.calls.errors import CallErased, CallUnknownHere
from backend.platform import clock, events
from backend.platform.settings import Settings
from backend.providers.retell_call import CallUnreadable
from backend.providers.retell_json import JsonUnreadable
from backend.webhooks import queries, retell_wire
from backend.webhooks.errors import WebhookBodyPruned, WebhookNotFound
from backend.webhooks.events import WebhookStored
from backend.webhooks.models import Webhook, WebhookState


async def apply_webhook(
    session: AsyncSession, org_id: UUID, webhook_id: UUID, settings: Settings
) -> Webhook:
    """Apply a stored webhook to its call. One that has been applied is left alone."""
    retell_call_id = await queries.find_retell_call_id(session, org_id, webhook_id)
    if retell_call_id is not None:
        await intake.lock_updates(session, retell_call_id)
    webhook = await queries.lock_webhook(session, org_id, webhook_id)
    if webhook is None:
        raise WebhookNotFound(f"There is no webhook {webhook_id}.")
    if webhook.state is not WebhookState.RECEIVED or webhook.body is None:
        return webhook
    webhook.attempts += 1
    try:
        update = retell_wire.read(webhook.body)
        if update is None:
            _settle(webhook, WebhookState.IGNORED, "This event says nothing about a call.")
        else:
            call, _ = await intake.apply_update(session, org_id, *update, settings)
            webhook.call_id = call.id
            if await masking.find_lasting_mask(session, call) is not None:
                webhook.body = None
            _settle(webhook, WebhookState.APPLIED, None)
    except CallErased as erased:
        # It came too late, and must not bring anybody back.
        webhook.body, webhook.headers, webhook.retell_call_id = None, {}, None
        _settle(webhook, WebhookState.IGNORED, erased.detail)
    except CallUnknownHere as unknown:
        _settle(webhook, WebhookState.IGNORED, unknown.detail)
    except (JsonUnreadable, CallUnreadable) as unreadable:
        _settle(webhook, WebhookState.FAILED, unreadable.detail)
    await session.flush()
    return webhook


def _settle(webhook: Webhook, state: WebhookState, error: str | None) -> None:
    webhook.state, webhook.error, webhook.applied_at = state, error, clock.now()
    logger.debug("webhook.settled", webhook_id=str(webhook.id), state=state.value)


async def count_failed_attempt(
    session: AsyncSession, org_id: UUID, webhook_id: UUID, reason: str
) -> None:
    """Note an attempt that came to nothing; the webhook goes on waiting for the next."""
    webhook = await queries.lock_webhook(session, org_id, webhook_id)
    if webhook is not None and webhook.state is WebhookState.RECEIVED:
        webhook.attempts += 1
        webhook.error = reason


async def fail_webhook(session: AsyncSession, org_id: UUID, webhook_id: UUID, reason: str) -> None:
    """Give up on a webhook; it stays in the inbox and can be replayed."""
    webhook = await queries.lock_webhook(session, org_id, webhook_id)
    if webhook is not None and webhook.state is WebhookState.RECEIVED:
        _settle(webhook, WebhookState.FAILED, reason)


async def get_webhook(session: AsyncSession, org_id: UUID, webhook_id: UUID) -> Webhook:
    webhook = await queries.find_webhook(session, org_id, webhook_id)
    if webhook is None:
        raise WebhookNotFound(f"There is no webhook {webhook_id} in the inbox.")
    return webhook


async def list_webhooks(
    session: AsyncSession,
    org_id: UUID,
    *,
    state: WebhookState | None,
    cursor: UUID | None,
    limit: int,
) -> Sequence[Webhook]:
    return await queries.list_webhooks(session, org_id, state=state, cursor=cursor, limit=limit)


async def list_to_replay(
    session: AsyncSession,
    org_id: UUID,
    *,
    state: WebhookState,
    event: str | None,
    since: datetime | None,
    limit: int,
) -> Sequence[UUID]:
    return await queries.list_to_replay(
        session, org_id, state=state, event=event, since=since, limit=limit
    )


async def replay_webhook(session: AsyncSession, org_id: UUID, webhook_id: UUID) -> Webhook:
    """Apply a webhook once more, from the bytes that came. Applying twice changes nothing."""
    webhook = await queries.lock_webhook(session, org_id, webhook_id)
    if webhook is None:
        raise WebhookNotFound(f"There is no webhook {webhook_id} in the inbox.")
    if webhook.body is None:
        raise WebhookBodyPruned("The body of this webhook has been pruned; it cannot be replayed.")
    webhook.state, webhook.error, webhook.applied_at = WebhookState.RECEIVED, None, None
    await session.flush()
    await events.publish(session, WebhookStored(org_id=org_id, webhook_id=webhook.id))
    return webhook
