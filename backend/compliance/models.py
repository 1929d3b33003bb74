"""Numbers that are not to be called, and what people have agreed to. Both only ever grow."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, text
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, enum_column, instant_column, json_column


class Scope(StrEnum):
    """Which calls are meant: of agents of every purpose, or of one."""

    ALL = "all"
    SERVICE = "service"
    MARKETING = "marketing"
    EMERGENCY = "emergency"


class ConsentKind(StrEnum):
    """How it was given: in whatever way, or in writing with a signature, as marketing needs it."""

    EXPRESS = "express"
    WRITTEN = "written"


# A call suppresses once by Retell's word and once by its record's; people say what they like of it.
ONCE_A_CALL = text("source in ('retell', 'record')")


class Suppression(Table, table=True):
    """Somebody is not to be called. Never changed and never deleted; a newer consent ends it.

    `call_id` has no foreign key: the fact outlives the call it is from.
    """

    __tablename__ = "suppressions"
    __table_args__ = (
        Index(
            "uq_suppressions_org_id_call_id_source",
            "org_id",
            "call_id",
            "source",
            unique=True,
            postgresql_where=ONCE_A_CALL,
        ),
        Index("ix_suppressions_org_id_to_number", "org_id", "to_number"),
        Index("ix_suppressions_org_id_id", "org_id", "id"),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    to_number: str
    scope: Scope = Field(sa_column=enum_column(Scope, "scope"))
    source: str
    reason: str | None = None
    call_id: UUID | None = None
    # A user's id, or an API key's; null: nobody in person.
    created_by: UUID | None = None
    # When they asked, which a consent has to be newer than.
    asked_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("asked_at", nullable=False)
    )
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class SuppressionQuote(Table, table=True):
    """The words in a call by which somebody was suppressed. Erased with the call, as they are."""

    __tablename__ = "suppression_quotes"

    suppression_id: UUID = Field(
        sa_column=Column(
            "suppression_id",
            ForeignKey("suppressions.id", ondelete="CASCADE"),
            primary_key=True,
        )
    )
    org_id: UUID = Field(foreign_key="organisations.id")
    call_id: UUID = Field(index=True)
    # The record's field that says so, or `transcript`.
    field: str
    quote: str


class Consent(Table, table=True):
    """Somebody agreed to be called. It may be revoked, once."""

    __tablename__ = "consents"
    __table_args__ = (
        Index("ix_consents_org_id_to_number", "org_id", "to_number"),
        Index("ix_consents_org_id_id", "org_id", "id"),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    to_number: str
    kind: ConsentKind = Field(sa_column=enum_column(ConsentKind, "kind"))
    purpose: Scope = Field(sa_column=enum_column(Scope, "purpose"))
    # How and where: a form's address, a letter, a recording.
    source: str
    given_at: datetime = Field(sa_column=instant_column("given_at", nullable=False))
    created_by: UUID | None = None
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    revoked_at: datetime | None = Field(default=None, sa_column=instant_column("revoked_at"))
    revoked_by: UUID | None = None


class RuleChange(Table, table=True):
    """What an organisation made of a rule; null: what was shipped again. The latest is in force."""

    __tablename__ = "rule_changes"
    __table_args__ = (Index("ix_rule_changes_org_id_name_id", "org_id", "name", "id"),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    name: str
    rule: JsonObject | None = Field(sa_column=json_column("rule", nullable=True))
    # Why it is looser than what was shipped, where it is.
    reason: str | None = None
    created_by: UUID
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
