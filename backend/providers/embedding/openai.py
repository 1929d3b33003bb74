"""Embeddings of OpenAI's, and of servers that speak its protocol, by its SDK."""

import asyncio
import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from backend.platform.errors import AppError
from backend.providers.embedding.errors import (
    EmbedderBusy,
    EmbedderFailed,
    EmbedderKeyRejected,
    EmbedderOutOfCredit,
    EmbedderRefused,
    EmbedderTimedOut,
)
from backend.providers.embedding.prefixes import prefix_of

if TYPE_CHECKING:
    from openai import APIError, AsyncOpenAI

# Somebody waits for what a question means; of passages, a server without a GPU takes its time.
_QUESTION_SECONDS = 10.0
_PASSAGES_SECONDS = 120.0


@dataclass
class OpenAiEmbedder:
    """Keeps its connections: to make a client takes longer than to ask."""

    provider: str
    model: str
    key: str
    base_url: str | None
    _client: "AsyncOpenAI | None" = None

    async def embed(self, texts: Sequence[str], *, is_question: bool) -> list[list[float]]:
        # Importing it takes more than a second: too long for every start, and for the event loop.
        await asyncio.to_thread(importlib.import_module, "openai")
        from openai import APIError

        prefix = prefix_of(self.model, is_question=is_question)
        try:
            answer = await self._opened().embeddings.create(
                model=self.model,
                input=[prefix + text for text in texts],
                encoding_format="float",
                timeout=_QUESTION_SECONDS if is_question else _PASSAGES_SECONDS,
            )
        except APIError as error:
            raise _failure(self.provider, error) from None
        except (ValueError, TypeError):  # what the SDK makes of an answer that is none
            raise EmbedderFailed(f"{self.provider} answered with something unreadable.") from None
        return _read(self.provider, answer, len(texts))

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    def _opened(self) -> "AsyncOpenAI":
        from openai import AsyncOpenAI

        if self._client is None:
            self._client = AsyncOpenAI(api_key=self.key, base_url=self.base_url, max_retries=0)
        return self._client


def _read(provider: str, answer: object, count: int) -> list[list[float]]:
    """Read one vector for each text. The SDK hands on whatever it was answered."""
    data = getattr(answer, "data", None)
    found = {
        getattr(each, "index", None): getattr(each, "embedding", None)
        for each in (data if isinstance(data, list) else ())
    }
    vectors = [_checked(provider, found.get(number)) for number in range(count)]
    if len({len(each) for each in vectors}) > 1:
        raise EmbedderFailed(f"{provider} answered with vectors of several lengths.")
    return vectors


def _checked(provider: str, vector: object) -> list[float]:
    if not isinstance(vector, list) or not all(isinstance(each, float | int) for each in vector):
        raise EmbedderFailed(f"{provider} answered with something unreadable.")
    length = math.hypot(*vector)
    if not math.isfinite(length) or length == 0:
        raise EmbedderFailed(f"{provider} answered with a vector that points nowhere.")
    # Kept in 16 bits, which those of some models do not fit into.
    return [each / length for each in vector]


def _failure(provider: str, error: "APIError") -> AppError:
    from openai import APIConnectionError, APIStatusError, APITimeoutError

    if isinstance(error, APITimeoutError):
        return EmbedderTimedOut(f"{provider} did not answer in time.")
    if isinstance(error, APIConnectionError):
        return EmbedderFailed(f"{provider} cannot be reached.")
    if not isinstance(error, APIStatusError):
        return EmbedderFailed(f"{provider} answered with something unreadable.")
    if error.code == "insufficient_quota" or error.status_code == 402:
        return EmbedderOutOfCredit(f"The account at {provider} has no credit left.")
    return _failure_of(provider, error.status_code, error.response.headers.get("retry-after"))


def _failure_of(provider: str, status: int, retry_after: str | None) -> AppError:
    if status in {401, 403}:
        return EmbedderKeyRejected(f"{provider} rejects the key ({status}).")
    if status == 429 or (status == 503 and retry_after):
        wait = float(retry_after) if retry_after and retry_after.isdigit() else None
        return EmbedderBusy(f"{provider} takes no more requests right now.", retry_after=wait)
    if status in {408, 504}:
        return EmbedderTimedOut(f"{provider} did not answer in time ({status}).")
    if status >= 500:
        return EmbedderFailed(f"{provider} failed ({status}).")
    if status == 404:
        return EmbedderRefused(f"{provider} has no such model, or no embeddings (404).")
    return EmbedderRefused(f"{provider} refuses the request ({status}).")
