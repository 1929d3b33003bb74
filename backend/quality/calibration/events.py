"""What calibration announces to itself."""

from typing import ClassVar
from uuid import UUID

from backend.platform.events import CallEvent


class CallToCalibrate(CallEvent):
    """A call of a calibration is to be judged by the model. Nobody outside sees this."""

    name: ClassVar[str] = "calibration.call_due"
    is_logged: ClassVar[bool] = False

    calibration_id: UUID
