"""The inbox: every webhook as it came, and what became of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Index, Integer, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.compression import CompressedText
from backend.platform.events import JsonObject
from backend.platform.tables import Table, enum_column, instant_column, json_column


class WebhookState(StrEnum):
    RECEIVED = "received"
    APPLIED = "applied"
    IGNORED = "ignored"
    FAILED = "failed"


class Webhook(Table, table=True):
    """One webhook. An exact repeat is counted in `repeats`, not stored again."""

    __tablename__ = "webhooks"
    __table_args__ = (
        UniqueConstraint("org_id", "body_sha256"),
        Index("ix_webhooks_org_id_id", "org_id", text("id desc")),
        Index("ix_webhooks_org_id_state_id", "org_id", "state", text("id desc")),
        Index("ix_webhooks_retell_call_id", "retell_call_id"),
        Index("ix_webhooks_org_id_received_at", "org_id", "received_at"),
        Index("ix_webhooks_body_kept", "received_at", postgresql_where=text("body is not null")),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    event: str | None = None
    retell_call_id: str | None = None
    call_id: UUID | None = None
    # Null once pruned.
    body: bytes | None = Field(default=None, sa_column=Column(CompressedText, nullable=True))
    body_sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    body_bytes: int
    headers: JsonObject = Field(default_factory=dict, sa_column=json_column("headers"))
    state: WebhookState = Field(
        default=WebhookState.RECEIVED, sa_column=enum_column(WebhookState, "state")
    )
    attempts: int = 0
    error: str | None = None
    repeats: int = Field(default=0, sa_column=Column(Integer, nullable=False, server_default="0"))
    received_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("received_at", nullable=False)
    )
    applied_at: datetime | None = Field(default=None, sa_column=instant_column("applied_at"))


class Rejection(Table, table=True):
    """Requests refused for the same reason within a second, but not what was in them.

    `body_bytes` is the size of the largest.
    """

    __tablename__ = "webhook_rejections"
    __table_args__ = (Index("ix_webhook_rejections_org_id_at", "org_id", "at"),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    reason: str
    body_bytes: int
    times: int = Field(default=1, sa_column=Column(Integer, nullable=False, server_default="1"))
    at: datetime = Field(default_factory=clock.now, sa_column=instant_column("at", nullable=False))
