"""Recordings and the chunks they are transcribed in."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from backend.platform import clock, ids
from backend.platform.events import JsonObject
from backend.platform.tables import Table, enum_column, instant_column, json_column


class RecordingStatus(StrEnum):
    AWAITING_UPLOAD = "awaiting_upload"
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def is_over(self) -> bool:
        return self in {self.COMPLETED, self.FAILED, self.CANCELED}


class RecordingStep(StrEnum):
    CHECKING = "checking"
    DECODING = "decoding"
    TRANSCRIBING = "transcribing"
    JOINING = "joining"


def folder_of(org_id: UUID, recording_id: UUID | str) -> str:
    """Name the folder of a recording's files, also of one that is no longer known."""
    return f"recordings/{org_id}/{recording_id}"


class Recording(Table, table=True):
    """A file, and how far it is on its way to being a call.

    `wishes` holds what its sender said about it: language, speakers, channels. `error` has a code
    and a sentence, and is null unless it failed.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        Index("ix_recordings_org_id_id", "org_id", text("id desc")),
        Index("ix_recordings_org_id_status_id", "org_id", "status", text("id desc")),
        Index("ix_recordings_org_id_agent_id_id", "org_id", "agent_id", text("id desc")),
        Index("ix_recordings_org_id_sha256", "org_id", "sha256"),
        Index("ix_recordings_call_id", "call_id"),
        Index(
            "ix_recordings_waiting",
            "status",
            "created_at",
            postgresql_where=text("status in ('awaiting_upload', 'queued', 'processing')"),
        ),
    )

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    agent_id: UUID = Field(foreign_key="agents.id")
    call_id: UUID | None = None
    # The recording of a call that is here already, transcribed once more.
    is_of_call: bool = False
    status: RecordingStatus = Field(sa_column=enum_column(RecordingStatus, "status"))
    step: RecordingStep | None = Field(
        default=None, sa_column=enum_column(RecordingStep, "step", nullable=True)
    )
    progress: int = 0
    error: JsonObject | None = Field(default=None, sa_column=json_column("error", nullable=True))
    warnings: list[str] = Field(default_factory=list, sa_column=json_column("warnings"))

    file_name: str
    content_type: str | None = None
    size_bytes: int | None = Field(default=None, sa_column=Column("size_bytes", BigInteger))
    sha256: str | None = None
    allows_duplicate: bool = False
    duration_ms: int | None = None
    container: str | None = None
    codec: str | None = None
    sample_rate: int | None = None
    channels: int | None = None
    has_copy: bool = False
    language: str | None = None
    language_confidence: float | None = None
    transcriber: str | None = None
    cost_cents: float | None = None

    wishes: JsonObject = Field(default_factory=dict, sa_column=json_column("wishes"))
    recording_metadata: JsonObject = Field(default_factory=dict, sa_column=json_column("metadata"))
    occurred_at: datetime | None = Field(default=None, sa_column=instant_column("occurred_at"))
    # The address it is fetched from, sealed: it may carry the right to fetch.
    sealed_url: bytes | None = None
    # May be sent in parts of this size; null: in one piece.
    part_bytes: int | None = None
    upload_expires_at: datetime | None = Field(
        default=None, sa_column=instant_column("upload_expires_at")
    )
    # Transcribed with a key of the sender's, which one process holds in its memory until then.
    key_held_until: datetime | None = Field(
        default=None, sa_column=instant_column("key_held_until")
    )
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )
    finished_at: datetime | None = Field(default=None, sa_column=instant_column("finished_at"))

    @property
    def folder(self) -> str:
        """Below which the storage has everything of this recording."""
        return folder_of(self.org_id, self.id)

    @property
    def source_key(self) -> str:
        return f"{self.folder}/source"

    def part_key(self, number: int) -> str:
        return f"{self.folder}/parts/{number:05}"

    @property
    def copy_key(self) -> str:
        return f"{self.folder}/copy.flac"

    @property
    def outline_key(self) -> str:
        return f"{self.folder}/outline.json"

    @property
    def playable_key(self) -> str:
        return self.copy_key if self.has_copy else self.source_key


class RecordingChunk(Table, table=True):
    """A part of a channel, transcribed by itself. `heard` and `raw` are compressed."""

    __tablename__ = "recording_chunks"
    __table_args__ = (UniqueConstraint("recording_id", "channel", "number"),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    recording_id: UUID = Field(
        sa_column=Column(
            "recording_id", ForeignKey("recordings.id", ondelete="CASCADE"), nullable=False
        )
    )
    channel: int
    number: int
    start_ms: int
    end_ms: int
    # Who was asked, and the provider's id of the work where it goes on without us.
    transcriber: str | None = None
    external_id: str | None = None
    heard: bytes | None = Field(default=None, sa_column=Column("heard", LargeBinary))
    # What the provider answered, word for word.
    raw: bytes | None = Field(default=None, sa_column=Column("raw", LargeBinary))
    done_at: datetime | None = Field(default=None, sa_column=instant_column("done_at"))

    @property
    def name(self) -> str:
        return f"{self.channel}-{self.number:05}"

    def about(self) -> dict[str, Any]:
        return {"channel": self.channel, "start_ms": self.start_ms, "end_ms": self.end_ms}
