"""Where Retell reaches this service."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents.errors import PublicUrlMissing
from backend.auth.models import Organisation
from backend.platform.settings import Settings


def webhook_url(settings: Settings, org_slug: str) -> str:
    """Say where Retell sends an organisation's webhooks. PublicUrlMissing when it could not."""
    if not settings.can_be_reached:
        raise PublicUrlMissing(
            "PUBLIC_URL is not set, so Retell would not know where to send what comes of calls. "
            "Set it to an address of this service that Retell reaches, and try again then."
        )
    return _address(settings, org_slug)


async def own_webhook_url(session: AsyncSession, settings: Settings, org_id: UUID) -> str | None:
    """Say the same of an organisation by its id; None when Retell could not reach it."""
    org = await session.get_one(Organisation, org_id)
    return _address(settings, org.slug) if settings.can_be_reached else None


def _address(settings: Settings, org_slug: str) -> str:
    return f"{settings.own_url}/webhook/retell/{org_slug}"
