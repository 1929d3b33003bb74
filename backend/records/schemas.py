"""What the records' paths take and give."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.calls.schemas import CallDetail
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
