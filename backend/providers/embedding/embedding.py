"""Embedding by whichever model is named, within its provider's limits."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

from pydantic import SecretStr

from backend.platform.configuration.groups import KeyedProvider, WithheldProvider
from backend.platform.settings import GivenSettings
from backend.providers.embedding import local_model
from backend.providers.embedding.errors import EmbedderBusy, EmbedderNotUsable, EmbedderTimedOut
from backend.providers.embedding.local import LocalEmbedder
from backend.providers.embedding.openai import OpenAiEmbedder
from backend.providers.llm_limits import ProviderLimiter

# Somebody waits: for the answer, and for its turn.
QUESTION_SECONDS = 10.0
_PAUSE_SECONDS = 10.0
# A provider, key, address and limits: who shares them shares a pace.
_Account: TypeAlias = tuple[str, SecretStr | None, str | None, int, float | None]
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

    def __init__(self, settings: GivenSettings, beside: "Embedding | None" = None) -> None:
        """Share processes, and the pace of each account, with those of other settings."""
        self._settings = settings
        self._is_own = beside is None
        self.local: LocalEmbedder = LocalEmbedder() if beside is None else beside.local
        self.paces: dict[_Account, _Pace] = {} if beside is None else beside.paces
        self._opened: dict[str, OpenAiEmbedder] = {}

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
        seconds = QUESTION_SECONDS if is_question else None
        if isinstance(embedder, LocalEmbedder):
            return await embedder.embed(cut, is_question=is_question, seconds=seconds)
        pace = self._pace_of(identity.partition("/")[0])
        try:
            async with asyncio.timeout(seconds), pace.turn(is_question=is_question):
                return await embedder.embed(cut, is_question=is_question)
        except EmbedderBusy as busy:
            pace.limiter.close_for(busy.retry_after or _PAUSE_SECONDS)
            raise
        except TimeoutError:
            raise EmbedderTimedOut(
                f"{identity} gave no answer within {QUESTION_SECONDS:.0f} seconds."
            ) from None

    async def close(self) -> None:
        for opened in self._opened.values():
            await opened.close()
        if self._is_own:
            await self.local.close()

    def _pace_of(self, provider: str) -> "_Pace":
        account = self._accounts()[provider]
        limits = (account.concurrency, account.requests_per_minute)
        key = (provider, account.api_key, account.base_url, *limits)
        if key not in self.paces:
            self.paces[key] = _Pace(account)
        return self.paces[key]

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


class _Pace:
    """How fast one account is asked, by this process: so many at once, and so many a minute.

    Passages leave a slot to questions, for which somebody waits, where there are several.
    """

    def __init__(self, account: KeyedProvider) -> None:
        self.limiter = ProviderLimiter(
            concurrency=account.concurrency, requests_per_minute=account.requests_per_minute
        )
        self._passages = asyncio.Semaphore(max(1, account.concurrency - 1))

    @asynccontextmanager
    async def turn(self, *, is_question: bool) -> AsyncIterator[None]:
        if is_question:
            async with self.limiter.slot():
                yield
        else:
            async with self._passages, self.limiter.slot():
                yield


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
