"""How erasing can fail."""

from backend.platform.errors import Conflict, NotFound, Rejected, Unavailable


class ErasureNotFound(NotFound):
    code, title = "erasure-not-found", "There is no such erasure"


class SubjectInvalid(Rejected):
    code, title = "subject-invalid", "Nobody and nothing can be erased by this"


class ErasureNotFailed(Conflict):
    code, title = "erasure-not-failed", "The erasure needs no other try"


class ErasureIncomplete(Unavailable):
    code, title = "erasure-incomplete", "Something of theirs is still there"
