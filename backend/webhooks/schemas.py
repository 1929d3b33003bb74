"""What the inbox's paths take and give."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.platform.storable import StorableText
from backend.providers.signature_doctor import CheckResult
from backend.webhooks.models import WebhookState


class WebhookSummary(BaseModel):
    id: UUID = Field(description="The id of the webhook.")
    event: str | None = Field(
        description="What Retell calls it, such as `call_ended`; null: it did not say."
    )
    retell_call_id: str | None = Field(description="The call, as Retell calls it.")
    call_id: UUID | None = Field(description="The call it was applied to.")
    state: WebhookState = Field(description="What became of it.")
    attempts: int = Field(description="How often it was tried to apply it.")
    error: str | None = Field(description="Why it was ignored or failed.")
    repeats: int = Field(description="How often exactly the same came again.")
    body_bytes: int = Field(description="The size of its body.")
    received_at: datetime = Field(description="When it came.")
    applied_at: datetime | None = Field(description="When it was applied, ignored or failed.")


class WebhookRead(WebhookSummary):
    headers: dict[str, str] = Field(description="Those that tell who sent it, and the signature.")
    body: str | None = Field(description="As it came; null once pruned, or for all but admins.")


class WebhookHealth(BaseModel):
    """The last 24 hours of the inbox."""

    webhook_url: str | None = Field(
        description="The address that agents are published with; null: Retell could not reach it."
    )

    received: int = Field(description="Stored.")
    applied: int = Field(description="Applied to a call.")
    ignored: int = Field(description="Of no call here.")
    failed: int = Field(description="Could not be read or applied.")
    waiting: int = Field(description="Not applied yet.")
    duplicates: int = Field(description="Came again, exactly the same.")
    rejected: dict[str, int] = Field(description="Refused requests by reason.")
    missed: int = Field(description="Changes that no webhook told, learned by asking Retell.")
    repaired_calls: int = Field(description="Calls that these changes belong to.")
    last_repaired_at: datetime | None = Field(
        description="When a change was last learned by asking."
    )
    oldest_gap_seconds: float | None = Field(
        description="How long the longest-awaited news of a call is overdue; null: none is."
    )
    last_received_at: datetime | None = Field(description="When a webhook last came.")
    seconds_since_last: float | None = Field(description="How long ago that was.")
    oldest_waiting_seconds: float | None = Field(description="Null when nothing waits.")
    silence_is_suspicious: bool = Field(
        description="Calls moved on at Retell since the last webhook that reached us."
    )
    last_compared_at: datetime | None = Field(
        description="When Retell's list of calls was last compared with ours: what `missed` counts "
        "up to then. Null: never."
    )
    comparison_failing_since: datetime | None = Field(
        description="Since when it cannot be compared, so that `missed` says nothing; null: it can."
    )
    comparison_failure: str | None = Field(description="Why not, in words; null: it can.")
    seconds_since_worker: float | None = Field(
        description="How long ago any worker gave a sign of life, which is seconds at most while "
        "one runs; null: none ever did."
    )


class AddressTestRead(BaseModel):
    """Whether the address of webhooks leads to this service, as tried from its own machine."""

    webhook_url: str = Field(description="The address that agents are published with.")
    is_reachable: bool = Field(description="Whether this service answers there.")
    detail: str = Field(description="What was found, in words.")


class TimelineEntry(BaseModel):
    """One thing that happened to a call."""

    at: datetime = Field(description="When it happened.")
    kind: Literal["event", "webhook"] = Field(
        description="An event of the log, or a webhook that came."
    )
    name: str = Field(description="What it is called.")
    id: str = Field(description="Its position in the log, or the id of the webhook.")
    data: dict[str, Any] = Field(description="What is told about it.")


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
