"""What the webhooks room announces."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import Event


class WebhookStored(Event):
    """A webhook is in the inbox and is to be applied. Nobody outside sees this."""

    name: ClassVar[str] = "webhook.stored"
    is_logged: ClassVar[bool] = False

    webhook_id: UUID
