"""How embedding can fail, whoever is asked. No message repeats a text."""

from backend.platform.errors import Rejected, TooMany, UpstreamFailed, UpstreamTimedOut


class EmbedderNotUsable(Rejected):
    code, title = "embedder-not-usable", "This embedder cannot be used here"


class EmbedderKeyRejected(Rejected):
    code, title = "embedder-key-rejected", "The provider of embeddings rejects the key"


class EmbedderOutOfCredit(Rejected):
    code, title = "embedder-out-of-credit", "The account at the provider of embeddings is used up"


class EmbedderRefused(Rejected):
    code, title = "embedder-refused", "The provider of embeddings refuses the request"


class EmbedderBusy(TooMany):
    code, title = "embedder-busy", "The provider of embeddings takes no more right now"


class EmbedderFailed(UpstreamFailed):
    code, title = "embedder-failed", "The provider of embeddings failed"


class EmbedderTimedOut(UpstreamTimedOut):
    code, title = "embedder-timed-out", "The provider of embeddings did not answer in time"
