"""What the recordings room announces."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import Event, JsonObject


class RecordingEvent(Event):
    """`data` has the recording's id, status, step, progress and error."""

    name: ClassVar[str] = "recording.changed"
    is_logged: ClassVar[bool] = False
    example: ClassVar[JsonObject] = {
        "recording_id": "01990000-0000-7000-8000-000000005e7d",
        "status": "completed",
        "step": None,
        "progress": 100,
        "file_name": "call.wav",
        "error": None,
    }

    recording_id: UUID


class RecordingUploaded(RecordingEvent):
    """All of its bytes are there."""

    name: ClassVar[str] = "recording.uploaded"
    is_logged: ClassVar[bool] = True
    example: ClassVar[JsonObject] = RecordingEvent.example | {"status": "queued", "progress": 0}


class RecordingProgressed(RecordingEvent):
    """It got on, at most once a second."""

    name: ClassVar[str] = "recording.progress"
    is_deliverable: ClassVar[bool] = False
    is_logged: ClassVar[bool] = True


class RecordingTranscribed(RecordingEvent):
    """It is a call now; what runs after a call has ended follows from `call.ended`."""

    name: ClassVar[str] = "recording.transcribed"
    is_logged: ClassVar[bool] = True


class RecordingRefused(RecordingEvent):
    """It will be no call; `data.error` says why."""

    name: ClassVar[str] = "recording.failed"
    is_logged: ClassVar[bool] = True
    example: ClassVar[JsonObject] = RecordingEvent.example | {
        "status": "failed",
        "progress": 0,
        "error": {"code": "silent", "detail": "Nothing is to be heard in it."},
    }


class RecordingCanceled(RecordingEvent):
    name: ClassVar[str] = "recording.canceled"
    is_logged: ClassVar[bool] = True
    example: ClassVar[JsonObject] = RecordingEvent.example | {"status": "canceled", "progress": 40}


class RecordingQueued(RecordingEvent):
    """It is to be decoded and cut. Nobody outside sees this."""

    name: ClassVar[str] = "recording.queued"


class ChunkCut(RecordingEvent):
    """A chunk is to be transcribed. Nobody outside sees this."""

    name: ClassVar[str] = "recording.chunk_cut"

    chunk_id: UUID


class RecordingHeard(RecordingEvent):
    """All of its chunks are transcribed. Nobody outside sees this."""

    name: ClassVar[str] = "recording.heard"
