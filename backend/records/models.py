"""Records: what a conversation came to, one row for each revision."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Float, LargeBinary, UniqueConstraint
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, document_column, enum_column, instant_column, json_column


class RecordStatus(StrEnum):
    PENDING = "pending"
    VALID = "valid"
    NEEDS_REVIEW = "needs_review"
    FAILED = "failed"
    CORRECTED = "corrected"


class Record(Table, table=True):
    """A revision. The highest one of a call is current; earlier ones stay for the history."""

    __tablename__ = "records"
    __table_args__ = (UniqueConstraint("call_id", "revision"),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    call_id: UUID = Field(foreign_key="calls.id")
    revision: int
    status: RecordStatus = Field(sa_column=enum_column(RecordStatus, "status"))
    # Final once nothing more is expected to change the transcript.
    final: bool = False
    schema_version: int
    # What it was made from; the same again needs no second extraction.
    source_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    data: JsonObject = Field(default_factory=dict, sa_column=document_column("data"))
    evidence: JsonObject = Field(default_factory=dict, sa_column=document_column("evidence"))
    problems: list[JsonObject] = Field(default_factory=list, sa_column=json_column("problems"))
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
