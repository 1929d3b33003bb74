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


class TrialDue(Event):
    """A call of a back-test is to be tried. Nobody outside sees this."""

    name: ClassVar[str] = "trial.due"
    is_logged: ClassVar[bool] = False

    trial_id: UUID


class BacktestToApply(Event):
    """What a back-test found is to replace records. Nobody outside sees this."""

    name: ClassVar[str] = "backtest.to_apply"
    is_logged: ClassVar[bool] = False

    backtest_id: UUID
