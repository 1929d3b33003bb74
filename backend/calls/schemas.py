"""What the calls' paths take and give."""

import math
from datetime import UTC, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)

from backend.calls import lifecycle
from backend.calls.models import AnsweredBy, Call, CallSource, CallStatus, Turn
from backend.platform.events import JsonObject
from backend.platform.pages import Cursor, Limit


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside of the years that can be told in UTC") from None


def _as_text(value: object) -> str:
    """Write a variable's value as a person would: Retell takes nothing but text."""
    match value:
        case bool():
            return "true" if value else "false"
        case str() | int():
            return str(value)
        case float() if math.isfinite(value):
            return str(value)
        case _:
            raise ValueError("must be text, a number, true or false")


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
VariableValue = Annotated[
    str,
    BeforeValidator(_as_text),
    WithJsonSchema({"anyOf": [{"type": kind} for kind in ("string", "number", "boolean")]}),
]


class CallCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    agent_id: UUID
    to_number: str = Field(description="E.164.", examples=["+14155550100"], max_length=32)
    variables: dict[str, VariableValue] = Field(
        default_factory=dict,
        description="Values for the agent's variables; numbers, true and false become text.",
        examples=[{"driver_name": "Mike"}],
    )
    metadata: JsonObject = Field(
        default_factory=dict, description="Kept with the call and given back; at most 45 kB."
    )
    scheduled_at: Instant | None = Field(
        None, description="When to dial; with a time zone. Null, or in the past: at once."
    )


class CallQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: CallStatus | None = None
    agent_id: UUID | None = None
    q: str | None = Field(
        None, max_length=200, description="A whole phone number, or Retell's call id."
    )
    created_after: Instant | None = None
    created_before: Instant | None = None
    cursor: Cursor = None
    limit: Limit = 50


class CallCost(BaseModel):
    """What Retell charges. The split is null when Retell gave none."""

    telephony_cents: float | None = None
    llm_cents: float | None = None
    other_cents: float | None = None
    combined_cents: float | None = None


class CallSummary(BaseModel):
    """A call in a list: everything but transcript and record."""

    id: UUID
    agent_id: UUID
    agent_version: int | None
    source: CallSource
    status: CallStatus
    status_reason: str | None = Field(description="Retell's own disconnection reason.")
    disconnection_reason: str | None = Field(
        description="The same, with reasons unknown to this release as `other`."
    )
    failure: str | None = Field(description="Why it failed, in words.")
    answered_by: AnsweredBy
    answered_by_source: str | None = Field(
        description="Which of Retell's fields says so: analysis, disconnection_reason, transcript."
    )
    to_number: str | None
    from_number: str | None
    variables: dict[str, str]
    metadata: JsonObject
    retell_call_id: str | None
    scheduled_at: datetime | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    duration_ms: int | None
    cost: CallCost | None
    summary: str | None
    sentiment: str | None
    recording_url: str | None = Field(description="A path of this service; null: no recording.")

    @classmethod
    def of(cls, call: Call, **members: object) -> Self:
        """Show a call; `members` are what the subclass adds."""
        cost = call.known.get("cost")
        has_recording = "recording_url" in call.known
        return cls.model_validate(
            {name: getattr(call, name) for name in cls.model_fields if hasattr(call, name)}
            | {
                "metadata": call.call_metadata,
                "disconnection_reason": lifecycle.known_reason(call.status_reason),
                "cost": cost[1] if cost else None,
                "recording_url": f"/api/v1/calls/{call.id}/recording" if has_recording else None,
            }
            | members
        )


class CallDetail(CallSummary):
    transcript: list[Turn]


class CallPlaced(CallDetail):
    """A call that cannot have a record yet."""

    record: None


class DialQueueRead(BaseModel):
    """How dialling stands."""

    queued: int
    running: int
    concurrency_limit: int | None = Field(description="Calls at once that Retell allows.")
    starts_per_second: float
    stopped_reason: str | None = Field(description="Why dialling stands still; null: it does not.")
    stopped_until: datetime | None
