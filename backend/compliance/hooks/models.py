"""Hooks, which are asked before a dial, and what each was asked and has answered."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from backend.compliance.models import Scope
from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, enum_column, instant_column, json_column


class OnFailure(StrEnum):
    """What a hook that gives no answer means for a dial: it is refused, or let pass."""

    CLOSED = "closed"
    OPEN = "open"


class InquiryStatus(StrEnum):
    ASKING = "asking"
    ALLOWED = "allowed"
    REFUSED = "refused"
    FAILED = "failed"


class Hook(Table, table=True):
    """An address that is asked about numbers before they are dialled, and how it has fared."""

    __tablename__ = "compliance_hooks"
    __table_args__ = (
        Index(
            "uq_compliance_hooks_org_id_name",
            "org_id",
            "name",
            unique=True,
            postgresql_where=text("removed_at is null"),
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    name: str
    url: str
    # Sealed, a JSON object of texts by name: the secret that signs, and the one before it.
    secrets: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    previous_secret_until: datetime | None = Field(
        default=None, sa_column=instant_column("previous_secret_until")
    )
    purposes: list[str] = Field(sa_column=Column("purposes", ARRAY(Text), nullable=False))
    # Null: all agents' calls.
    agent_ids: list[UUID] | None = Field(default=None, sa_column=Column("agent_ids", ARRAY(Uuid)))
    timeout_ms: int
    # For how long an answer holds.
    keep_seconds: int
    on_failure: OnFailure = Field(sa_column=enum_column(OnFailure, "on_failure"))
    # Why calls are let pass without an answer, where they are.
    open_reason: str | None = None
    enabled: bool = True
    # Answers to earlier questions do not count: they came from another address.
    counts_from: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("counts_from", nullable=False)
    )
    # Questions in a row that were not answered, and until when none is asked for it.
    failures: int = 0
    failing_since: datetime | None = Field(default=None, sa_column=instant_column("failing_since"))
    last_failure: str | None = None
    rests_until: datetime | None = Field(default=None, sa_column=instant_column("rests_until"))
    last_answered_at: datetime | None = Field(
        default=None, sa_column=instant_column("last_answered_at")
    )
    created_by: UUID
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    updated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("updated_at", nullable=False)
    )
    # What it has answered stays, as proof; so does its row.
    removed_at: datetime | None = Field(default=None, sa_column=instant_column("removed_at"))


# One question at a time about a number, whoever asks.
ASKING = text("status = 'asking'")


class Inquiry(Table, table=True):
    """One question to a hook and what came back. Written before it is asked, and answered once.

    `call_id` has no foreign key: the proof that somebody was asked outlives the call.
    """

    __tablename__ = "hook_inquiries"
    __table_args__ = (
        Index(
            "uq_hook_inquiries_asking",
            "hook_id",
            "to_number",
            "purpose",
            text("coalesce(agent_id, '00000000-0000-0000-0000-000000000000')"),
            unique=True,
            postgresql_where=ASKING,
        ),
        Index("ix_hook_inquiries_hook_id_to_number_id", "hook_id", "to_number", "id"),
        Index("ix_hook_inquiries_org_id_id", "org_id", "id"),
        Index("ix_hook_inquiries_call_id", "call_id", postgresql_where=text("call_id is not null")),
        Index("ix_hook_inquiries_org_id_to_number", "org_id", "to_number"),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    hook_id: UUID = Field(foreign_key="compliance_hooks.id")
    to_number: str
    purpose: Scope = Field(sa_column=enum_column(Scope, "purpose"))
    # Null: it was asked for no agent's call, by who checks a number.
    agent_id: UUID | None = None
    # The call for which it was asked first; others may go by the same answer.
    call_id: UUID | None = None
    status: InquiryStatus = Field(sa_column=enum_column(InquiryStatus, "status"))
    question: JsonObject = Field(sa_column=json_column("question"))
    answer: JsonObject | None = Field(default=None, sa_column=json_column("answer", nullable=True))
    http_status: int | None = None
    duration_ms: int | None = None
    # Why there is no answer, in words, and why the call was let pass all the same.
    failure: str | None = None
    open_reason: str | None = None
    # While it is asked, when it is given up; then, until when it holds. A failure holds as well:
    # nobody asks again before.
    valid_until: datetime = Field(sa_column=instant_column("valid_until", nullable=False))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
