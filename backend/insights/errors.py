"""What goes wrong when looking into what happened."""

from backend.platform.errors import Conflict, NotFound


class AlertNotFound(NotFound):
    code, title = "alert-not-found", "There is no such alert"


class TooManyAlerts(Conflict):
    code, title = "too-many-alerts", "There are too many alerts"
