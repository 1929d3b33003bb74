"""Erasures: what was asked for, how far it is, and the receipt."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, text
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, document_column, enum_column, instant_column, json_column


class ErasureKind(StrEnum):
    PHONE_NUMBER = "phone_number"
    CALL = "call"


class ErasureStatus(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


# The audit log has to outlast what somebody may want to hide.
SHORTEST_AUDIT_DAYS = 30


class RetentionPolicy(Table, table=True):
    """How long an organisation keeps what, in days. Without a row: as long as the settings say.

    `agents` has the periods of agents that have their own, by their ids. `marks` says up to which
    calls the clean-up has been, by kind and agent.
    """

    __tablename__ = "retention_policies"

    org_id: UUID = Field(foreign_key="organisations.id", primary_key=True)
    periods: JsonObject = Field(default_factory=dict, sa_column=json_column("periods"))
    agents: JsonObject = Field(default_factory=dict, sa_column=json_column("agents"))
    marks: JsonObject = Field(default_factory=dict, sa_column=json_column("marks"))
    updated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("updated_at", nullable=False)
    )


class Cleanup(Table, table=True):
    """One clean-up of an organisation; the last one goes on until it is through."""

    __tablename__ = "cleanups"
    __table_args__ = (Index("ix_cleanups_org_id_id", "org_id", text("id desc")),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    # How many went, by kind.
    removed: JsonObject = Field(default_factory=dict, sa_column=json_column("removed"))
    # Why it waits.
    error: str | None = None
    # Until when whoever works on it has it alone.
    lease_until: datetime | None = Field(default=None, sa_column=instant_column("lease_until"))
    began_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("began_at", nullable=False)
    )
    ended_at: datetime | None = Field(default=None, sa_column=instant_column("ended_at"))


class Disclosure(Table, table=True):
    """That somebody is to be shown what is kept about them: a number or a call.

    Nothing is copied: the file is made as it is downloaded, of what there is then.
    """

    __tablename__ = "disclosures"
    __table_args__ = (Index("ix_disclosures_org_id_id", "org_id", text("id desc")),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    phone_number: str | None = None
    # No foreign key: it goes with the call's erasure.
    call_id: UUID | None = None
    created_by: str
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    expires_at: datetime = Field(sa_column=instant_column("expires_at", nullable=False))


class Erasure(Table, table=True):
    """One person or call to be erased. Whom it was about is kept as a keyed hash alone."""

    __tablename__ = "erasures"
    __table_args__ = (
        Index("ix_erasures_org_id_id", "org_id", text("id desc")),
        Index("ix_erasures_org_id_subject_digest", "org_id", "subject_digest"),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    kind: ErasureKind = Field(sa_column=enum_column(ErasureKind, "kind"))
    subject_digest: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    status: ErasureStatus = Field(
        default=ErasureStatus.RUNNING, sa_column=enum_column(ErasureStatus, "status")
    )
    # The subject by all its names, encrypted with SECRET_KEY, for as long as it is being erased.
    sealed: bytes | None = None
    # `{tables, places, passed_on}`: how many there were, before anything was erased.
    found: JsonObject = Field(default_factory=dict, sa_column=json_column("found"))
    # Why it waits or has failed.
    error: str | None = None
    attempts: int = 0
    receipt: JsonObject | None = Field(
        default=None, sa_column=document_column("receipt", nullable=True)
    )
    # Of the key that signed the receipt.
    public_key: bytes | None = None
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    completed_at: datetime | None = Field(default=None, sa_column=instant_column("completed_at"))
