"""How following the log can fail."""

from backend.platform.errors import Rejected


class PositionInvalid(Rejected):
    code, title = "position-invalid", "This is not a position in the log"


class NoSuchEvent(Rejected):
    code, title = "event-unknown", "There are no events of this name"


class NoSuchStatus(Rejected):
    code, title = "status-unknown", "Nothing is ever in this state"
