"""What the records room announces."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import Event


class RecordExtracted(Event):
    name: ClassVar[str] = "record.extracted"


class RecordNeedsReview(Event):
    name: ClassVar[str] = "record.needs_review"


class RecordFailed(Event):
    name: ClassVar[str] = "record.failed"


class RecordCorrected(Event):
    name: ClassVar[str] = "record.corrected"


class RecordRequested(Event):
    """A revision has been opened and is to be made. Nobody outside sees this."""

    name: ClassVar[str] = "record.requested"
    is_logged: ClassVar[bool] = False

    record_id: UUID
