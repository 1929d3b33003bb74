"""Organisations, and who is asking: what the rooms above need of accounts."""

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import queries
from backend.auth.errors import OrganisationNotFound, SlugTaken
from backend.auth.models import ApiKey, CallerKind, Organisation, Role, User
from backend.platform import clock, ids
from backend.platform.events import JsonObject

DEFAULT_ORG = "default"


@dataclass(frozen=True)
class Caller:
    """Who is asking, and for which organisation: a user by a session, or an API key."""

    org_id: UUID
    org_slug: str
    org_name: str
    kind: CallerKind
    # The user's id, or the key's.
    id: UUID
    name: str
    email: str | None
    role: Role
    created_at: datetime
    # The session's id, or the key's: when it ends, so does what was opened with it.
    credential_id: UUID
    requests_per_minute: int | None = None
    calls_per_minute: int | None = None
    address: str | None = None
    # What the audit log is to say about this request beside its path.
    notes: JsonObject = field(default_factory=dict, compare=False)

    @property
    def user_id(self) -> UUID | None:
        return self.id if self.kind is CallerKind.USER else None

    @property
    def sees_originals(self) -> bool:
        """Whether what agents mask is shown."""
        return self.role is not Role.REVIEWER

    def note(self, **details: object) -> None:
        """Add to what the audit log says about this request; `object_id` names what it is about."""
        self.notes.update({name: value for name, value in details.items() if value is not None})


def user_caller(user: User, org: Organisation, session_id: UUID) -> Caller:
    return Caller(
        org_id=org.id,
        org_slug=org.slug,
        org_name=org.name,
        kind=CallerKind.USER,
        id=user.id,
        name=user.name,
        email=user.email,
        role=user.role,
        created_at=user.created_at,
        credential_id=session_id,
        requests_per_minute=org.requests_per_minute,
        calls_per_minute=org.calls_per_minute,
    )


def key_caller(key: ApiKey, org: Organisation) -> Caller:
    return Caller(
        org_id=org.id,
        org_slug=org.slug,
        org_name=org.name,
        kind=CallerKind.API_KEY,
        id=key.id,
        name=key.name,
        email=None,
        role=key.role,
        created_at=key.created_at,
        credential_id=key.id,
        requests_per_minute=org.requests_per_minute,
        calls_per_minute=org.calls_per_minute,
    )


async def list_open_credentials(session: AsyncSession, credential_ids: Set[UUID]) -> set[UUID]:
    """Find out which of these sessions and API keys have neither ended nor been revoked."""
    return await queries.list_open_credentials(session, credential_ids, clock.now())


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
    await _insert_organisation(session, DEFAULT_ORG, "Default")
    return await queries.lock_organisation(session, DEFAULT_ORG)


async def create_organisation(session: AsyncSession, slug: str, name: str) -> Organisation:
    """Add an organisation. Raises SlugTaken when there is one with this slug."""
    if not await _insert_organisation(session, slug, name):
        raise SlugTaken(f"There is an organisation {slug!r} already.")
    return await get_organisation(session, slug)


async def _insert_organisation(session: AsyncSession, slug: str, name: str) -> bool:
    inserted = await session.exec(
        insert(Organisation)
        .values(id=ids.new_id(), slug=slug, name=name, created_at=clock.now())
        .on_conflict_do_nothing(index_elements=["slug"])
        .returning(Organisation.id)  # type: ignore[call-overload]  # SQLModel types the column as its value
    )
    return inserted.first() is not None


async def has_admin(session: AsyncSession, org_id: UUID) -> bool:
    return await queries.has_admin(session, org_id)
