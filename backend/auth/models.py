"""Organisations, their users, and the sessions these have open."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.tables import Table, enum_column, instant_column


class Role(StrEnum):
    ADMIN = "admin"
    MANAGER = "manager"
    REVIEWER = "reviewer"


class Organisation(Table, table=True):
    __tablename__ = "organisations"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    slug: str = Field(unique=True)
    name: str
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class User(Table, table=True):
    __tablename__ = "users"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id", index=True)
    # Stored in lower case; unique over all organisations, since it is what people log in with.
    email: str = Field(unique=True)
    name: str
    password_hash: str
    role: Role = Field(sa_column=enum_column(Role, "role"))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class UserSession(Table, table=True):
    """One login. Its id is in the token; revoking the row ends the token."""

    __tablename__ = "user_sessions"

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    user_id: UUID = Field(foreign_key="users.id", index=True)
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    expires_at: datetime = Field(sa_column=instant_column("expires_at", nullable=False))
    revoked_at: datetime | None = Field(default=None, sa_column=instant_column("revoked_at"))
