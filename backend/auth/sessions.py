"""Logging in and out, and what keeps a login: short access tokens and a cookie that rotates."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from loguru import logger
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import audit, passwords, queries, tokens
from backend.auth.errors import CredentialsRefused
from backend.auth.models import ApiKey, Organisation, User, UserSession
from backend.auth.service import Caller, key_caller, user_caller
from backend.platform import clock, db
from backend.platform.db import Sessions

ACCESS_LENGTH = timedelta(minutes=15)
# A login ends when it was not used for this long, and in any case after the longer time.
IDLE_LENGTH = timedelta(hours=12)
LONGEST = timedelta(days=7)
ROTATE_AFTER = timedelta(minutes=15)
# Requests under way with the cookie that was replaced are still served once the new one was seen.
_GRACE = timedelta(seconds=60)
_TOUCH_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Login:
    token: str
    expires_in: int
    caller: Caller
    # None when the session goes on and keeps its own.
    cookie: str | None


async def log_in(
    sessions: Sessions,
    email: str,
    password: str,
    *,
    secret_keys: tuple[str, ...],
    address: str | None = None,
) -> Login:
    """Open a session. Unknown, deactivated, invited and mistyped look the same from outside.

    The password is checked between two transactions: hashing takes long, and holds no connection.
    """
    async with db.transaction(sessions) as session:
        found = await queries.find_user_by_email(session, email)
    user = found[0] if found and found[0].deactivated_at is None else None
    if not await passwords.is_right(password, user.password_hash if user else None):
        # Not in the audit log: a row for known accounts only would take time that tells them.
        logger.warning("login.refused", user_id=str(user.id) if user else None, address=address)
        raise _refused()
    async with db.transaction(sessions) as session:
        login = await _open(session, email, user, secret_keys)
        caller = replace(login.caller, address=address)
        await audit.record(session, caller, "log_in", str(caller.credential_id))
        return login


async def _open(
    session: AsyncSession, email: str, checked: User | None, secret_keys: tuple[str, ...]
) -> Login:
    found = await queries.find_user_by_email(session, email)
    # What was checked may have changed meanwhile: the password, or that the user is active.
    if found is None or checked is None or found[0].password_hash != checked.password_hash:
        raise _refused()
    user, org = found
    if user.deactivated_at is not None:
        raise _refused()
    now = clock.now()
    user.last_login_at = now
    opened = UserSession(
        user_id=user.id, created_at=now, rotated_at=now, expires_at=now + IDLE_LENGTH
    )
    session.add(opened)
    cookie = tokens.session_cookie(opened.id, opened.rotation, secret_keys)
    return _login(opened, user, org, secret_keys, cookie)


def _refused() -> CredentialsRefused:
    return CredentialsRefused("The e-mail address or the password is wrong.")


def _login(
    opened: UserSession,
    user: User,
    org: Organisation,
    secret_keys: tuple[str, ...],
    cookie: str | None,
) -> Login:
    now = clock.now()
    until = min(now + ACCESS_LENGTH, opened.expires_at)
    token = tokens.access_token(opened.id, secret_keys, now=now, until=until)
    return Login(
        token, int((until - now).total_seconds()), user_caller(user, org, opened.id), cookie
    )


async def refresh(session: AsyncSession, caller: Caller, *, secret_keys: tuple[str, ...]) -> Login:
    """Give another access token for a session that is still open, and let it go on for longer."""
    found = await queries.find_open_session(session, caller.credential_id, clock.now())
    if found is None:
        raise CredentialsRefused("This session has ended. Log in again.")
    opened, user, org = found
    opened.expires_at = _later_end(opened)
    return _login(opened, user, org, secret_keys, None)


def _later_end(opened: UserSession) -> datetime:
    return min(clock.now() + IDLE_LENGTH, opened.created_at + LONGEST)


async def identify_bearer(
    session: AsyncSession, token: str, *, secret_keys: tuple[str, ...]
) -> Caller:
    """Find out whose access token or API key this is. Raises CredentialsRefused."""
    if token.startswith(tokens.API_KEY_PREFIX):
        return await _identify_key(session, token)
    session_id = tokens.session_in(token, secret_keys)
    found = await queries.find_open_session(session, session_id, clock.now())
    if found is None:
        raise CredentialsRefused("This session has ended. Log in again.")
    return user_caller(*found[1:], session_id)


async def _identify_key(session: AsyncSession, token: str) -> Caller:
    now = clock.now()
    found = await queries.find_live_api_key(session, tokens.sha256(token), now)
    if found is None:
        raise CredentialsRefused("The API key is unknown, has expired or was revoked.")
    key, org = found
    if key.last_used_at is None or key.last_used_at < now - _TOUCH_AFTER:
        # Of requests at once one writes; a busy key is noted once a minute.
        await session.exec(
            update(ApiKey)
            .where(
                col(ApiKey.id) == key.id,
                col(ApiKey.last_used_at).is_not_distinct_from(key.last_used_at),
            )
            .values(last_used_at=now)
        )
    return key_caller(key, org)


async def identify_cookie(
    session: AsyncSession, cookie: str, *, secret_keys: tuple[str, ...]
) -> tuple[Caller, str | None] | None:
    """Find out whose cookie this is, with the one that is to replace it when it is time.

    None when it is not good. Until the replacement is seen, the one before goes on counting and is
    given the replacement again: the answer that brought it may have been lost. Any other that was
    replaced is in two hands: the session ends, for both. Raises CredentialsRefused for what never
    was a cookie.
    """
    session_id, rotation = tokens.rotation_in(cookie, secret_keys)
    now = clock.now()
    found = await queries.find_open_session(session, session_id, now)
    if found is None:
        return None
    opened, user, org = found
    caller = user_caller(user, org, opened.id)
    if rotation == opened.rotation:
        if (opened.rotated_at or opened.created_at) < now - ROTATE_AFTER:
            return caller, await _rotate(session, opened, secret_keys)
        if opened.seen_at is None:
            await _note_as_seen(session, opened)
        return caller, None
    if rotation == opened.rotation - 1:
        if opened.seen_at is None:
            return caller, tokens.session_cookie(opened.id, opened.rotation, secret_keys)
        if opened.seen_at >= now - _GRACE:
            return caller, None
    opened.revoked_at = now
    logger.warning("session.replaced_cookie_came_back", user_id=str(user.id))
    return None


async def _rotate(
    session: AsyncSession, opened: UserSession, secret_keys: tuple[str, ...]
) -> str | None:
    """Replace the cookie, unless another request has just done so."""
    following = opened.rotation + 1
    rotated = await session.exec(
        update(UserSession)
        .where(col(UserSession.id) == opened.id, col(UserSession.rotation) == opened.rotation)
        .values(
            rotation=following,
            rotated_at=clock.now(),
            seen_at=None,
            expires_at=_later_end(opened),
        )
        .execution_options(synchronize_session=False)
    )
    if not rotated.rowcount:
        return None
    return tokens.session_cookie(opened.id, following, secret_keys)


async def _note_as_seen(session: AsyncSession, opened: UserSession) -> None:
    """Note that the browser has the current cookie, unless another request has just done so."""
    await session.exec(
        update(UserSession)
        .where(
            col(UserSession.id) == opened.id,
            col(UserSession.rotation) == opened.rotation,
            col(UserSession.seen_at).is_(None),
        )
        .values(seen_at=clock.now())
        .execution_options(synchronize_session=False)
    )


async def log_out(session: AsyncSession, session_id: UUID) -> None:
    """End the session; its tokens are refused from now on. Ending it twice changes nothing."""
    await session.exec(
        update(UserSession)
        .where(col(UserSession.id) == session_id, col(UserSession.revoked_at).is_(None))
        .values(revoked_at=clock.now())
    )


async def log_out_everywhere(
    session: AsyncSession, user_id: UUID, *, but: UUID | None = None
) -> int:
    """End all sessions of a user, but one if told so. Return how many were open."""
    ended = await session.exec(
        update(UserSession)
        .where(
            col(UserSession.user_id) == user_id,
            col(UserSession.revoked_at).is_(None),
            col(UserSession.expires_at) > clock.now(),
            col(UserSession.id).is_distinct_from(but),
        )
        .values(revoked_at=clock.now())
    )
    return ended.rowcount
