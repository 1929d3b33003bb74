"""How erasing can fail."""

from backend.platform.errors import Conflict, NotFound, Rejected, Unavailable


class ErasureNotFound(NotFound):
    code, title = "erasure-not-found", "There is no such erasure"


class DisclosureNotFound(NotFound):
    code, title = "disclosure-not-found", "There is no such disclosure"


class SubjectInvalid(Rejected):
    code, title = "subject-invalid", "Nobody and nothing can be erased by this"


class PeriodInvalid(Rejected):
    code, title = "period-invalid", "Nothing can be kept for so long"


class PeriodsChanged(Unavailable):
    code, title = "periods-changed", "The periods were changed while it was being cleaned up"


class Held(Conflict):
    code, title = "held", "A hold says that this must stay"


class HoldNotFound(NotFound):
    code, title = "hold-not-found", "There is no such hold"


class ErasureNotFailed(Conflict):
    code, title = "erasure-not-failed", "The erasure needs no other try"


class ErasureIncomplete(Unavailable):
    code, title = "erasure-incomplete", "Something of theirs is still there"
