"""How transcribing can fail, whoever is asked."""

from backend.platform.errors import Rejected, TooMany, UpstreamFailed, UpstreamTimedOut


class TranscriberNotUsable(Rejected):
    code, title = "transcriber-not-usable", "This transcriber cannot be used here"


class TranscriberKeyRejected(Rejected):
    code, title = "transcriber-key-rejected", "The provider of transcription rejects the key"


class TranscriberOutOfCredit(Rejected):
    code, title = "transcriber-out-of-credit", "The provider's account has no credit left"


class TranscriberRefused(Rejected):
    code, title = "transcriber-refused", "The provider of transcription refuses the request"


class TranscriberBusy(TooMany):
    code, title = "transcriber-busy", "The provider of transcription takes no more right now"


class TranscriberFailed(UpstreamFailed):
    code, title = "transcriber-failed", "The provider of transcription failed"


class TranscriberTimedOut(UpstreamTimedOut):
    code, title = "transcriber-timed-out", "The provider of transcription did not answer in time"
