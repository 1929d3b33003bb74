"""The accounts' upkeep."""

from datetime import timedelta

from sqlmodel import col, delete

from backend.auth.models import PasswordLink, UserSession
from backend.platform import clock, db
from backend.providers.runtime import Runtime

_KEPT = timedelta(days=30)


async def prune(runtime: Runtime) -> None:
    """Drop sessions and links that ended long ago."""
    before = clock.now() - _KEPT
    async with db.transaction(runtime.sessions) as session:
        await session.exec(delete(UserSession).where(col(UserSession.expires_at) < before))
        await session.exec(delete(PasswordLink).where(col(PasswordLink.expires_at) < before))
