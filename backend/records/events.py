"""What the records room announces."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import CallEvent


class RecordExtracted(CallEvent):
    name: ClassVar[str] = "record.extracted"


class RecordNeedsReview(CallEvent):
    name: ClassVar[str] = "record.needs_review"


class RecordFailed(CallEvent):
    name: ClassVar[str] = "record.failed"


class RecordCorrected(CallEvent):
    name: ClassVar[str] = "record.corrected"


class RecordRequested(CallEvent):
    """A revision has been opened and is to be made. Nobody outside sees this."""

    name: ClassVar[str] = "record.requested"
    is_logged: ClassVar[bool] = False

    record_id: UUID
