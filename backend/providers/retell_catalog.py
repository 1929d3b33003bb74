"""What the Retell account offers, voices and phone numbers, remembered for some minutes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from backend.providers.retell import Retell
from backend.providers.retell_shapes import PhoneNumber, Voice

T = TypeVar("T")

KEPT_SECONDS = 300.0


class RetellCatalog:
    """Lists allow 15 requests in ten seconds for the whole account, so they are not asked twice.

    `refresh` asks all the same. Failures are those of `retell_errors`, and are not remembered.
    """

    def __init__(self, retell: Retell, *, kept_seconds: float = KEPT_SECONDS) -> None:
        self._voices = _Kept(retell.list_voices, kept_seconds)
        self._phone_numbers = _Kept(retell.list_phone_numbers, kept_seconds)

    async def voices(self, *, refresh: bool = False) -> Sequence[Voice]:
        return await self._voices.get(refresh=refresh)

    async def phone_numbers(self, *, refresh: bool = False) -> Sequence[PhoneNumber]:
        return await self._phone_numbers.get(refresh=refresh)

    def forget_phone_numbers(self) -> None:
        """Ask anew next time, since one has been changed."""
        self._phone_numbers.forget()


class _Kept(Generic[T]):
    def __init__(self, fetch: Callable[[], Awaitable[list[T]]], seconds: float) -> None:
        self._fetch = fetch
        self._seconds = seconds
        self._items: list[T] = []
        self._until = 0.0
        self._asking = asyncio.Lock()

    async def get(self, *, refresh: bool) -> Sequence[T]:
        """Return the list; whoever asks while it is being fetched waits for that."""
        asked = time.monotonic()
        async with self._asking:
            is_fresh = self._until > time.monotonic()
            was_fetched_meanwhile = self._until - self._seconds > asked
            if not is_fresh or (refresh and not was_fetched_meanwhile):
                self._items = await self._fetch()
                self._until = time.monotonic() + self._seconds
            return self._items

    def forget(self) -> None:
        self._until = 0.0
