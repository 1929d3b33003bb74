"""Logging in and out, and finding out who is asking."""

import asyncio
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import jwt
from pwdlib import PasswordHash
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import queries
from backend.auth.errors import CredentialsRefused, EmailTaken, OrganisationNotFound
from backend.auth.models import Organisation, Role, User, UserSession
from backend.platform import clock, ids

SESSION_LENGTH = timedelta(hours=12)
DEFAULT_ORG = "default"
_ALGORITHM = "HS256"

_hasher = PasswordHash.recommended()
# Verified against when the account is unknown, so that both answers take the same time. Written
# out, because making one costs every start of every process as much as a login.
_DUMMY_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$ND7pxces9r8pMVEBQL9SXA"
    "$25OXxwLuafLFgzpwA70+3r4Tyfr/eFnh6zGdbY4ucPo"
)


@dataclass(frozen=True)
class Caller:
    """Who is asking, and for which organisation."""

    org_id: UUID
    org_slug: str
    org_name: str
    user_id: UUID
    email: str
    name: str
    role: Role
    user_created_at: datetime
    session_id: UUID


@dataclass(frozen=True)
class Login:
    token: str
    expires_in: int
    caller: Caller


async def log_in(session: AsyncSession, email: str, password: str, *, secret: str) -> Login:
    """Open a session. An unknown address and a wrong password look the same from outside."""
    found = await queries.find_user_by_email(session, email)
    stored_hash = found[0].password_hash if found else _DUMMY_HASH
    is_right = await asyncio.to_thread(_hasher.verify, password, stored_hash)
    if found is None or not is_right:
        raise CredentialsRefused("The e-mail address or the password is wrong.")
    user, org = found
    now = clock.now()
    opened = UserSession(user_id=user.id, created_at=now, expires_at=now + SESSION_LENGTH)
    session.add(opened)
    claims = {"sid": str(opened.id), "iat": now, "exp": opened.expires_at}
    token = jwt.encode(claims, secret, algorithm=_ALGORITHM)
    caller = _caller(user, org, opened.id)
    return Login(token, int(SESSION_LENGTH.total_seconds()), caller)


async def log_out(session: AsyncSession, session_id: UUID) -> None:
    """End the session; its token is refused from now on. Ending it twice changes nothing."""
    await session.exec(
        update(UserSession)
        .where(col(UserSession.id) == session_id, col(UserSession.revoked_at).is_(None))
        .values(revoked_at=clock.now())
    )


async def list_open_sessions(session: AsyncSession, session_ids: Set[UUID]) -> set[UUID]:
    """Find out which of these logins have neither ended nor been revoked."""
    return await queries.list_open_sessions(session, session_ids, clock.now())


async def identify(session: AsyncSession, token: str, *, secret: str) -> Caller:
    """Find out whose token this is. Raises CredentialsRefused for any token that is not good."""
    try:
        claims = jwt.decode(
            token, secret, algorithms=[_ALGORITHM], options={"require": ["sid", "exp"]}
        )
        session_id = UUID(claims["sid"])
    except (jwt.InvalidTokenError, ValueError, TypeError, AttributeError) as error:
        raise CredentialsRefused("The token is not valid or has ended. Log in again.") from error
    found = await queries.find_open_session(session, session_id, clock.now())
    if found is None:
        raise CredentialsRefused("This session has ended. Log in again.")
    return _caller(*found, session_id)


def _caller(user: User, org: Organisation, session_id: UUID) -> Caller:
    return Caller(
        org_id=org.id,
        org_slug=org.slug,
        org_name=org.name,
        user_id=user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        user_created_at=user.created_at,
        session_id=session_id,
    )


async def get_organisation(session: AsyncSession, slug: str) -> Organisation:
    org = await queries.find_organisation(session, slug)
    if org is None:
        raise OrganisationNotFound(f"There is no organisation {slug!r}.")
    return org


async def list_organisations(session: AsyncSession) -> list[Organisation]:
    return list((await session.exec(select(Organisation).order_by(Organisation.slug))).all())


async def ensure_default_organisation(session: AsyncSession) -> Organisation:
    """Create organisation `default` unless it is there, and lock it.

    Processes that start at once pass one after the other, so that each sees what the one before
    it has made: the first administrator, for example.
    """
    await session.exec(
        insert(Organisation)
        .values(id=ids.new_id(), slug=DEFAULT_ORG, name="Default", created_at=clock.now())
        .on_conflict_do_nothing(index_elements=["slug"])
    )
    return await queries.lock_organisation(session, DEFAULT_ORG)


async def has_admin(session: AsyncSession, org_id: UUID) -> bool:
    return await queries.has_admin(session, org_id)


async def create_user(
    session: AsyncSession, org_id: UUID, *, email: str, password: str, name: str, role: Role
) -> User:
    """Add a user. Raises EmailTaken when the address is in use, in whichever organisation."""
    password_hash = await asyncio.to_thread(_hasher.hash, password)
    user = User(
        org_id=org_id, email=email.lower(), name=name, password_hash=password_hash, role=role
    )
    inserted = await session.exec(
        insert(User)
        .values(**user.model_dump())
        .on_conflict_do_nothing(index_elements=["email"])
        .returning(col(User.id))
    )
    if inserted.first() is None:
        raise EmailTaken(f"There is a user with the address {email} already.")
    return user
