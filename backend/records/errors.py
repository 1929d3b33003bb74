"""How records can fail."""

from backend.platform.errors import Conflict, NotFound, Rejected


class RecordNotFound(NotFound):
    code, title = "record-not-found", "The call has no record"


class NothingToExtract(Conflict):
    code, title = "nothing-to-extract", "There is nothing to make a record from"


class CorrectionInvalid(Rejected):
    code, title = "correction-invalid", "The corrected record does not fit its schema"


class RecordCorrectedByHand(Conflict):
    code, title = "record-corrected-by-hand", "A person has vouched for the record"


class RecordNotReviewable(Conflict):
    code, title = "record-not-reviewable", "There is nothing to review"


class RevisionIsNotCurrent(Conflict):
    code, title = "revision-not-current", "The record has another revision by now"


class AuditNotFound(NotFound):
    code, title = "audit-not-found", "Nothing is kept of what the model was asked"


class PreviewImpossible(Rejected):
    code, title = "preview-impossible", "There is nothing to try"
