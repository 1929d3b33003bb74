"""How following the log can fail."""

from backend.platform.errors import NotFound, Rejected


class NothingToFollow(NotFound):
    code, title = "call-not-found", "There is no such call"


class PositionInvalid(Rejected):
    code, title = "position-invalid", "This is not a position in the log"
