"""What the paths of hooks take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.compliance.hooks.answers import Answer
from backend.compliance.hooks.models import Hook, Inquiry, InquiryStatus, OnFailure
from backend.compliance.models import Scope
from backend.compliance.rules import OnePurpose
from backend.compliance.schemas import Number, Reason
from backend.platform.outbound.addresses import Url, shortened
from backend.platform.pages import Cursor, Limit
from backend.platform.storable import StorableText

_SHORTEST_KEEP, _LONGEST_KEEP = 60, 31 * 24 * 3600

Name = Annotated[StorableText, Field(min_length=1, max_length=80, pattern=r"^\S(.*\S)?$")]


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class HookCreate(_Settings):
    name: Name = Field(description="Its name, by which it refuses.", examples=["Do-not-call list"])
    url: Url = Field(
        description="Where the question is posted.", examples=["https://lookup.example.com/dial"]
    )
    purposes: list[OnePurpose] = Field(
        default_factory=lambda: [Scope.MARKETING],
        min_length=1,
        max_length=3,
        description="Before calls of which purposes it is asked. Default: marketing.",
    )
    agent_ids: list[UUID] | None = Field(
        None, min_length=1, max_length=200, description="Before whose calls. Default null: all."
    )
    timeout_ms: int = Field(
        2000, ge=100, le=10_000, description="How long an answer is waited for. Default 2000."
    )
    keep_seconds: int = Field(
        86_400,
        ge=_SHORTEST_KEEP,
        le=_LONGEST_KEEP,
        description="For how long an answer holds, from 60 s to 31 days. Default 86400: a day.",
    )
    on_failure: OnFailure = Field(
        OnFailure.CLOSED,
        description="`closed` (default): without an answer nobody is dialed. `open`: they are.",
    )
    open_reason: Reason | None = Field(
        None, description="Why calls may pass without an answer; needed for `open`, and kept."
    )
    enabled: bool = Field(default=True, description="Whether it is asked. Default true.")


class HookUpdate(_Settings):
    """What is left out stays as it is."""

    name: Name = Field(default="", description="Its name.")
    url: Url = Field(default="", description="Another address is asked about everybody anew.")
    purposes: list[OnePurpose] = Field(
        default_factory=list, min_length=1, max_length=3, description="Before which calls."
    )
    agent_ids: list[UUID] | None = Field(
        None, min_length=1, max_length=200, description="Before whose calls; null: all."
    )
    timeout_ms: int = Field(default=2000, ge=100, le=10_000, description="How long it may take.")
    keep_seconds: int = Field(
        default=86_400,
        ge=_SHORTEST_KEEP,
        le=_LONGEST_KEEP,
        description="For how long answers hold that come from now on.",
    )
    on_failure: OnFailure = Field(
        default=OnFailure.CLOSED, description="What no answer means: `closed` or `open`."
    )
    open_reason: Reason | None = Field(None, description="Why, where it is `open`.")
    enabled: bool = Field(default=True, description="Whether it is asked.")
    reason: Reason | None = Field(None, description="Why it is changed, for the audit log.")


class HookHealth(BaseModel):
    failures: int = Field(description="Questions in a row that were not answered.")
    failing_since: datetime | None = Field(description="Since when, after several; null: it works.")
    last_failure: str | None = Field(description="Why the last one was not.")
    rests_until: datetime | None = Field(description="Until when it is not asked; null: it is.")
    last_answered_at: datetime | None = Field(description="When it last answered.")


class HookRead(BaseModel):
    id: UUID = Field(description="The id of the hook.")
    name: str = Field(description="Its name.")
    url: str = Field(description="Where it is; its host alone for those who may not change it.")
    purposes: list[Scope] = Field(description="Before calls of which purposes it is asked.")
    agent_ids: list[UUID] | None = Field(description="Before whose calls; null: all.")
    timeout_ms: int = Field(description="How long an answer is waited for.")
    keep_seconds: int = Field(description="For how long an answer holds.")
    on_failure: OnFailure = Field(description="What no answer means.")
    open_reason: str | None = Field(description="Why calls pass without one, where they do.")
    enabled: bool = Field(description="Whether it is asked.")
    previous_secret_until: datetime | None = Field(
        description="Until when the secret before the last rotation signs along."
    )
    created_by: UUID = Field(description="The user or key that made it.")
    created_at: datetime = Field(description="When it was made.")
    updated_at: datetime = Field(description="When it was last changed.")
    health: HookHealth = Field(description="How it fares.")

    @classmethod
    def of(cls, hook: Hook, *, in_full: bool) -> Self:
        shown = {} if in_full else {"url": shortened(hook.url)}
        own = hook.model_dump() | shown | {"health": hook.model_dump()}
        return cls.model_validate(own)


class HookCreated(HookRead):
    secret: str = Field(description="What questions are signed with. It is not shown again.")


class HookSecret(BaseModel):
    secret: str = Field(description="What questions are signed with. It is not shown again.")
    previous_secret_until: datetime = Field(description="Until when the one before signs along.")


class InquiryRead(BaseModel):
    """One question to a hook, and what came of it."""

    id: UUID = Field(description="Its id, which was sent as `webhook-id`.")
    hook_id: UUID = Field(description="Which hook was asked.")
    to_number: str = Field(description="About whom, E.164.")
    purpose: Scope = Field(description="For a call of which purpose.")
    agent_id: UUID | None = Field(description="For whose call.")
    call_id: UUID | None = Field(
        description="For which call; others may go by the same answer. Null: before one was placed."
    )
    status: InquiryStatus = Field(description="What came of it.")
    question: dict[str, Any] = Field(description="What was sent; empty: nothing was.")
    answer: Answer | None = Field(description="What was answered.")
    http_status: int | None = Field(description="With which HTTP status.")
    duration_ms: int | None = Field(description="How long it took.")
    failure: str | None = Field(description="Why there is no answer.")
    open_reason: str | None = Field(description="Why the call passed all the same, where it did.")
    valid_until: datetime = Field(
        description="Until when the answer holds; after a failure, when it may be asked again."
    )
    created_at: datetime = Field(description="When it was asked.")

    @classmethod
    def of(cls, inquiry: Inquiry) -> Self:
        return cls.model_validate(inquiry.model_dump(exclude={"org_id"}))


class InquiriesQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    hook_id: UUID | None = Field(None, description="Only to this hook.")
    call_id: UUID | None = Field(
        None, description="Only for this call, or by whose answer it was dialed or refused."
    )
    status: Literal["allowed", "refused", "failed"] | None = Field(
        None, description="Only with this outcome."
    )
    cursor: Cursor = None
    limit: Limit = 50


class HookTry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    to_number: Number = Field(
        "+14155550100",
        description="About whom to ask. Default: a number that nobody has.",
        examples=["+14155550100"],
    )


class HookTried(BaseModel):
    """What a question came to that was only a try: it is not kept, and counts for no call."""

    status: InquiryStatus = Field(description="What a dial would go by.")
    question: dict[str, Any] = Field(description="What was sent.")
    answer: Answer | None = Field(description="What was answered.")
    failure: str | None = Field(description="Why that is no answer.")
    http_status: int | None = Field(description="With which HTTP status.")
    duration_ms: int = Field(description="How long it took.")
    body: str | None = Field(description="The beginning of what came back, as it came.")
