"""What alerts announce: once when it begins, and once when it is over."""

from typing import ClassVar

from backend.platform.events import Event


class AlertTriggered(Event):
    """`data` has the alert with its number, and what it was compared with."""

    name: ClassVar[str] = "alert.triggered"


class AlertResolved(Event):
    """`data` is as that of `alert.triggered`."""

    name: ClassVar[str] = "alert.resolved"
