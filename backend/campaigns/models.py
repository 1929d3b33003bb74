"""Campaigns, their contacts, and each attempt to reach one."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field

from backend.agents.models import Purpose
from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, enum_column, instant_column, json_column


class CampaignStatus(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELED = "canceled"

    @property
    def is_over(self) -> bool:
        return self in {CampaignStatus.COMPLETED, CampaignStatus.CANCELED}


class ContactState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    EXHAUSTED = "exhausted"
    REFUSED = "refused"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self not in {ContactState.WAITING, ContactState.RUNNING}


class AttemptOutcome(StrEnum):
    """What came of an attempt. The last two rang no phone and count as none."""

    ANSWERED = "answered"
    VOICEMAIL = "voicemail"
    SCREENING = "screening"
    IVR = "ivr"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    DECLINED = "declined"
    INVALID_NUMBER = "invalid_number"
    NOT_CONNECTED = "not_connected"
    FAILED = "failed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def counts(self) -> bool:
        return self not in {AttemptOutcome.REFUSED, AttemptOutcome.WITHDRAWN}


class Campaign(Table, table=True):
    """A list and the policy by which it is worked through. Claiming locks this row."""

    __tablename__ = "campaigns"
    __table_args__ = (
        Index("ix_campaigns_org_id_id", "org_id", text("id desc")),
        Index(
            "ix_campaigns_open",
            "org_id",
            "status",
            postgresql_where=text("status in ('scheduled', 'running')"),
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    agent_id: UUID = Field(foreign_key="agents.id")
    # Frozen at the start: what is published later changes nothing of what runs.
    agent_version: int | None = None
    purpose: Purpose | None = Field(
        default=None, sa_column=enum_column(Purpose, "purpose", nullable=True)
    )
    name: str
    status: CampaignStatus = Field(
        default=CampaignStatus.DRAFT, sa_column=enum_column(CampaignStatus, "status")
    )
    status_reason: str | None = None
    policy: JsonObject = Field(sa_column=json_column("policy"))
    priority: int = 5
    max_concurrent: int = 5
    # How much of its share it has had: of those with something due, the lowest is next.
    turn: float = 0.0
    starts_at: datetime | None = Field(default=None, sa_column=instant_column("starts_at"))
    ends_at: datetime | None = Field(default=None, sa_column=instant_column("ends_at"))
    started_at: datetime | None = Field(default=None, sa_column=instant_column("started_at"))
    # Since when attempts count for what stops it: those before a resumption have had their say.
    watched_since: datetime | None = Field(default=None, sa_column=instant_column("watched_since"))
    ended_at: datetime | None = Field(default=None, sa_column=instant_column("ended_at"))
    created_by: UUID | None = None
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    updated_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("updated_at", nullable=False)
    )


class CampaignContact(Table, table=True):
    """Somebody to be reached. The state has a named reason as soon as there is one."""

    __tablename__ = "campaign_contacts"
    __table_args__ = (
        UniqueConstraint("campaign_id", "to_number"),
        Index("ix_campaign_contacts_listed", "campaign_id", "state", "id"),
        Index("ix_campaign_contacts_campaign_id_id", "campaign_id", "id"),
        Index(
            "ix_campaign_contacts_due",
            "campaign_id",
            "due_at",
            "id",
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_campaign_contacts_org_id_to_number", "org_id", "to_number"),
        Index(
            "ix_campaign_contacts_check_at",
            "check_at",
            postgresql_where=text("check_at is not null"),
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    campaign_id: UUID = Field(
        sa_column=Column(
            "campaign_id", ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False
        )
    )
    to_number: str
    variables: dict[str, str] = Field(default_factory=dict, sa_column=json_column("variables"))
    contact_metadata: JsonObject = Field(default_factory=dict, sa_column=json_column("metadata"))
    time_zone: str | None = None
    postal_code: str | None = None
    state: ContactState = Field(
        default=ContactState.WAITING, sa_column=enum_column(ContactState, "state")
    )
    reason: str | None = None
    # When it may be dialled next; null: not any more.
    due_at: datetime | None = Field(default=None, sa_column=instant_column("due_at"))
    # When it is decided without what is still waited for, such as the record of its last call.
    check_at: datetime | None = Field(default=None, sa_column=instant_column("check_at"))
    # Of all attempts, also those that count as none: the number of the last one.
    last_attempt: int = 0
    # How many have counted.
    attempts: int = 0
    callbacks: int = 0
    callback_at: datetime | None = Field(default=None, sa_column=instant_column("callback_at"))
    last_outcome: AttemptOutcome | None = Field(
        default=None, sa_column=enum_column(AttemptOutcome, "last_outcome", nullable=True)
    )
    needs_person: bool = False
    finished_at: datetime | None = Field(default=None, sa_column=instant_column("finished_at"))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class CampaignAttempt(Table, table=True):
    """One attempt to reach a contact, made in the transaction that places its call.

    The call has no foreign key: it may be deleted, and the attempt has been made all the same.
    """

    __tablename__ = "campaign_attempts"
    __table_args__ = (
        UniqueConstraint("contact_id", "number"),
        Index("ix_campaign_attempts_latest", "campaign_id", text("claimed_at desc")),
        Index(
            "ix_campaign_attempts_running",
            "campaign_id",
            postgresql_where=text("ended_at is null"),
        ),
        Index("ix_campaign_attempts_from_number", "org_id", "from_number", "claimed_at"),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    campaign_id: UUID = Field(
        sa_column=Column(
            "campaign_id", ForeignKey("campaigns.id", ondelete="CASCADE"), nullable=False
        )
    )
    contact_id: UUID = Field(
        sa_column=Column(
            "contact_id", ForeignKey("campaign_contacts.id", ondelete="CASCADE"), nullable=False
        )
    )
    number: int
    call_id: UUID = Field(unique=True)
    from_number: str | None = None
    outcome: AttemptOutcome | None = Field(
        default=None, sa_column=enum_column(AttemptOutcome, "outcome", nullable=True)
    )
    reason: str | None = None
    duration_ms: int | None = None
    cost_cents: float | None = None
    claimed_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("claimed_at", nullable=False)
    )
    ended_at: datetime | None = Field(default=None, sa_column=instant_column("ended_at"))
    # When what follows from it was decided; a later word about the call changes that no more.
    decided_at: datetime | None = Field(default=None, sa_column=instant_column("decided_at"))
