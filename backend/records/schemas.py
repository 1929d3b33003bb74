"""What the records' paths take and give."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.calls.models import CallStatus
from backend.calls.schemas import CallDetail, Instant
from backend.platform.events import JsonObject
from backend.platform.storable import StorableObject, StorableText
from backend.records.models import RecordStatus


class EvidenceRead(BaseModel):
    """Where a value was said."""

    quote: str | None
    turns: list[int]
    start_ms: int | None
    found: bool = Field(description="Whether the quote was found in the transcript.")


class ProblemRead(BaseModel):
    """Why a value is not accepted as it is."""

    field: str
    code: str
    message: str


class RecordRead(BaseModel):
    id: UUID
    call_id: UUID
    revision: int
    status: RecordStatus
    final: bool = Field(description="Whether the transcript is complete, as far as Retell says.")
    schema_version: int
    data: JsonObject
    evidence: dict[str, EvidenceRead] = Field(description="By field, such as `stops[0].city`.")
    problems: list[ProblemRead]
    failure: str | None = Field(description="Why extraction failed, in words.")
    model: str | None
    attempts: int
    input_tokens: int | None
    output_tokens: int | None
    cost_cents: float | None
    corrected_by: UUID | None
    note: str | None
    created_at: datetime


class CallRead(CallDetail):
    """A call with its transcript and current record."""

    record: RecordRead | None


class RecordCorrect(BaseModel):
    model_config = ConfigDict(extra="forbid")

    data: StorableObject = Field(description="The fields to change; what is left out stays.")
    note: StorableText | None = Field(None, max_length=2000, description="Why.")


class NumbersQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    created_after: Instant = Field(
        description="Calls placed from here on, such as the start of the day in the caller's zone."
    )
    created_before: Instant | None = Field(None, description="Calls placed before; null: to now.")


class NumbersRead(BaseModel):
    """How the calls placed in a stretch of time turned out so far."""

    calls: dict[CallStatus, int] = Field(description="Calls by status; those with none are absent.")
    answered_by_people: int = Field(description="Calls that a person answered.")
    talk_ms: int = Field(description="The lengths of all calls together, in milliseconds.")
    cost_cents: float = Field(description="What Retell charges for them, as far as it has said.")
    records: dict[RecordStatus, int] = Field(
        description="Their current records by status; calls without a record are not in it."
    )
