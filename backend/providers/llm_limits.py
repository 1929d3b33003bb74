"""Keeping to a provider's limits: so many requests at once, so many a minute, and its pauses.

Each process keeps to them by itself: the limits set are for one process.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

from backend.providers.llm_errors import LlmPaced

# A job that waits holds a slot of its worker, which calls and webhooks need more.
_WAIT_SECONDS = 2.0
# How much of a minute's requests may come at once.
_BURST_SECONDS = 5.0
_SOON_SECONDS = 3.0


class ProviderLimiter:
    """Lets requests to one provider through. Used in one event loop."""

    def __init__(self, *, concurrency: int, requests_per_minute: float | None = None) -> None:
        self._slots = asyncio.Semaphore(concurrency)
        self._spacing = 60 / requests_per_minute if requests_per_minute else 0.0
        self._next_at = 0.0
        self._closed_until = 0.0

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """Wait for a slot, but not for long: raises LlmPaced with the seconds to come back in."""
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                await self._slots.acquire()
        except TimeoutError:
            raise LlmPaced(
                "All requests this process may have on their way to the provider are on it.",
                retry_after=_SOON_SECONDS,
            ) from None
        try:
            await self._keep_pace()
            yield
        finally:
            self._slots.release()

    def close_for(self, seconds: float) -> None:
        """Let nobody through for as long as the provider has asked for."""
        self._closed_until = max(self._closed_until, monotonic() + seconds)

    def count(self, requests: int) -> None:
        """Count requests that were sent without a slot of their own, such as repeated ones."""
        self._next_at += self._spacing * requests

    async def _keep_pace(self) -> None:
        now = monotonic()
        earliest = max(self._next_at - _BURST_SECONDS, self._closed_until)
        wait = earliest - now
        if wait > _WAIT_SECONDS:
            raise LlmPaced("The provider is to be asked more slowly.", retry_after=wait)
        self._next_at = max(self._next_at, now) + self._spacing
        if wait > 0:
            await asyncio.sleep(wait)
