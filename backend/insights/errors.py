"""What goes wrong when looking into what happened."""

from backend.platform.errors import Conflict, NotFound


class AlertNotFound(NotFound):
    code, title = "alert-not-found", "There is no such alert"


class TooManyAlerts(Conflict):
    code, title = "too-many-alerts", "There are too many alerts"


class ComparisonNotFound(NotFound):
    code, title = "comparison-not-found", "This version is compared with none"


class PassageNotFound(NotFound):
    code, title = "passage-not-found", "There is no such passage"


class MeaningNotReady(Conflict):
    code, title = "meaning-not-ready", "Nothing can be found by its meaning here yet"
