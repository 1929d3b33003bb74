"""Records: what a conversation came to, one row for each revision."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Float, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, document_column, enum_column, instant_column, json_column

_CURRENT = text("is_current")


class RecordStatus(StrEnum):
    PENDING = "pending"
    VALID = "valid"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"
    CORRECTED = "corrected"


class Origin(StrEnum):
    """How a revision came to be."""

    EXTRACTION = "extraction"
    CORRECTION = "correction"
    APPROVAL = "approval"


# What a person has vouched for: extraction goes past it only when told to, and it is golden.
BY_A_PERSON = frozenset({Origin.CORRECTION, Origin.APPROVAL})


class Record(Table, table=True):
    """A revision. One of a call's is current; the others stay for the history."""

    __tablename__ = "records"
    __table_args__ = (
        UniqueConstraint("call_id", "revision"),
        Index("uq_records_call_id_current", "call_id", unique=True, postgresql_where=_CURRENT),
        Index("ix_records_org_id_id_current", "org_id", "id", postgresql_where=_CURRENT),
        Index(
            "ix_records_org_id_status_id_current",
            *("org_id", "status", "id"),
            postgresql_where=_CURRENT,
        ),
        Index(
            "ix_records_org_id_status_call_id_current",
            *("org_id", "status", "call_id"),
            postgresql_where=_CURRENT,
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    call_id: UUID = Field(foreign_key="calls.id", ondelete="CASCADE")
    revision: int
    # The highest that came to something, else the highest. Changed under the call's lock.
    is_current: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})
    origin: Origin = Field(
        default=Origin.EXTRACTION,
        sa_column=enum_column(Origin, "origin", server_default=Origin.EXTRACTION),
    )
    status: RecordStatus = Field(sa_column=enum_column(RecordStatus, "status"))
    # Final once nothing more is expected to change the transcript.
    final: bool = False
    schema_version: int
    # What it was made from; the same again needs no second extraction.
    source_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    data: JsonObject = Field(default_factory=dict, sa_column=document_column("data"))
    evidence: JsonObject = Field(default_factory=dict, sa_column=document_column("evidence"))
    problems: list[JsonObject] = Field(default_factory=list, sa_column=json_column("problems"))
    # Why fields have no value, by field. Null: made before this was noted.
    not_said: JsonObject | None = Field(
        default=None, sa_column=document_column("not_said", nullable=True)
    )
    failure: str | None = None
    model: str | None = None
    attempts: int = 0
    input_tokens: int | None = None
    output_tokens: int | None = None
    cost_cents: float | None = Field(default=None, sa_column=Column(Float, nullable=True))
    corrected_by: UUID | None = Field(default=None, foreign_key="users.id")
    note: str | None = None
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class RecordAudit(Table, table=True):
    """What a revision's model was told and what it answered, word for word.

    As personal as the transcript: deleted with the call, shown to administrators only.
    """

    __tablename__ = "record_audits"

    record_id: UUID = Field(foreign_key="records.id", ondelete="CASCADE", primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    exchanges: list[JsonObject] = Field(sa_column=document_column("exchanges"))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
