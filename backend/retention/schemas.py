"""What the retention room's paths take and give."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from backend.platform.storable import StorableText
from backend.retention.models import Erasure, ErasureKind, ErasureStatus


class ErasureCreate(BaseModel):
    """Whom or what to erase: one of the two."""

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
