"""Where Retell reaches this service."""

from backend.agents.errors import PublicUrlMissing
from backend.platform.settings import Settings


def webhook_url(settings: Settings, org_slug: str) -> str:
    """Say where Retell sends an organisation's webhooks. PublicUrlMissing when it could not."""
    if not settings.can_be_reached:
        raise PublicUrlMissing(
            "PUBLIC_URL is not set, so Retell would not know where to send what comes of calls. "
            "Set it to an address of this service that Retell reaches, and try again then."
        )
    return f"{settings.own_url}/webhook/retell/{org_slug}"
