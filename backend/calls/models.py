"""Calls: the table, its states, and the shapes stored inside it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal, TypeAlias
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import (
    Column,
    Computed,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSVECTOR
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, enum_column, instant_column, json_column


class CallStatus(StrEnum):
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    DIALING = "dialing"
    IN_PROGRESS = "in_progress"
    ENDED = "ended"
    NOT_CONNECTED = "not_connected"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self in _FINAL


_FINAL = frozenset(
    {CallStatus.ENDED, CallStatus.NOT_CONNECTED, CallStatus.FAILED, CallStatus.CANCELED}
)


class CallSource(StrEnum):
    OUTBOUND = "outbound"
    INBOUND = "inbound"
    WEB = "web"
    UPLOAD = "upload"


class AnsweredBy(StrEnum):
    HUMAN = "human"
    VOICEMAIL = "voicemail"
    SCREENING = "screening"
    IVR = "ivr"
    NOBODY = "nobody"
    UNKNOWN = "unknown"

    @property
    def is_machine(self) -> bool:
        return self in _MACHINES


_MACHINES = frozenset({AnsweredBy.VOICEMAIL, AnsweredBy.SCREENING, AnsweredBy.IVR})


# Retell's reason for a call whose other side asked not to be called again.
OPT_OUT = "user_requested_dnc"


Role: TypeAlias = Literal["agent", "user", "transfer_target", "dtmf", "unknown"]


class SpokenWord(BaseModel):
    """A word of a turn, with its times in milliseconds of the call."""

    text: str = Field(description="As it is read, punctuation included.")
    start_ms: int = Field(description="When it began.")
    end_ms: int = Field(description="When it ended.")


class Turn(BaseModel):
    """One utterance of a transcript. Times are milliseconds from the start of the call."""

    turn: int = Field(description="Its number, from 0.")
    role: Role = Field(
        description="Who spoke; `dtmf`: the other side pressed keys, `unknown`: nobody could tell."
    )
    text: str = Field(description="What was said, or which keys were pressed.")
    start_ms: int | None = Field(None, description="When it began, in milliseconds of the call.")
    end_ms: int | None = Field(None, description="When it ended, in milliseconds of the call.")
    is_backchannel: bool = Field(
        default=False, description="Whether it is a mere `mm-hm` of a listener, and no answer."
    )
    channel: int | None = Field(None, description="The recording's channel it was heard on.")
    speaker: str | None = Field(None, description="The voice, where voices were told apart.")
    is_voice_approximate: bool = Field(
        default=False,
        description="Whether voices were told apart by their sound alone: some words may be the "
        "other's.",
    )
    confidence: float | None = Field(None, description="How sure the transcriber is, up to 1.")
    language: str | None = Field(None, description="Its language, where a call has several.")
    role_evidence: str | None = Field(
        None, description="The words by which the role was told, where it was told by words."
    )
    words: list[SpokenWord] = Field(
        default_factory=list, description="Its words with their times; empty where unknown."
    )


class ToolUse(BaseModel):
    """A tool that the agent used during a call."""

    name: str = Field(description="The tool's name.")
    arguments: str | None = Field(None, description="What it was given, as JSON text.")
    result: str | None = Field(None, description="What it gave back; null: nothing yet.")
    successful: bool | None = Field(None, description="Whether it worked; null: Retell is silent.")
    after_turn: int | None = Field(
        None, description="The number of the turn it came after; null: before the first."
    )


class Call(Table, table=True):
    """One call. For an outbound call the row is the intent, and comes before anything is dialled.

    `known` holds what Retell has told about the call, each fact with the rank of its source; the
    other columns about the conversation are derived from it (see `lifecycle`).
    """

    __tablename__ = "calls"
    __table_args__ = (
        UniqueConstraint("org_id", "idempotency_key"),
        Index("ix_calls_org_id_id", "org_id", text("id desc")),
        Index("ix_calls_org_id_status_id", "org_id", "status", text("id desc")),
        Index("ix_calls_org_id_agent_id_id", "org_id", "agent_id", text("id desc")),
        Index("ix_calls_org_id_to_number", "org_id", "to_number", text("id desc")),
        Index("ix_calls_org_id_from_number", "org_id", "from_number", text("id desc")),
        Index("ix_calls_org_id_created_at", "org_id", "created_at"),
        Index(
            "ix_calls_org_id_length",
            "org_id",
            text("coalesce(duration_ms, -1) desc"),
            text("id desc"),
        ),
        Index(
            "ix_calls_due",
            "org_id",
            "due_at",
            postgresql_where=text("status in ('scheduled', 'queued')"),
        ),
        Index("ix_calls_check_at", "check_at", postgresql_where=text("check_at is not null")),
        Index(
            "ix_calls_repaired",
            "org_id",
            "repaired_at",
            postgresql_where=text("repaired_at is not null"),
        ),
        Index(
            "ix_calls_assigned_to",
            "org_id",
            "assigned_to",
            text("id desc"),
            postgresql_where=text("assigned_to is not null"),
        ),
        Index(
            "ix_calls_running",
            "org_id",
            postgresql_where=text("status in ('dialing', 'in_progress')"),
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    agent_id: UUID = Field(foreign_key="agents.id")
    agent_version: int | None = None
    source: CallSource = Field(sa_column=enum_column(CallSource, "source"))
    status: CallStatus = Field(sa_column=enum_column(CallStatus, "status"))
    status_reason: str | None = None
    # Why it failed, in words, where Retell's reason does not say it.
    failure: str | None = None
    answered_by: AnsweredBy = Field(
        default=AnsweredBy.UNKNOWN, sa_column=enum_column(AnsweredBy, "answered_by")
    )
    answered_by_source: str | None = None

    to_number: str | None = None
    from_number: str | None = None
    variables: dict[str, str] = Field(default_factory=dict, sa_column=json_column("variables"))
    call_metadata: JsonObject = Field(default_factory=dict, sa_column=json_column("metadata"))
    # Where who is called is, as whoever placed the call knows.
    time_zone: str | None = None
    postal_code: str | None = None
    idempotency_key: str | None = None
    request_hash: str | None = None

    # When it may be dialled; for a call that waits, its place in the queue.
    due_at: datetime | None = Field(default=None, sa_column=instant_column("due_at"))
    scheduled_at: datetime | None = Field(default=None, sa_column=instant_column("scheduled_at"))
    # From then on it is not dialled any more; null: however late it gets.
    dial_before: datetime | None = Field(default=None, sa_column=instant_column("dial_before"))
    # The questions to hooks by whose answers it was dialled, or refused.
    hook_inquiry_ids: list[UUID] | None = Field(
        default=None, sa_column=Column("hook_inquiry_ids", ARRAY(Uuid))
    )
    # Why it waits though it was its turn: what the gate said, with its rule.
    held: JsonObject | None = Field(
        default=None, sa_column=Column("held", JSONB(none_as_null=True))
    )
    dialed_at: datetime | None = Field(default=None, sa_column=instant_column("dialed_at"))
    # Set before create-phone-call is sent. Without a retell_call_id it means: outcome unknown.
    sent_at: datetime | None = Field(default=None, sa_column=instant_column("sent_at"))
    # Why it is not known whether a phone rang: what Retell answered instead.
    dial_doubt: str | None = None
    # When Retell is asked about the call unless an update comes first; null: nothing is awaited.
    check_at: datetime | None = Field(default=None, sa_column=instant_column("check_at"))
    news_at: datetime | None = Field(default=None, sa_column=instant_column("news_at"))

    retell_call_id: str | None = Field(default=None, unique=True)
    # What was transcribed here, if it was. No foreign key: recordings are a room above.
    recording_id: UUID | None = None
    # What people call the file that it came in.
    file_name: str | None = None
    language: str | None = None
    known: JsonObject = Field(default_factory=dict, sa_column=json_column("known"))
    # Apart from `known`, so that rewriting the one does not rewrite the other.
    transcript: list[JsonObject] = Field(default_factory=list, sa_column=json_column("transcript"))
    tool_uses: list[JsonObject] = Field(
        default_factory=list,
        sa_column=Column("tool_uses", JSONB, nullable=False, server_default="[]"),
    )
    seen: list[str] = Field(default_factory=list, sa_column=json_column("seen"))
    # The changes learned by asking Retell, since their webhooks had not come.
    repaired: list[str] = Field(default_factory=list, sa_column=json_column("repaired"))
    repaired_at: datetime | None = Field(default=None, sa_column=instant_column("repaired_at"))
    started_at: datetime | None = Field(default=None, sa_column=instant_column("started_at"))
    ended_at: datetime | None = Field(default=None, sa_column=instant_column("ended_at"))
    duration_ms: int | None = None
    summary: str | None = None
    sentiment: str | None = None
    # Who is to look after it: its record, its evaluation, or whatever came of it.
    assigned_to: UUID | None = Field(default=None, foreign_key="users.id")
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class CallWords(Table, table=True):
    """What a call is found by: its own words and its record's, each written by its own room."""

    __tablename__ = "call_words"
    __table_args__ = (Index("ix_call_words_words", "words", postgresql_using="gin"),)

    call_id: UUID = Field(foreign_key="calls.id", ondelete="CASCADE", primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    said: str | None = Field(default=None, sa_column=Column(TSVECTOR))
    recorded: str | None = Field(default=None, sa_column=Column(TSVECTOR))
    # What of both is left for those who may not see originals; null: nothing is, or it is not known
    # what. The last are names that the record gave, which are masked in the call's words as well.
    masked: str | None = Field(default=None, sa_column=Column(TSVECTOR))
    masked_recorded: str | None = Field(default=None, sa_column=Column(TSVECTOR))
    masked_names: str | None = Field(default=None, sa_column=Column(TSVECTOR))
    # By which kinds all three were masked. Null: none, an older release, or not all by the same.
    masked_kinds: list[str] | None = Field(
        default=None, sa_column=json_column("masked_kinds", nullable=True)
    )
    words: str | None = Field(
        default=None,
        sa_column=Column(
            TSVECTOR,
            Computed(
                "coalesce(said, ''::tsvector) || coalesce(recorded, ''::tsvector)", persisted=True
            ),
        ),
    )


class Sweep(Table, table=True):
    """How far an organisation's calls have been compared with Retell's list."""

    __tablename__ = "sweeps"

    org_id: UUID = Field(foreign_key="organisations.id", primary_key=True)
    swept_until: datetime = Field(sa_column=instant_column("swept_until", nullable=False))
    # When the whole list was last compared, and since when that cannot be done.
    compared_at: datetime | None = Field(default=None, sa_column=instant_column("compared_at"))
    failing_since: datetime | None = Field(default=None, sa_column=instant_column("failing_since"))
    failure: str | None = None


class MissedCall(Table, table=True):
    """A call that Retell's list has and we lack, until it was fetched."""

    __tablename__ = "missed_calls"

    org_id: UUID = Field(foreign_key="organisations.id", primary_key=True)
    retell_call_id: str = Field(primary_key=True)
    found_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("found_at", nullable=False)
    )


class DialQueue(Table, table=True):
    """How fast an organisation may dial, shared by all workers through this one row."""

    __tablename__ = "dial_queues"

    org_id: UUID = Field(foreign_key="organisations.id", primary_key=True)
    next_start_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("next_start_at", nullable=False)
    )
    concurrency_limit: int | None = None
    # Calls running at Retell that are not ours, as last counted.
    foreign_calls: int = 0
    limit_read_at: datetime | None = Field(default=None, sa_column=instant_column("limit_read_at"))
    # Why dialling stands still (no credit, key refused), until somebody resumes it or it passes.
    stopped_reason: str | None = None
    stopped_at: datetime | None = Field(default=None, sa_column=instant_column("stopped_at"))
    stopped_until: datetime | None = Field(default=None, sa_column=instant_column("stopped_until"))
    # A mark of the key that it was stopped with. Another key may have nothing in its way.
    stopped_with: str | None = None


@dataclass(frozen=True)
class RepairTally:
    """What repair had to do: calls, the changes learned by it, and what is overdue now."""

    calls: int
    changes: int
    last_at: datetime | None
    oldest_overdue_at: datetime | None
    compared_at: datetime | None
    failing_since: datetime | None
    failure: str | None


class CallTranscript(Table, table=True):
    """A transcript of a call that has several, the newest of which is the call's."""

    __tablename__ = "call_transcripts"
    __table_args__ = (PrimaryKeyConstraint("call_id", "revision"),)

    call_id: UUID = Field(
        sa_column=Column("call_id", ForeignKey("calls.id", ondelete="CASCADE"), nullable=False)
    )
    revision: int
    org_id: UUID = Field(foreign_key="organisations.id")
    # `retell`, or who transcribed it here.
    source: str
    turns: list[JsonObject] = Field(default_factory=list, sa_column=json_column("turns"))
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
