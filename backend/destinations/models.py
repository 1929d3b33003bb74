"""Destinations, and the books of what was delivered to them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import (
    Table,
    document_column,
    enum_column,
    instant_column,
    json_column,
)


class DestinationKind(StrEnum):
    WEBHOOK = "webhook"
    EMAIL = "email"
    AIRFLOW = "airflow"
    OBJECT_STORE = "object_store"


class DisabledReason(StrEnum):
    """Who or what switched a destination off."""

    PERSON = "person"
    GONE = "gone"
    FAILING = "failing"


class DeliveryStatus(StrEnum):
    # Waits for its first or next attempt.
    PENDING = "pending"
    # Claimed by a worker, under a lease.
    SENDING = "sending"
    DELIVERED = "delivered"
    # Tried as often as it is tried; waits for a replay.
    DEAD = "dead"
    # Its record is in a state that this destination does not take.
    HELD = "held"
    # Was held; a later revision of the record went out in its place.
    SUPERSEDED = "superseded"
    # The destination was switched off when it happened; waits for a replay.
    MISSED = "missed"


def _texts(name: str) -> Column[Any]:
    return Column(name, ARRAY(Text), nullable=False)


class Destination(Table, table=True):
    """Where results go, which of them, and how it has fared."""

    __tablename__ = "destinations"
    __table_args__ = (Index("ix_destinations_org_id_id", "org_id", text("id desc")),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    name: str
    kind: DestinationKind = Field(sa_column=enum_column(DestinationKind, "kind"))
    # What is no secret; `secrets` is sealed, a JSON object of texts by name.
    config: JsonObject = Field(sa_column=document_column("config"))
    secrets: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    events: list[str] = Field(sa_column=_texts("events"))
    # The same with those that decide what becomes of a record held back; the trigger reads it.
    watched: list[str] = Field(sa_column=_texts("watched"))
    # Null: all agents'.
    agent_ids: list[UUID] | None = Field(default=None, sa_column=Column("agent_ids", ARRAY(Uuid)))
    record_statuses: list[str] = Field(sa_column=_texts("record_statuses"))
    # A list of paths, or an object whose texts name paths. Null: everything, as it is.
    fields: Any | None = Field(default=None, sa_column=document_column("fields", nullable=True))
    # How many deliveries may be on their way at once, over all workers.
    concurrency: int
    enabled: bool = True
    disabled_reason: DisabledReason | None = Field(
        default=None, sa_column=enum_column(DisabledReason, "disabled_reason", nullable=True)
    )
    disabled_at: datetime | None = Field(default=None, sa_column=instant_column("disabled_at"))
    # Since when every attempt has failed; null: the last one did not.
    failing_since: datetime | None = Field(default=None, sa_column=instant_column("failing_since"))
    last_success_at: datetime | None = Field(
        default=None, sa_column=instant_column("last_success_at")
    )
    # Before this instant deliveries have been dropped, in part or all: files of days that began
    # earlier cannot be written anew. Null: none have.
    books_from: datetime | None = Field(default=None, sa_column=instant_column("books_from"))
    # Until when the secret before signs along.
    previous_secret_until: datetime | None = Field(
        default=None, sa_column=instant_column("previous_secret_until")
    )
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    updated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("updated_at", nullable=False)
    )


class OutboxEntry(Table, table=True):
    """An event some destination has subscribed to, not booked yet.

    A trigger adds it in the transaction that appends the event, so the one is never there without
    the other.
    """

    __tablename__ = "outbox"

    event_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    # How often booking it has failed.
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class Message(Table, table=True):
    """What is told of one event, as things were then; the same for all destinations."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_call_id", "call_id"),
        Index("ix_messages_created_at", "created_at"),
    )

    # The event's id in the log, which may have been pruned since.
    event_id: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    org_id: UUID = Field(foreign_key="organisations.id")
    event: str
    at: datetime = Field(sa_column=instant_column("at", nullable=False))
    agent_id: UUID | None = None
    call_id: UUID | None = Field(default=None, foreign_key="calls.id", ondelete="CASCADE")
    data: JsonObject = Field(sa_column=document_column("data"))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


_PENDING = text("status = 'pending'")
_UNDELIVERED = text("status <> 'delivered'")
_UNFINISHED = text("status in ('pending', 'sending')")


class Delivery(Table, table=True):
    """One event to one destination. Its id is the `webhook-id`, at every attempt the same."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("destination_id", "event_id"),
        Index(
            "ix_deliveries_due",
            *("destination_id", "next_attempt_at", "event_id"),
            postgresql_where=_PENDING,
        ),
        Index(
            "ix_deliveries_unfinished",
            *("destination_id", "call_id", "event_id"),
            postgresql_where=_UNFINISHED,
        ),
        Index(
            "ix_deliveries_sending",
            *("destination_id", "lease_until"),
            postgresql_where=text("status = 'sending'"),
        ),
        Index(
            "ix_deliveries_held",
            *("destination_id", "call_id"),
            postgresql_where=text("status = 'held'"),
        ),
        Index("ix_deliveries_org_id_id", "org_id", text("id desc")),
        Index("ix_deliveries_org_id_event_id", "org_id", "event", text("id desc")),
        Index("ix_deliveries_destination_id_id", "destination_id", text("id desc")),
        Index("ix_deliveries_call_id_id", "call_id", text("id desc")),
        # What was delivered is nearly all there is, and found without: each change of an indexed
        # column writes to every index there is.
        Index(
            "ix_deliveries_org_id_status_id",
            *("org_id", "status", text("id desc")),
            postgresql_where=_UNDELIVERED,
        ),
        Index(
            "ix_deliveries_destination_id_status_id",
            *("destination_id", "status", text("id desc")),
            postgresql_where=_UNDELIVERED,
        ),
        Index(
            "ix_deliveries_followed",
            *("destination_id", "follow_at"),
            postgresql_where=text("follow_at is not null"),
        ),
        Index(
            "ix_deliveries_file",
            *("destination_id", "file_day", "file_number"),
            postgresql_where=text("file_day is not null"),
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    destination_id: UUID = Field(foreign_key="destinations.id", ondelete="CASCADE")
    event_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    event: str
    call_id: UUID | None = Field(default=None, foreign_key="calls.id", ondelete="CASCADE")
    status: DeliveryStatus = Field(sa_column=enum_column(DeliveryStatus, "status"))
    # How often it was claimed, ever.
    attempts: int = 0
    # How far it is in the schedule of retries; a replay begins anew.
    step: int = 0
    next_attempt_at: datetime = Field(sa_column=instant_column("next_attempt_at", nullable=False))
    lease_until: datetime | None = Field(default=None, sa_column=instant_column("lease_until"))
    # What the last attempt came to, in words and by its status.
    last_error: str | None = None
    last_status_code: int | None = None
    delivered_at: datetime | None = Field(default=None, sa_column=instant_column("delivered_at"))
    # What is there at the other side: a DAG run and its state, the file it is in.
    outcome: JsonObject | None = Field(
        default=None, sa_column=json_column("outcome", nullable=True)
    )
    # When to ask next what became of it; null: nothing is to be asked.
    follow_at: datetime | None = Field(default=None, sa_column=instant_column("follow_at"))
    # The file it is in, for good: its day, and the how many-th of that day it is.
    file_day: date | None = None
    file_number: int | None = None
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class DeliveryAttempt(Table, table=True):
    """One try: when, how long, and what came back."""

    __tablename__ = "delivery_attempts"
    __table_args__ = (
        Index("ix_delivery_attempts_destination_id_at", "destination_id", text("at desc")),
    )

    delivery_id: UUID = Field(foreign_key="deliveries.id", ondelete="CASCADE", primary_key=True)
    number: int = Field(primary_key=True)
    destination_id: UUID
    at: datetime = Field(sa_column=instant_column("at", nullable=False))
    duration_ms: int
    # Null: nothing came back.
    status_code: int | None = None
    # Why it does not count as delivered; null: it does.
    error: str | None = None
    # The beginning of what came back, with our secrets masked.
    answer: str | None = None
