"""The streams that want the same events. What they have yet to be given is kept once for all."""

import asyncio
from collections.abc import Iterator, Sequence
from uuid import UUID

from backend.stream.entries import Entry, Interest, Position

# How many events a stream may be behind; more than are read at once.
BUFFER = 1000
# What a stream is given at once; more would wait in its connection, once for each.
PORTION_BYTES = 32 * 1024
# So many streams are woken at a time; in between, others in the process get their turn.
WAKE_AT_ONCE = 200


class TooFarBehind(Exception):
    """The stream has not taken its events while a whole buffer of newer ones came."""


class Subscriber:
    """One stream's place in a channel."""

    def __init__(self, channel: "Channel", owner: UUID | None, since: Position) -> None:
        self.owner = owner
        self._channel = channel
        self._next = channel.end
        self._since: Position | None = since
        self._waiter: asyncio.Future[None] | None = None
        self._is_over = False

    @property
    def is_waiting(self) -> bool:
        return self._waiter is not None and not self._waiter.done()

    @property
    def has_taken_all(self) -> bool:
        return self._next == self._channel.end

    async def take(self) -> bytes:
        """Wait for events and take a portion of them; nothing when it is over.

        Raises TooFarBehind.
        """
        while not self._is_over:
            if self.has_taken_all:
                self._waiter = asyncio.get_running_loop().create_future()
                try:
                    await self._waiter
                finally:
                    self._waiter = None
                continue
            if self._since is not None:
                self._pass_what_was_seen()
                continue
            portion, self._next = self._channel.portion(self._next)
            return portion
        return b""

    def _pass_what_was_seen(self) -> None:
        """Skip what a client knows that comes from a process further ahead."""
        assert self._since is not None  # noqa: S101 - the caller has looked
        for entry in self._channel.entries_from(self._next):
            if entry.position > self._since:
                self._since = None
                return
            self._next += 1

    def close(self) -> None:
        self._is_over = True
        self.notify()

    def notify(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Channel:
    """Streams with one interest. Each has its place in what is kept, and nobody waits for others.

    What all have taken is forgotten, and whoever is more than a buffer behind has lost its place:
    what is kept has a bound, whatever clients do.
    """

    def __init__(self, interest: Interest) -> None:
        self.interest = interest
        self.subscribers: set[Subscriber] = set()
        self.end = 0
        self._entries: list[Entry] = []
        self._portions: dict[int, tuple[bytes, int]] = {}

    def add(self, entries: Sequence[Entry]) -> None:
        """Keep entries until all have taken them. Wakes nobody: see `wake`."""
        if all(subscriber.has_taken_all for subscriber in self.subscribers):
            self._entries.clear()
        self._entries += entries
        self.end += len(entries)
        del self._entries[:-BUFFER]
        self._portions.clear()

    async def wake(self) -> None:
        waiting = [subscriber for subscriber in self.subscribers if subscriber.is_waiting]
        for first in range(0, len(waiting), WAKE_AT_ONCE):
            for subscriber in waiting[first : first + WAKE_AT_ONCE]:
                subscriber.notify()
            await asyncio.sleep(0)

    def entries_from(self, place: int) -> Sequence[Entry]:
        """Give what is kept from a place on. Raises TooFarBehind."""
        start = place - (self.end - len(self._entries))
        if start < 0:
            raise TooFarBehind
        return self._entries[start:]

    def portion(self, place: int) -> tuple[bytes, int]:
        """Give the messages from a place on, and the place after them. Raises TooFarBehind."""
        if place not in self._portions:
            messages = next(portions(self.entries_from(place)))
            self._portions[place] = (b"".join(messages), place + len(messages))
        return self._portions[place]


def portions(entries: Sequence[Entry]) -> Iterator[list[bytes]]:
    """Cut entries into what may be sent at once; one that is larger goes alone."""
    messages: list[bytes] = []
    size = 0
    for entry in entries:
        if messages and size + len(entry.message) > PORTION_BYTES:
            yield messages
            messages, size = [], 0
        messages.append(entry.message)
        size += len(entry.message)
    if messages:
        yield messages
