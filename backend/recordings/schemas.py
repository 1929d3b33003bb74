"""What the recordings' paths take and give."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.calls.models import Turn
from backend.platform.configuration.values import TranscriberName
from backend.platform.events import JsonObject
from backend.platform.pages import Cursor, Limit
from backend.platform.storable import Instant, ReckonedInstant, StorableObject, StorableText
from backend.recordings.models import Recording, RecordingStatus, RecordingStep

FileName = Annotated[StorableText, StringConstraints(min_length=1, max_length=255)]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
ChannelRole = Literal["agent", "user"]


class RecordingFields(BaseModel):
    """What can be said about a recording, however its bytes come."""

    model_config = ConfigDict(extra="forbid")

    agent_id: UUID = Field(description="Whose call it was; its record schema is used.")
    occurred_at: ReckonedInstant | None = Field(
        None, description="When the conversation was; relative dates are reckoned from it."
    )
    language: Language | None = Field(
        None, description="Such as `en` or `es`. Null: it is detected.", examples=["en"]
    )
    speakers: int | None = Field(None, ge=1, le=20, description="How many people speak.")
    channels: dict[Literal["0", "1"], ChannelRole] | None = Field(
        None,
        description="Who is on which channel, where each has one of their own.",
        examples=[{"0": "agent", "1": "user"}],
    )
    transcriber: TranscriberName | None = Field(
        None, description="Asked for this one. Null: the agent's own, else TRANSCRIBER."
    )
    metadata: StorableObject = Field(
        default_factory=dict, description="Kept with the call and given back."
    )

    @property
    def wishes(self) -> JsonObject:
        wishes = {
            "language": self.language, "speakers": self.speakers, "channels": self.channels,
            "transcriber": self.transcriber,
        }  # fmt: skip
        return {name: value for name, value in wishes.items() if value is not None}


class RecordingCreate(RecordingFields):
    file_name: FileName = Field(description="What people call it.", examples=["call.mp3"])
    content_type: str | None = Field(None, max_length=200, description="Kept; not believed.")
    size_bytes: int = Field(ge=1, description="How many bytes will come.")


class RecordingFromUrl(RecordingFields):
    url: str = Field(max_length=4000, description="From where it is fetched, by http or https.")
    file_name: FileName | None = Field(None, description="Null: as the address ends.")


class RecordingQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: RecordingStatus | None = Field(None, description="Only those in this state.")
    agent_id: UUID | None = Field(None, description="Only those of this agent.")
    q: StorableText | None = Field(None, max_length=200, description="A part of the file's name.")
    created_after: Instant | None = Field(None, description="Only those sent then or later.")
    created_before: Instant | None = Field(None, description="Only those sent before.")
    cursor: Cursor = None
    limit: Limit = 50


class RecordingError(BaseModel):
    code: str = Field(description="Which problem it is; it stays the same.")
    detail: str = Field(description="What happened, and what to do.")


class RecordingRead(BaseModel):
    id: UUID = Field(description="The id of the recording.")
    status: RecordingStatus = Field(description="Where it stands.")
    step: RecordingStep | None = Field(description="What is being done; null: nothing.")
    progress: int = Field(description="Percent of the whole.")
    file_name: str = Field(description="What people call it.")
    content_type: str | None = Field(description="As its sender said.")
    size_bytes: int | None = Field(description="How many bytes it has.")
    sha256: str | None = Field(description="Of its bytes; null until they are there.")
    duration_ms: int | None = Field(description="As decoded, whatever the file says.")
    codec: str | None = Field(description="What its sound is coded in.")
    sample_rate: int | None = Field(description="Samples a second.")
    channels: int | None = Field(description="How many the file has.")
    language: str | None = Field(description="What is spoken, mostly.")
    language_confidence: float | None = Field(description="How sure the transcriber is, up to 1.")
    transcriber: str | None = Field(description="Who transcribed it.")
    cost_cents: float | None = Field(description="By TRANSCRIBER_PRICES; null: unknown.")
    warnings: list[str] = Field(
        description="`cut_off`: the file ends in the middle, and what there is was taken. "
        "`voices_approximate`: voices on one channel were told apart by their sound alone."
    )
    error: RecordingError | None = Field(description="Why it failed; null: it has not.")
    call_id: UUID | None = Field(description="The call it became.")
    agent_id: UUID = Field(description="Whose it is.")
    occurred_at: datetime | None = Field(description="When the conversation was.")
    created_at: datetime = Field(description="When it was sent.")
    metadata: JsonObject = Field(description="As given.")

    @classmethod
    def of(cls, recording: Recording, **members: object) -> Self:
        return cls.model_validate(
            {n: getattr(recording, n) for n in cls.model_fields if n in Recording.model_fields}
            | {"metadata": recording.recording_metadata}
            | members
        )


class Upload(BaseModel):
    """Where the bytes are to be sent, without any further credentials."""

    method: Literal["PUT"] = Field(description="How.")
    url: str = Field(description="For all of it in one request.")
    headers: dict[str, str] = Field(description="To be sent along.")
    expires_at: datetime = Field(description="Until when this works.")


class RecordingOpened(RecordingRead):
    upload: Upload = Field(description="How to send the bytes; then call `complete`.")


class MissingPart(Upload):
    """A part that is not there, and where it is to be sent."""

    url: str = Field(description="For this part alone.")
    number: int = Field(description="Which part, from 0.")
    start: int = Field(description="Its first byte in the file.")
    end: int = Field(description="The first byte after it.")


class RecordingParts(BaseModel):
    missing: list[MissingPart] = Field(
        description="Those to be sent, in any order, 50 at the most; none: call `complete`."
    )


class Transcript(BaseModel):
    language: str | None = Field(description="What is spoken, mostly.")
    turns: list[Turn] = Field(description="What was said, in order.")


class Outline(BaseModel):
    """What a waveform is drawn from."""

    duration_ms: int = Field(description="Of the whole.")
    peaks: list[list[int]] = Field(description="By channel: the loudest moments, 0 to 255.")
