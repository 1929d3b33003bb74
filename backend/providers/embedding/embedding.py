"""Embedding by whichever model is named, within its provider's limits."""

from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from backend.platform.configuration.groups import KeyedProvider, WithheldProvider
from backend.platform.settings import GivenSettings
from backend.providers.embedding import local_model
from backend.providers.embedding.errors import EmbedderBusy, EmbedderNotUsable
from backend.providers.embedding.local import LocalEmbedder
from backend.providers.embedding.openai import OpenAiEmbedder
from backend.providers.llm_limits import ProviderLimiter

_PAUSE_SECONDS = 10.0
_OLLAMA = "http://localhost:11434/v1"
# Nobody says so much in a turn; what providers take ends at some 8,000 tokens.
_LONGEST = 8000
_NAMES = {"openai": "OpenAI", "ollama": "Ollama"}


class Embedder(Protocol):
    """A model that gives vectors, all of one length."""

    async def embed(self, texts: Sequence[str], *, is_question: bool) -> list[list[float]]: ...


class Embedding:
    """The embedders of these settings.

    Each has an identity, which its vectors are kept under: those of another are not compared.
    """

    def __init__(self, settings: GivenSettings, local: LocalEmbedder | None = None) -> None:
        """Share `local` with other settings' where it is given: its processes are enough."""
        self._settings = settings
        self._is_own, self.local = local is None, local or LocalEmbedder()
        self._opened: dict[str, OpenAiEmbedder] = {}
        self._limiters = {
            name: ProviderLimiter(
                concurrency=account.concurrency, requests_per_minute=account.requests_per_minute
            )
            for name, account in self._accounts().items()
        }

    @property
    def identity(self) -> str | None:
        """The identity of the embedder that is set; none when it is off."""
        name = self._settings.embedder
        return {"off": None, "local": local_model.IDENTITY}.get(name, name)

    def refuse_unusable(self, identity: str) -> None:
        """Find out what can be known without asking. Raises EmbedderNotUsable."""
        self._choose(identity)

    async def embed(
        self, identity: str, texts: Sequence[str], *, is_question: bool = False
    ) -> list[list[float]]:
        """Ask the embedder of this identity, whether or not it is the one that is set."""
        embedder = self._choose(identity)
        cut = [text[:_LONGEST] for text in texts]
        if isinstance(embedder, LocalEmbedder):
            return await embedder.embed(cut, is_question=is_question)
        limiter = self._limiters[identity.partition("/")[0]]
        try:
            async with limiter.slot():
                return await embedder.embed(cut, is_question=is_question)
        except EmbedderBusy as busy:
            limiter.close_for(busy.retry_after or _PAUSE_SECONDS)
            raise

    async def close(self) -> None:
        for opened in self._opened.values():
            await opened.close()
        if self._is_own:
            await self.local.close()

    def _accounts(self) -> dict[str, KeyedProvider]:
        return {"openai": self._settings.openai, "ollama": self._settings.ollama}

    def _choose(self, identity: str) -> Embedder:
        if identity == local_model.IDENTITY:
            local_model.find_weights()
            return self.local
        provider, _, model = identity.partition("/")
        account = self._accounts().get(provider)
        if account is None or not model:
            raise EmbedderNotUsable(f"There is no embedder {identity} in this version.")
        if isinstance(account, WithheldProvider):
            raise EmbedderNotUsable(
                f"The key that this installation has for {_NAMES[provider]} is another "
                "organization's. Set one of your own."
            )
        if identity not in self._opened:
            self._opened[identity] = _open(provider, model, account)
        return self._opened[identity]


def _open(provider: str, model: str, account: KeyedProvider) -> OpenAiEmbedder:
    name, key = _NAMES[provider], account.api_key.get_secret_value() if account.api_key else None
    if provider == "ollama":
        return OpenAiEmbedder(name, model, key or "none", _ollama(account.base_url))
    if key is None and account.base_url is None:
        raise EmbedderNotUsable(f"OPENAI_API_KEY is not set, which openai/{model} needs.")
    return OpenAiEmbedder(name, model, key or "none", account.base_url)


def _ollama(base_url: str | None) -> str:
    """Lead to the side that speaks OpenAI's protocol, also when the address alone is given."""
    if base_url is None:
        return _OLLAMA
    return base_url if urlsplit(base_url).path.strip("/") else f"{base_url}/v1"
