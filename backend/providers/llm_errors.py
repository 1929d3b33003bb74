"""How asking a language model can fail. No message repeats what was asked or answered."""

from backend.platform.errors import (
    Rejected,
    TooMany,
    Unavailable,
    UpstreamFailed,
    UpstreamTimedOut,
)


class LlmBusy(TooMany):
    code, title = "llm-busy", "The language model takes no more requests right now"


class LlmTimedOut(UpstreamTimedOut):
    code, title = "llm-timed-out", "The language model did not answer in time"


class LlmFailed(UpstreamFailed):
    code, title = "llm-failed", "The language model failed"


class LlmOutOfCredit(Unavailable):
    code, title = "llm-out-of-credit", "The account at the language model's provider is used up"


class LlmKeyRejected(Rejected):
    code, title = "llm-key-rejected", "The language model's provider rejects the key"


class LlmRequestRefused(Rejected):
    code, title = "llm-request-refused", "The language model's provider refuses the request"


class LlmAnswerUnusable(Rejected):
    code, title = "llm-answer-unusable", "The language model gave no usable answer"


class LlmNotUsable(Rejected):
    code, title = "llm-not-usable", "The language model cannot be asked with these settings"


class LlmPaced(TooMany):
    """This process keeps to the provider's limits by itself: nobody has refused anything."""

    code, title = "llm-paced", "As many requests as allowed are on their way to the provider"


# For want of credit, a key or a model that is there, nobody answers anything until that is mended.
NOBODY_ANSWERS = (LlmOutOfCredit, LlmKeyRejected, LlmNotUsable)
