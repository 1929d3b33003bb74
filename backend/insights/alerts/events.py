"""What alerts announce: once when it begins, and once when it is over."""

from typing import ClassVar

from backend.platform.events import Event, JsonObject

_ALERT: JsonObject = {
    "alert_id": "01990000-0000-7000-8000-00000000a1e7",
    "name": "Nobody answers",
    "metric": "answered_by_people_percent",
    "comparison": "falls_by_percent",
    "threshold": 30.0,
    "window_minutes": 60,
    "value": 41.7,
    "baseline": 68.2,
    "samples": 48,
}


class AlertTriggered(Event):
    """`data` has the alert with its number, and what it was compared with.

    Both are null of values of a field of agents that mask something.
    """

    name: ClassVar[str] = "alert.triggered"
    example: ClassVar[JsonObject] = _ALERT


class AlertResolved(Event):
    """`data` is as that of `alert.triggered`."""

    name: ClassVar[str] = "alert.resolved"
    example: ClassVar[JsonObject] = _ALERT | {"value": 66.0}
