"""How asking the gate, suppressing and agreeing can fail."""

from backend.platform.errors import Conflict, NotFound, Rejected


class NumberSuppressed(Conflict):
    code, title = "suppressed", "This number is not to be called"


class SuppressionNotFound(NotFound):
    code, title = "suppression-not-found", "There is no such suppression"


class CallUnknown(Rejected):
    code, title = "call-unknown", "There is no such call"


class ConsentNotFound(NotFound):
    code, title = "consent-not-found", "There is no such consent"


class ConsentRevoked(Conflict):
    code, title = "consent-already-revoked", "The consent has been revoked already"


class ListInvalid(Rejected):
    code, title = "list-invalid", "The list cannot be read"
