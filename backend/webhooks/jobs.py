"""The inbox's jobs."""

from backend.platform import db
from backend.providers.tools import Tools
from backend.webhooks import service
from backend.webhooks.events import WebhookStored


async def apply_webhook(tools: Tools, event: WebhookStored) -> None:
    async with db.transaction(tools.sessions) as session:
        await service.apply_webhook(
            session, event.org_id, event.webhook_id, tools.settings.deadline
        )


async def fail_webhook(tools: Tools, event: WebhookStored, reason: str) -> None:
    async with db.transaction(tools.sessions) as session:
        await service.fail_webhook(session, event.org_id, event.webhook_id, reason)
