"""What the records room announces."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import CallEvent, JsonObject

_RECORD: JsonObject = {
    "record_id": "01990000-0000-7000-8000-00000000dec0",
    "revision": 1,
    "status": "valid",
    "origin": "extraction",
    "final": True,
    "problems": 0,
}


class RecordExtracted(CallEvent):
    name: ClassVar[str] = "record.extracted"
    example: ClassVar[JsonObject] = _RECORD


class RecordNeedsReview(CallEvent):
    name: ClassVar[str] = "record.needs_review"
    example: ClassVar[JsonObject] = _RECORD | {"status": "needs_review", "problems": 1}


class RecordFailed(CallEvent):
    name: ClassVar[str] = "record.failed"
    example: ClassVar[JsonObject] = _RECORD | {"status": "failed", "problems": 1}


class RecordCorrected(CallEvent):
    name: ClassVar[str] = "record.corrected"
    example: ClassVar[JsonObject] = _RECORD | {
        "status": "corrected",
        "origin": "correction",
        "revision": 2,
    }


class RecordRequested(CallEvent):
    """A revision has been opened and is to be made. Nobody outside sees this."""

    name: ClassVar[str] = "record.requested"
    is_logged: ClassVar[bool] = False

    record_id: UUID
