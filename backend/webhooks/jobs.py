"""The inbox's jobs."""

from datetime import timedelta

from backend.platform import clock, db
from backend.providers.tools import Tools
from backend.webhooks import queries, service
from backend.webhooks.events import WebhookStored

_BATCH = 1000


async def apply_webhook(tools: Tools, event: WebhookStored) -> None:
    try:
        async with db.transaction(tools.sessions) as session:
            await service.apply_webhook(
                session, event.org_id, event.webhook_id, tools.settings.deadline
            )
    except Exception as error:
        # The attempt was rolled back with everything else; the inbox shows it all the same.
        async with db.transaction(tools.sessions) as session:
            reason = type(error).__name__
            await service.count_failed_attempt(session, event.org_id, event.webhook_id, reason)
        raise


async def prune(tools: Tools) -> None:
    """Drop what is older than the settings say, in batches that lock little."""
    before = clock.now() - timedelta(days=tools.settings.inbox.retention_days)
    pruned = _BATCH
    while pruned == _BATCH:
        async with db.transaction(tools.sessions) as session:
            pruned = await queries.prune_bodies(session, before, _BATCH)
    async with db.transaction(tools.sessions) as session:
        await queries.prune_rejections(session, before)


async def fail_webhook(tools: Tools, event: WebhookStored, reason: str) -> None:
    async with db.transaction(tools.sessions) as session:
        await service.fail_webhook(session, event.org_id, event.webhook_id, reason)
