"""What the retention room's paths take and give."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.platform.people.personal_data import KeptKind
from backend.platform.settings import Settings
from backend.platform.storable import StorableText
from backend.retention.models import (
    SHORTEST_AUDIT_DAYS,
    Cleanup,
    Erasure,
    ErasureKind,
    ErasureStatus,
    RetentionPolicy,
)


class Named(BaseModel):
    """Whom or what is meant: one of the two."""

    model_config = ConfigDict(extra="forbid")

    phone_number: StorableText | None = Field(
        None,
        min_length=4,
        max_length=40,
        description="All that is kept about whoever has this number, with its country.",
        examples=["+14155550100"],
    )
    call_id: UUID | None = Field(None, description="All that is kept about one call.")

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if (self.phone_number is None) == (self.call_id is None):
            raise ValueError("Give phone_number or call_id, and not both.")
        return self


class ErasureCreate(Named):
    """Whom or what to erase: one of the two."""


class ErasurePreview(BaseModel):
    """What an erasure would take away now. Nothing is."""

    calls: int = Field(description="Calls with all that was made of them.")
    recordings: int = Field(description="Recordings of these.")
    tables: dict[str, int] = Field(description="Rows, by table; those without any are left out.")
    passed_on: dict[str, int] = Field(
        description="What others were sent, by destination: that is theirs, and stays there."
    )
    held_by: UUID | None = Field(description="The hold that forbids it; null: none does.")
    held_because: str | None = Field(description="The reason of that hold.")


class DisclosureCreate(Named):
    """Who is to be shown what is kept about them, or which call: one of the two."""


class DisclosureRead(BaseModel):
    id: UUID = Field(description="Its id.")
    phone_number: str | None = Field(description="Whom it is about.")
    call_id: UUID | None = Field(description="Which call it is about.")
    created_by: str = Field(description="Who asked for it.")
    created_at: datetime = Field(description="When.")
    expires_at: datetime = Field(description="Until when it can be downloaded.")


class Found(BaseModel):
    """How many there were, before anything was erased."""

    tables: dict[str, int] = Field({}, description="Rows, by table.")
    places: dict[str, int] = Field({}, description="Files and copies elsewhere, by place.")
    passed_on: dict[str, int] = Field(
        {}, description="What others were sent, by destination: that is theirs, and stays there."
    )


class Receipt(BaseModel):
    """Proof of an erasure. Whoever has the public key can check it, without this service."""

    payload: dict[str, Any] = Field(
        description="What was found where, how many, when it was gone, and that nothing is left."
    )
    key_id: str = Field(max_length=200, description="Which key signed it.")
    signature: str = Field(
        max_length=1000,
        description="Ed25519, in base64, over the payload as canonical JSON (RFC 8785).",
    )


class ErasureRead(BaseModel):
    id: UUID = Field(description="Its id.")
    kind: ErasureKind = Field(description="By what it was asked for.")
    subject: str = Field(description="A keyed hash of the number or call, in hexadecimal.")
    status: ErasureStatus = Field(description="How it stands.")
    error: str | None = Field(description="Why it waits or has failed.")
    found: Found = Field(description="What there was, so far.")
    receipt: Receipt | None = Field(description="The proof; null until it is done.")
    created_at: datetime = Field(description="When it was asked for.")
    completed_at: datetime | None = Field(description="When nothing was left.")

    @classmethod
    def of(cls, erasure: Erasure) -> Self:
        return cls.model_validate(
            erasure.model_dump(exclude={"subject_digest", "sealed", "public_key"})
            | {"subject": erasure.subject_digest.hex()}
        )


class ReceiptCheck(BaseModel):
    valid: bool = Field(description="Whether exactly this was signed here.")
    complaint: str | None = Field(description="What is wrong with it.")


class PublicKeyRead(BaseModel):
    key_id: str = Field(description="As receipts name it.")
    public_key: str = Field(description="The key for Ed25519, in base64.")


_MOST_DAYS = 36_500


class CallPeriods(BaseModel):
    """For how many days from when a call was over; null: for as long as the call."""

    model_config = ConfigDict(extra="forbid")

    calls: int | None = Field(
        None,
        ge=1,
        le=_MOST_DAYS,
        description="The call with all that was made of it, at Retell too.",
    )
    recordings: int | None = Field(
        None, ge=1, le=_MOST_DAYS, description="The sound, and what leads to it at Retell."
    )
    transcripts: int | None = Field(
        None,
        ge=1,
        le=_MOST_DAYS,
        description="What was said: turns, summary, and wherever models and others were told it.",
    )
    records: int | None = Field(
        None, ge=1, le=_MOST_DAYS, description="Records, evaluations, comments, with their quotes."
    )

    @property
    def own(self) -> dict[str, int | None]:
        """Those that are given, null or not."""
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name in self.model_fields_set and name in set(KeptKind)
        }


class AgentPeriods(CallPeriods):
    """An agent's own periods. Those left out are the organisation's."""

    agent_id: UUID = Field(description="Whose calls.")


class RetentionUpdate(CallPeriods):
    """All periods of an organisation, in days."""

    webhooks: int | None = Field(
        None,
        ge=1,
        le=_MOST_DAYS,
        description="Bodies as Retell sent them; null: as the settings say.",
    )
    events: int | None = Field(
        None, ge=1, le=_MOST_DAYS, description="The event log; null: as the settings say."
    )
    audit: int | None = Field(
        None, ge=SHORTEST_AUDIT_DAYS, le=_MOST_DAYS, description="The audit log; null: for ever."
    )
    agents: list[AgentPeriods] = Field(
        [], max_length=1000, description="Agents whose calls are kept for another time."
    )

    @model_validator(mode="after")
    def _agents_once(self) -> Self:
        if len({each.agent_id for each in self.agents}) < len(self.agents):
            raise ValueError("An agent is named twice.")
        return self


class CleanupRead(BaseModel):
    began_at: datetime = Field(description="When it began.")
    ended_at: datetime | None = Field(description="When it was through; null: it goes on.")
    removed: dict[str, int] = Field(description="How many it removed, by kind.")
    error: str | None = Field(description="Why it waits.")


class Longest(BaseModel):
    """What the settings of the installation allow, in days."""

    webhooks: int = Field(description="INBOX_RETENTION_DAYS.")
    events: int = Field(description="EVENTS_RETENTION_DAYS.")


class RetentionRead(RetentionUpdate):
    longest: Longest = Field(description="What is kept at most, whatever is set.")
    updated_at: datetime | None = Field(description="When it was set; null: never.")
    last_cleanup: CleanupRead | None = Field(description="The last clean-up; null: none yet.")

    @classmethod
    def of(cls, policy: RetentionPolicy, last: Cleanup | None, settings: Settings) -> Self:
        agents = [{"agent_id": agent_id, **days} for agent_id, days in policy.agents.items()]
        longest = {
            "webhooks": settings.inbox.retention_days,
            "events": settings.events.retention_days,
        }
        return cls.model_validate(
            {kind.value: policy.periods.get(kind.value) for kind in KeptKind}
            | {"agents": agents, "longest": longest}
            | {"updated_at": policy.updated_at if policy.periods or agents else None}
            | {"last_cleanup": last.model_dump(exclude={"lease_until"}) if last else None}
        )


class HoldCreate(BaseModel):
    """What is to stay: one of the three, and why."""

    model_config = ConfigDict(extra="forbid")

    phone_number: StorableText | None = Field(
        None, min_length=4, max_length=40, description="All calls with this number."
    )
    call_id: UUID | None = Field(None, description="One call.")
    agent_id: UUID | None = Field(None, description="All calls of an agent.")
    reason: StorableText = Field(
        min_length=1,
        max_length=500,
        description="Why, for whoever is refused.",
        examples=["Case 7"],
    )

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if [self.phone_number, self.call_id, self.agent_id].count(None) != 2:
            raise ValueError("Give phone_number, call_id or agent_id, and one alone.")
        return self


class HoldRead(BaseModel):
    id: UUID = Field(description="Its id.")
    phone_number: str | None = Field(description="Whose calls stay.")
    call_id: UUID | None = Field(description="Which call stays.")
    agent_id: UUID | None = Field(description="Whose calls stay, as their agent's.")
    reason: str = Field(description="Why.")
    created_by: str = Field(description="Who said so.")
    created_at: datetime = Field(description="Since when.")
