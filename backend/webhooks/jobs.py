"""The inbox's jobs."""

from datetime import datetime, timedelta

from backend.platform import clock, db
from backend.providers.runtime import Runtime
from backend.webhooks import queries, service
from backend.webhooks.events import WebhookStored

_BATCH = 1000
_TRANSCRIPTS_KEPT = timedelta(hours=1)


async def apply_webhook(runtime: Runtime, event: WebhookStored) -> None:
    try:
        async with db.transaction(runtime.sessions) as session:
            await service.apply_webhook(session, event.org_id, event.webhook_id, runtime.settings)
    except Exception as error:
        # The attempt was rolled back with everything else; the inbox shows it all the same.
        async with db.transaction(runtime.sessions) as session:
            reason = type(error).__name__
            await service.count_failed_attempt(session, event.org_id, event.webhook_id, reason)
        raise


async def prune(runtime: Runtime) -> None:
    """Drop what is older than the settings say, in batches that lock little."""
    now = clock.now()
    before = now - timedelta(days=runtime.settings.inbox.retention_days)
    await _prune_bodies(runtime, before)
    # Each holds the whole transcript so far: together they grow with the square of the call.
    await _prune_bodies(runtime, now - _TRANSCRIPTS_KEPT, event="transcript_updated")
    async with db.transaction(runtime.sessions) as session:
        await queries.prune_rejections(session, before)


async def _prune_bodies(runtime: Runtime, before: datetime, *, event: str | None = None) -> None:
    pruned = _BATCH
    while pruned == _BATCH:
        async with db.transaction(runtime.sessions) as session:
            pruned = await queries.prune_bodies(session, before, _BATCH, event=event)


async def fail_webhook(runtime: Runtime, event: WebhookStored, reason: str) -> None:
    async with db.transaction(runtime.sessions) as session:
        await service.fail_webhook(session, event.org_id, event.webhook_id, reason)
