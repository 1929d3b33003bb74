"""What the inbox's paths take and give."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.platform.storable import StorableText
from backend.providers.signature_doctor import CheckResult
from backend.webhooks.models import WebhookState


class WebhookSummary(BaseModel):
    id: UUID
    event: str | None
    retell_call_id: str | None
    call_id: UUID | None
    state: WebhookState
    attempts: int
    error: str | None
    repeats: int = Field(description="How often exactly the same came again.")
    body_bytes: int
    received_at: datetime
    applied_at: datetime | None


class WebhookRead(WebhookSummary):
    headers: dict[str, str]
    body: str | None = Field(description="As it came; null once pruned, or for all but admins.")


class WebhookHealth(BaseModel):
    """The last 24 hours of the inbox."""

    received: int
    applied: int
    ignored: int
    failed: int
    waiting: int
    duplicates: int
    rejected: dict[str, int] = Field(description="Refused requests by reason.")
    missed: int = Field(description="Changes that no webhook told, learned by asking Retell.")
    repaired_calls: int = Field(description="Calls that these changes belong to.")
    last_repaired_at: datetime | None
    oldest_gap_seconds: float | None = Field(
        description="How long the longest-awaited news of a call is overdue; null: none is."
    )
    last_received_at: datetime | None
    seconds_since_last: float | None
    oldest_waiting_seconds: float | None = Field(description="Null when nothing waits.")
    silence_is_suspicious: bool = Field(
        description="Calls moved on at Retell since the last webhook that reached us."
    )


class TimelineEntry(BaseModel):
    """One thing that happened to a call."""

    at: datetime
    kind: Literal["event", "webhook"]
    name: str
    id: str
    data: dict[str, Any]


class SignedWebhook(BaseModel):
    """A webhook whose signature is in question."""

    model_config = ConfigDict(extra="forbid")

    body: StorableText = Field(
        max_length=1_000_000, description="The body, exactly as it came, as text."
    )
    signature: StorableText = Field(
        max_length=1000,
        description="The value of `X-Retell-Signature`.",
        examples=["v=1763712000000,d=5f2b…"],
    )


class SignatureCheckRead(BaseModel):
    name: str = Field(description="`key`, `header`, `clock` or `digest`, in this order.")
    result: CheckResult = Field(description="`not_reached` when one before it leaves nothing.")
    detail: str = Field(description="What was found, and what to do about it.")


class SignatureDiagnosis(BaseModel):
    valid: bool = Field(description="Whether the webhook would be accepted now.")
    checks: list[SignatureCheckRead] = Field(description="Every check, in order.")
