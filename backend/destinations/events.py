"""What the destinations room announces. None of it goes to destinations: that could go in rings."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from backend.platform.events import Event


class DestinationDisabled(Event):
    """A destination was switched off since it is gone or has failed for days."""

    name: ClassVar[str] = "destination.disabled"
    is_deliverable: ClassVar[bool] = False

    destination_id: UUID


class DeliveryDied(Event):
    """A delivery was tried as often as it is tried."""

    name: ClassVar[str] = "delivery.died"
    is_deliverable: ClassVar[bool] = False


class ReplayRequested(Event):
    """Deliveries are to be made again. Nobody outside sees this."""

    name: ClassVar[str] = "replay.requested"
    is_logged: ClassVar[bool] = False

    destination_id: UUID
    since: datetime
    until: datetime
    statuses: list[str]
