"""Reading webhooks' bodies, which together take a limited amount of memory.

Anybody can begin to send a body. When all that are being read take too much, the largest is given
up, so that a few senders of much cannot keep out the many webhooks that are small.
"""

import asyncio
from collections.abc import AsyncIterator

from backend.webhooks.errors import BodiesTooMany, BodyTooLarge


class Bodies:
    """What one process reads at the moment."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._readings: set[_Reading] = set()

    @property
    def size(self) -> int:
        return sum(reading.size for reading in self._readings)

    async def read(self, stream: AsyncIterator[bytes], limit: int) -> bytes:
        """Read one body, but never more than the limit of it."""
        try:
            async with asyncio.timeout(None) as timeout:
                reading = _Reading(timeout)
                self._readings.add(reading)
                try:
                    async for part in stream:
                        reading.take(part)
                        if reading.size > limit:
                            raise BodyTooLarge(f"The body is larger than {limit} bytes.")
                        self._make_room()
                    return reading.whole()
                finally:
                    self._readings.discard(reading)
        except TimeoutError:
            raise BodiesTooMany(
                "Too much is being sent at once; send it again.", retry_after=1
            ) from None

    def _make_room(self) -> None:
        while self.size > self._most_bytes:
            max(self._readings, key=lambda reading: reading.size).give_up()


class _Reading:
    """A body of which so much is there."""

    def __init__(self, timeout: asyncio.Timeout) -> None:
        self.size = 0
        self._parts: list[bytes] | None = []
        self._timeout = timeout

    def take(self, part: bytes) -> None:
        if self._parts is not None:
            self._parts.append(part)
            self.size += len(part)

    def give_up(self) -> None:
        """Forget what is there, and have the reader stop."""
        self._parts, self.size = None, 0
        self._timeout.reschedule(0)

    def whole(self) -> bytes:
        if self._parts is None:
            raise TimeoutError
        return b"".join(self._parts)
