"""API keys: what programs identify themselves with.

A key ends with the user who answers for it and with the key it was made with, and may never do
more or last longer than they.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import queries, tokens
from backend.auth.errors import ApiKeyNotFound, ApiKeyRefused, CredentialsRefused
from backend.auth.models import ApiKey, CallerKind, Role, User
from backend.auth.service import Caller
from backend.platform import clock
from backend.platform.errors import FieldError


async def create_api_key(
    session: AsyncSession, caller: Caller, *, name: str, role: Role, expires_at: datetime | None
) -> tuple[ApiKey, str]:
    """Make a key. The second value is the key itself, which nobody can see again."""
    made_by, made_with = await _maker(session, caller)
    ends = made_with.expires_at if made_with else None
    if ends is not None and (expires_at is None or expires_at > ends):
        wrong = FieldError("/expires_at", f"No later than {ends.isoformat()}.")
        raise ApiKeyRefused(
            "A key cannot be made with one that ends before it does.", errors=[wrong]
        )
    secret = tokens.new_secret(tokens.API_KEY_PREFIX)
    key = ApiKey(
        org_id=caller.org_id,
        name=name,
        prefix=secret[: tokens.PREFIX_LENGTH],
        key_sha256=tokens.sha256(secret),
        role=role,
        created_by=made_by,
        made_with=made_with.id if made_with else None,
        expires_at=expires_at,
    )
    session.add(key)
    await session.flush()
    return key, secret


async def _maker(session: AsyncSession, caller: Caller) -> tuple[UUID | None, ApiKey | None]:
    """Hold on to who makes a key, so that it ends with them also when that is now."""
    if caller.kind is CallerKind.USER:
        user = await queries.lock_user(session, caller.id)
        if user is None or user.deactivated_at is not None or user.role is not Role.ADMIN:
            raise CredentialsRefused("This account has lost the right to make keys.")
        return user.id, None
    key = await queries.lock_api_key(session, caller.org_id, caller.id)
    if key is None or key.revoked_at is not None:
        raise CredentialsRefused("The API key was revoked.")
    return key.created_by, key


async def list_api_keys(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[ApiKey]:
    return await queries.list_api_keys(session, org_id, cursor=cursor, limit=limit)


async def revoke_api_key(session: AsyncSession, org_id: UUID, key_id: UUID) -> None:
    """End a key and those made with it; they are refused from now on. Twice changes nothing."""
    if await queries.lock_api_key(session, org_id, key_id) is None:
        raise ApiKeyNotFound(f"There is no API key {key_id}.")
    await queries.revoke_api_keys(session, [key_id], clock.now())


async def end_keys_of(
    session: AsyncSession, user: User, *, taken_over_by: UUID | None
) -> Sequence[UUID]:
    """End the keys that a user may have no longer, or hand them to somebody. Return which.

    The user's row is locked and written by now: who makes a key at this moment waits for it.
    """
    lost = [role for role in Role if user.deactivated_at is not None or role.outranks(user.role)]
    key_ids = await queries.list_live_keys_of(session, user.id, lost, clock.now())
    if taken_over_by is None:
        await queries.revoke_api_keys(session, key_ids, clock.now())
    else:
        await queries.hand_over_api_keys(session, key_ids, taken_over_by)
    return key_ids
