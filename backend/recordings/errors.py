"""How sending and transcribing a recording can fail."""

from backend.platform.errors import Conflict, NotFound, Rejected, TooLarge, UnsupportedKind


class RecordingUnknown(NotFound):
    code, title = "recording-unknown", "There is no such recording"


class RecordingInvalid(Rejected):
    code, title = "recording-invalid", "The recording cannot be taken like this"


class RecordingTooLarge(TooLarge):
    code, title = "recording-too-large", "The recording is too large"


class NotASoundFile(UnsupportedKind):
    code, title = "not-audio-or-video", "The file is neither audio nor video"


class RecordingDuplicate(Conflict):
    code, title = "recording-duplicate", "This recording is here already"


class RecordingIncomplete(Conflict):
    code, title = "recording-incomplete", "Not all of the recording has arrived"


class SoundNotMuted(Conflict):
    """It has something in it that the caller may not hear."""

    code, title = "recording-not-muted", "The recording cannot be muted"


class RecordingNotWaiting(Conflict):
    code, title = "recording-not-waiting", "The recording no longer waits for its bytes"


class RecordingOver(Conflict):
    code, title = "recording-over", "The recording is done with"


class RecordingNotOver(Conflict):
    code, title = "recording-not-over", "The recording is still being worked on"


class RecordingBusy(Conflict):
    code, title = "recording-busy", "The recording is being transcribed"


class CallNotOver(Conflict):
    code, title = "call-not-over", "The call is not over"


class TranscriptNotReady(Conflict):
    code, title = "transcript-not-ready", "There is no transcript yet"
