"""Organisations, their users and API keys, what these have open, and what they did."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.tables import Table, enum_column, instant_column, json_column


class Role(StrEnum):
    ADMIN = "admin"
    MANAGER = "manager"
    REVIEWER = "reviewer"

    def outranks(self, other: "Role") -> bool:
        """Say whether this one may do more."""
        ranks = list(Role)
        return ranks.index(self) < ranks.index(other)


class CallerKind(StrEnum):
    USER = "user"
    API_KEY = "api_key"
    OPERATOR = "operator"


class KeyName(StrEnum):
    RETELL_API_KEY = "retell_api_key"
    RETELL_WEBHOOK_KEY = "retell_webhook_key"
    RETELL_WEBHOOK_KEY_PREVIOUS = "retell_webhook_key_previous"
    OPENAI_API_KEY = "openai_api_key"
    ANTHROPIC_API_KEY = "anthropic_api_key"
    GEMINI_API_KEY = "gemini_api_key"
    DEEPGRAM_API_KEY = "deepgram_api_key"
    ASSEMBLYAI_API_KEY = "assemblyai_api_key"


class Organisation(Table, table=True):
    __tablename__ = "organisations"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    # None: as the settings say.
    from_number: str | None = None
    llm_model: str | None = None
    calls_per_minute: int | None = None
    requests_per_minute: int | None = None
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class OrganisationKey(Table, table=True):
    """A key of the organisation for another service, encrypted with SECRET_KEY."""

    __tablename__ = "organisation_keys"
    __table_args__ = (UniqueConstraint("org_id", "name"),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    name: KeyName = Field(sa_column=enum_column(KeyName, "name"))
    sealed: bytes
    ends_with: str
    updated_at: datetime = Field(sa_column=instant_column("updated_at", nullable=False))


class User(Table, table=True):
    __tablename__ = "users"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id", index=True)
    # Stored in lower case; unique over all organisations, since it is what people log in with.
    email: str = Field(unique=True)
    name: str
    # None until the person has followed their invitation.
    password_hash: str | None
    role: Role = Field(sa_column=enum_column(Role, "role"))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    last_login_at: datetime | None = Field(default=None, sa_column=instant_column("last_login_at"))
    deactivated_at: datetime | None = Field(
        default=None, sa_column=instant_column("deactivated_at")
    )


class UserSession(Table, table=True):
    """One login. Its id is in the access tokens; revoking the row ends them and the cookie.

    The cookie is replaced as it is used, and says how many came before it; the last of these goes
    on working until its replacement has been seen, and moments more.
    """

    __tablename__ = "user_sessions"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    rotation: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    # Of releases before, which may still be running while this one starts. To be dropped.
    secret_sha256: bytes | None = Field(default=None, unique=True)
    previous_sha256: bytes | None = Field(default=None, unique=True)
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    rotated_at: datetime | None = Field(default=None, sa_column=instant_column("rotated_at"))
    # When the current cookie first came back: the browser has it.
    seen_at: datetime | None = Field(default=None, sa_column=instant_column("seen_at"))
    expires_at: datetime = Field(sa_column=instant_column("expires_at", nullable=False))
    revoked_at: datetime | None = Field(default=None, sa_column=instant_column("revoked_at"))


class PasswordLink(Table, table=True):
    """A link that lets its holder set a user's password, once: an invitation or a reset."""

    __tablename__ = "password_links"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    secret_sha256: bytes = Field(unique=True)
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    expires_at: datetime = Field(sa_column=instant_column("expires_at", nullable=False))


class ApiKey(Table, table=True):
    """What a program identifies itself with. The key itself is shown once and not kept."""

    __tablename__ = "api_keys"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id", index=True)
    name: str
    # The beginning of the key, for people to tell keys apart.
    prefix: str
    key_sha256: bytes = Field(unique=True)
    role: Role = Field(sa_column=enum_column(Role, "role"))
    # Who answers for it: who made it, also by another key, or has taken it over.
    created_by: UUID | None = Field(default=None, foreign_key="users.id")
    made_with: UUID | None = Field(default=None, foreign_key="api_keys.id", index=True)
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    expires_at: datetime | None = Field(default=None, sa_column=instant_column("expires_at"))
    last_used_at: datetime | None = Field(default=None, sa_column=instant_column("last_used_at"))
    revoked_at: datetime | None = Field(default=None, sa_column=instant_column("revoked_at"))


class AuditEntry(Table, table=True):
    """Who did what to which object. The database refuses to change or delete entries."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_org_id_id", "org_id", "id"),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    at: datetime = Field(default_factory=clock.now, sa_column=instant_column("at", nullable=False))
    actor_kind: CallerKind = Field(sa_column=enum_column(CallerKind, "actor_kind"))
    # No foreign keys: an entry outlives what it is about.
    actor_id: UUID | None
    actor_name: str
    action: str
    object_id: str | None
    details: dict[str, Any] = Field(sa_column=json_column("details"))
    address: str | None
    request_id: str | None
