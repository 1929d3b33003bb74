"""What the destinations' paths take and give."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from backend.destinations.config import AirflowConfig, EmailConfig, StoreConfig, WebhookConfig
from backend.destinations.models import DeliveryStatus, DestinationKind, DisabledReason
from backend.platform.events import JsonObject
from backend.platform.pages import Cursor, Limit
from backend.platform.storable import Instant, StorableObject, StorableText

Name = Annotated[StorableText, Field(min_length=1, max_length=200, description="What to call it.")]
EventNames = Annotated[
    list[str],
    Field(
        description="The names of events it gets; empty: nothing.",
        examples=[["call.ended", "record.extracted", "record.corrected"]],
        max_length=100,
    ),
]
AgentIds = Annotated[
    list[UUID] | None,
    Field(description="Only what these agents' calls brought; null: all agents'.", max_length=500),
]
Statuses = Annotated[
    list[Literal["valid", "corrected", "needs_review", "failed"]],
    Field(
        description="The states in which records are handed on. A record in another is held back, "
        "and goes out when a person has approved or corrected it."
    ),
]
FieldChoice = Annotated[
    list[StorableText] | StorableObject | None,
    Field(
        description="Null: everything. A list of paths such as `record.data.eta`: these alone. "
        "An object: the body itself, its texts filled in: `{{record.data.eta}}`.",
        examples=[["call.id", "record.data"], {"text": "{{record.data.driver_status}}"}],
    ),
]
Concurrency = Annotated[
    int, Field(ge=1, le=100, description="How many deliveries may be on their way at once.")
]


class _Create(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Name
    events: EventNames = []
    agent_ids: AgentIds = None
    record_statuses: Statuses = ["valid", "corrected"]
    fields: FieldChoice = None
    concurrency: Concurrency = 10
    enabled: bool = Field(default=True, description="Whether it gets anything yet.")


class WebhookCreate(_Create):
    kind: Literal["webhook"] = Field(description="Posts to an address, signed.")
    config: WebhookConfig = Field(description="Where to, and what is sent along.")


class EmailCreate(_Create):
    kind: Literal["email"] = Field(description="A mail for each event, to people.")
    config: EmailConfig = Field(description="Who gets it.")


class AirflowCreate(_Create):
    kind: Literal["airflow"] = Field(description="A DAG run for each event.")
    config: AirflowConfig = Field(description="Which DAG of which Airflow, and who starts it.")


class StoreCreate(_Create):
    kind: Literal["object_store"] = Field(
        description="Files by day, in the storage that recordings are in."
    )
    config: StoreConfig = Field(default_factory=StoreConfig, description="How they are written.")


DestinationCreate = Annotated[
    WebhookCreate | EmailCreate | AirflowCreate | StoreCreate, Field(discriminator="kind")
]


class DestinationUpdate(BaseModel):
    """What is left out stays as it is, whatever the default says here."""

    model_config = ConfigDict(extra="forbid")

    name: Name = ""
    config: StorableObject = Field(
        {}, description="As when it was made, whole; secrets left out stay as they are."
    )
    events: EventNames = []
    agent_ids: AgentIds = None
    record_statuses: Statuses = []
    fields: FieldChoice = None
    concurrency: Concurrency = 10
    enabled: bool = Field(
        default=True,
        description="False: what happens meanwhile is booked as missed, for a replay.",
    )


class DestinationHealth(BaseModel):
    """How it fares. Counts end at 10,000."""

    last_success_at: datetime | None = Field(description="When something last arrived.")
    failing_since: datetime | None = Field(
        description="Since when every attempt has failed; null: the last one went well."
    )
    p95_ms: float | None = Field(description="Of the last 500 attempts, how long 95 % took.")
    waiting: int = Field(description="Deliveries that wait for an attempt, or are in one.")
    oldest_waiting_at: datetime | None = Field(description="When the first of them was booked.")
    dead: int = Field(description="Tried as often as it is tried; a replay makes them again.")
    missed: int = Field(description="Booked while it was switched off.")
    held: int = Field(description="Held back, since their record is not in a state it takes.")


class DestinationRead(BaseModel):
    id: UUID = Field(description="The id of the destination.")
    name: str = Field(description="What it is called.")
    kind: DestinationKind = Field(description="How things get there.")
    config: JsonObject = Field(
        description="As it was made, without secrets. Of an address, only managers and "
        "administrators see more than the host."
    )
    events: list[str] = Field(description="The names of events it gets.")
    agent_ids: list[UUID] | None = Field(description="Whose; null: all agents'.")
    record_statuses: list[str] = Field(description="The states in which records are handed on.")
    fields: Any | None = Field(description="The choice or form of what it gets; null: everything.")
    concurrency: int = Field(description="How many deliveries may be on their way at once.")
    enabled: bool = Field(description="Whether deliveries are made.")
    disabled_reason: DisabledReason | None = Field(
        description="`person`; `gone`: it answered 410; `failing`: for five days."
    )
    disabled_at: datetime | None = Field(description="When it was switched off.")
    previous_secret_until: datetime | None = Field(
        description="Until when the secret before the last rotation signs along."
    )
    created_at: datetime = Field(description="When it was made.")
    updated_at: datetime = Field(description="When it was last changed.")
    health: DestinationHealth = Field(description="How it fares.")


class DestinationCreated(DestinationRead):
    secret: str | None = Field(
        description="What its signatures are checked with. Shown this once; null: it has none."
    )


class SecretRotated(BaseModel):
    secret: str = Field(description="The new secret. Shown this once.")
    previous_secret_until: datetime = Field(
        description="Until then everything is signed with both, the new one first."
    )


class AttemptRead(BaseModel):
    number: int = Field(description="Counts from 1. A number is missing where a worker died.")
    at: datetime = Field(description="When it began.")
    duration_ms: int = Field(description="How long it took.")
    status_code: int | None = Field(description="What the receiver answered; null: nothing.")
    error: str | None = Field(description="Why it does not count as delivered; null: it does.")
    answer: str | None = Field(
        description="The first 4 kB of the answer, with secrets masked; null: none came."
    )


class ExampleSent(BaseModel):
    """What an example came to. It is not booked."""

    delivered: bool = Field(description="Whether the receiver took it.")
    attempt: AttemptRead = Field(description="What came of it.")
    body: str = Field(description="What was sent.")


class DeliveryQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    destination_id: UUID | None = Field(None, description="Only to this destination.")
    status: DeliveryStatus | None = Field(None, description="Only those that stand so.")
    call_id: UUID | None = Field(None, description="Only of this call.")
    event: str | None = Field(None, max_length=100, description="Only of events of this name.")
    cursor: Cursor = None
    limit: Limit = 50


class DagRun(BaseModel):
    """A run that was started in Airflow, and how it fares."""

    kind: Literal["dag_run"] = Field(description="What this is.")
    dag_id: str = Field(description="The DAG.")
    run_id: str = Field(description="The run's id in Airflow.")
    state: str = Field(description="As Airflow calls it; `removed`: it is no longer there.")
    failed_tasks: list[str] = Field(description="The tasks that failed, those that began it first.")
    url: str = Field(description="Its page in Airflow.")


class StoredFile(BaseModel):
    """The file that an event is in."""

    kind: Literal["file"] = Field(description="What this is.")
    key: str = Field(description="Its place in the storage.")


Outcome = Annotated[DagRun | StoredFile, Field(discriminator="kind")]


class DeliverySummary(BaseModel):
    id: UUID = Field(description="The id of the delivery, which receivers get as `webhook-id`.")
    destination_id: UUID = Field(description="Where to.")
    event: str = Field(description="What happened.")
    call_id: UUID | None = Field(description="The call it is about.")
    status: DeliveryStatus = Field(description="How it stands.")
    attempts: int = Field(description="How often it was tried.")
    next_attempt_at: datetime | None = Field(
        description="When it is tried next; null: it is not waiting for that."
    )
    last_error: str | None = Field(description="Why the last attempt failed; null: it did not.")
    last_status_code: int | None = Field(description="What the receiver last answered.")
    delivered_at: datetime | None = Field(description="When the receiver last took it.")
    outcome: Outcome | None = Field(
        description="What became of it at the other side; null: nothing is known of that."
    )
    created_at: datetime = Field(description="When it was booked.")


class DeliveryRead(DeliverySummary):
    tries: list[AttemptRead] = Field(description="Every attempt, in order.")
    body: str = Field(description="What is sent, by the destination's present choice of fields.")


class ReplayMany(BaseModel):
    model_config = ConfigDict(extra="forbid")

    since: Instant = Field(description="Booked at this instant or later.")
    until: Instant | None = Field(None, description="Booked before; null: now.")
    status: list[Literal["delivered", "dead", "missed", "pending"]] = Field(
        default=["dead", "missed"],
        description="How they stand. `pending`: what waits for its next attempt goes out now.",
    )


class ReplayPreview(BaseModel):
    count: int = Field(description="How many deliveries are, or would be, made again.")
