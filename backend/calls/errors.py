"""How placing and steering a call can fail."""

from backend.platform.errors import Conflict, NotFound, NotYet, Rejected, UpstreamFailed


class CallNotFound(NotFound):
    code, title = "call-not-found", "There is no such call"


class CallInvalid(Rejected):
    code, title = "call-invalid", "The call cannot be placed like this"


class IdempotencyKeyReused(Conflict):
    code, title = "idempotency-key-reused", "The idempotency key was used for another request"


class CursorGone(Rejected):
    code, title = "cursor-gone", "The list cannot go on from there"


class AssigneeUnknown(Rejected):
    code, title = "assignee-unknown", "There is no such active user"


class CallNotCancelable(Conflict):
    code, title = "call-not-cancelable", "The call cannot be canceled any more"


class CallNotRunning(Conflict):
    code, title = "call-not-running", "The call is not running"


class CallUnknownHere(Rejected):
    """CallUpdate about a call at Retell that belongs to none of the organisation's agents."""

    code, title = "call-unknown-here", "The call belongs to none of the agents here"


class CallErased(CallUnknownHere):
    code, title = "call-erased", "The call was erased"


class CallGoesOn(Conflict):
    code, title = "call-goes-on", "The call is not over"


class RecordingNotFound(NotFound):
    code, title = "recording-not-found", "The call has no recording"


class RecordingNotMuted(Conflict):
    """It has something in it that the caller may not hear."""

    code, title = "recording-not-muted", "The recording cannot be muted"


class TranscriptUnknown(NotFound):
    code, title = "transcript-unknown", "The call has no such transcript"


class RecordingUnreachable(UpstreamFailed):
    code, title = "recording-unreachable", "The recording cannot be fetched"


class HooksBusy(NotYet):
    code, title = "hooks-busy", "Look-ups have to be asked about this call first"
