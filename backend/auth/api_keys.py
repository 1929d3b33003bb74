"""API keys: what programs identify themselves with."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import queries, tokens
from backend.auth.errors import ApiKeyNotFound
from backend.auth.models import ApiKey, Role
from backend.auth.service import Caller
from backend.platform import clock


async def create_api_key(
    session: AsyncSession, caller: Caller, *, name: str, role: Role, expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """Make a key. The second value is the key itself, which nobody can see again."""
    secret = tokens.new_secret(tokens.API_KEY_PREFIX)
    key = ApiKey(
        org_id=caller.org_id,
        name=name,
        prefix=secret[: tokens.PREFIX_LENGTH],
        key_sha256=tokens.sha256(secret),
        role=role,
        created_by=caller.user_id,
        expires_at=expires_at,
    )
    session.add(key)
    await session.flush()
    return key, secret


async def list_api_keys(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[ApiKey]:
    return await queries.list_api_keys(session, org_id, cursor=cursor, limit=limit)


async def revoke_api_key(session: AsyncSession, org_id: UUID, key_id: UUID) -> None:
    """End a key; it is refused from now on. Ending it twice changes nothing."""
    key = await queries.lock_api_key(session, org_id, key_id)
    if key is None:
        raise ApiKeyNotFound(f"There is no API key {key_id}.")
    if key.revoked_at is None:
        key.revoked_at = clock.now()
