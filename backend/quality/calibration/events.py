"""What calibration announces."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import Event


class CallToCalibrate(Event):
    """A call of a calibration is to be judged by the model. Nobody outside sees this."""

    name: ClassVar[str] = "calibration.call_due"
    is_logged: ClassVar[bool] = False

    calibration_id: UUID


class CalibrationFinished(Event):
    """All raters have rated all calls, and what they agree on is measured."""

    name: ClassVar[str] = "calibration.finished"


class AgreementDropped(Event):
    """The judge agrees less with people on calls they have vouched for than it did before."""

    name: ClassVar[str] = "agreement.dropped"
