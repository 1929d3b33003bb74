"""What goes wrong when looking into what happened."""

from backend.platform.errors import NotFound


class AlertNotFound(NotFound):
    code, title = "alert-not-found", "There is no such alert"
