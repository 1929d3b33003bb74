"""Transcribing by whichever provider is named, within its limits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import httpx
from loguru import logger

from backend.platform.configuration.groups import KeyedProvider
from backend.platform.errors import AppError
from backend.platform.settings import Settings
from backend.providers.llm_errors import LlmPaced
from backend.providers.llm_limits import ProviderLimiter
from backend.providers.transcription import assemblyai, deepgram
from backend.providers.transcription.assemblyai import AssemblyAi
from backend.providers.transcription.deepgram import Deepgram
from backend.providers.transcription.errors import TranscriberBusy, TranscriberNotUsable
from backend.providers.transcription.heard import Ask, Heard
from backend.providers.transcription.local import Local
from backend.providers.transcription.openai import OpenAi

_TIMEOUT = httpx.Timeout(60.0, connect=10.0, read=600.0)
_PAUSE_SECONDS = 10.0


@dataclass(frozen=True)
class Capabilities:
    """What a provider can do. Without a longest chunk it takes whole recordings."""

    diarises: bool
    longest_chunk_seconds: float | None


def capabilities_of(provider: str, model: str) -> Capabilities:
    if provider in {"deepgram", "assemblyai"}:
        return Capabilities(diarises=True, longest_chunk_seconds=None)
    # OpenAI takes 25 MB: 780 seconds of 16-bit samples at 16 kHz, and a chunk becomes half as long
    # again where nobody pauses. On this machine memory grows with the length.
    return Capabilities(
        diarises="diarize" in model,
        longest_chunk_seconds=500.0 if provider == "openai" else 120.0,
    )


class Transcriber(Protocol):
    """A provider with one of its models."""

    async def transcribe(self, wanted: Ask) -> Heard: ...


class Transcription:
    """The transcribers of these settings. `key` stands for the sender's own, used for one ask."""

    def __init__(self, settings: Settings, local: Local | None = None) -> None:
        """Share `local` with other settings' where it is given: one process is enough."""
        self._settings = settings
        self._is_own, self.local = local is None, local or Local(settings)
        self._http = httpx.AsyncClient(timeout=_TIMEOUT, trust_env=True)
        self._limiters = {
            name: ProviderLimiter(
                concurrency=account.concurrency, requests_per_minute=account.requests_per_minute
            )
            for name, account in self._accounts().items()
        }

    async def close(self) -> None:
        if self._is_own:
            await self.local.close()
        await self._http.aclose()

    def _accounts(self) -> dict[str, KeyedProvider]:
        settings = self._settings
        return {
            "deepgram": settings.deepgram,
            "assemblyai": settings.assemblyai,
            "openai": settings.openai,
        }

    def capabilities(self, name: str) -> "Capabilities":
        """Say what a transcriber can take, whether or not there is a key for it."""
        provider, _, model = name.partition("/")
        return capabilities_of(provider, model)

    def choose(self, name: str, key: str | None = None) -> Transcriber:
        """Make the transcriber of this name. Raises TranscriberNotUsable."""
        if name == "local":
            return self.local
        provider, _, model = name.partition("/")
        account = self._accounts().get(provider)
        if account is None or not model:
            raise TranscriberNotUsable(
                f"There is no transcriber {name}. Write local, deepgram/…, assemblyai/… or openai/…"
            )
        secret = key or (account.api_key.get_secret_value() if account.api_key else None)
        if secret is None:
            raise TranscriberNotUsable(
                f"{provider.upper()}_API_KEY is not set, which {name} needs."
            )
        if provider == "openai":
            return OpenAi(model, secret, account.base_url)
        if provider == "assemblyai":
            base_url = account.base_url or assemblyai.BASE_URL
            return AssemblyAi(model, secret, base_url, self._http)
        return Deepgram(model, secret, account.base_url or deepgram.BASE_URL, self._http)

    async def transcribe(self, names: Sequence[str], wanted: Ask, key: str | None = None) -> Heard:
        """Ask the first of these, and the next ones where it fails. Raises the first's failure."""
        failure: AppError | None = None
        for name in names:
            try:
                return replace(await self._ask(name, wanted, key), transcriber=name)
            except LlmPaced:
                raise
            except AppError as error:
                logger.warning("transcriber.failed", transcriber=name, reason=error.code)
                failure = failure or error
                wanted = replace(wanted, external_id=None)
        assert failure is not None  # noqa: S101 - there is always one to ask
        raise failure

    async def _ask(self, name: str, wanted: Ask, key: str | None) -> Heard:
        transcriber = self.choose(name, key)
        if isinstance(transcriber, Local):
            return await transcriber.transcribe(wanted)
        limiter = self._limiters[name.partition("/")[0]]
        try:
            async with limiter.slot():
                return await transcriber.transcribe(wanted)
        except TranscriberBusy as busy:
            if key is None:  # another account's pause is not ours
                limiter.close_for(busy.retry_after or _PAUSE_SECONDS)
            raise
