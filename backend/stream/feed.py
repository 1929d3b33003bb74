"""One reader of the event log per process, many streams.

Transactions commit in another order than they took their numbers. The reader therefore goes by
(transaction, id) and reads only below the oldest transaction still running: what it has passed
can never be joined by something earlier.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence, Set
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any
from uuid import UUID

import asyncpg

from backend.platform import epochs
from backend.platform.db import CONNECTION_LOST
from backend.platform.outages import Outage
from backend.platform.session_limits import session_limits
from backend.stream import entries, metrics, queries
from backend.stream.channel import Channel, Subscriber, TooFarBehind, portions
from backend.stream.entries import Entry, Interest, Position
from backend.stream.holding import Hold
from backend.stream.queries import Pool

CHANNEL = "ringback_events"
POLL_SECONDS = 5.0
_FIRST_RECHECK_SECONDS = 0.002
_LONGEST_RECHECK_SECONDS = 0.1
# A network that went silent must become an error; nothing asked here takes this long.
_PATIENCE_SECONDS = 10.0


class Feed:
    """The log, live. `run` reads it; `follow` gives one client's part of it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._channels: dict[Interest, Channel] = {}
        # Everything up to here has been handed out; None until the log was first reached.
        self._position: Position | None = None
        self._connected = asyncio.Event()
        self._wake = asyncio.Event()
        self._announced = 0
        self._hold = Hold()
        self._outage = Outage("feed.database")
        self._pool: Pool | None = None
        self._is_closed = False

    @property
    def stream_count(self) -> int:
        return sum(len(channel.subscribers) for channel in self._channels.values())

    @property
    def owners(self) -> set[UUID]:
        """The logins that streams are open for."""
        return {
            subscriber.owner for subscriber in self._subscribers() if subscriber.owner is not None
        }

    def _subscribers(self) -> list[Subscriber]:
        return [
            subscriber for channel in self._channels.values() for subscriber in channel.subscribers
        ]

    def drop(self, owners: Set[UUID]) -> None:
        """End the streams of these logins."""
        for subscriber in self._subscribers():
            if subscriber.owner in owners:
                subscriber.close()

    def close(self) -> None:
        """End all streams; their clients come back, here or to another process."""
        self._is_closed = True
        self._connected.set()
        for subscriber in self._subscribers():
            subscriber.close()

    async def run(self, stopping: asyncio.Event) -> None:
        """Read until told to stop. A lost connection is made again; nothing is skipped by it."""
        failures = 0
        while not stopping.is_set():
            try:
                await self._read_log(stopping)
            except CONNECTION_LOST as error:
                failures += 1
                metrics.RECONNECTIONS.inc()
                self._outage.goes_on(error)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), min(0.1 * 2**failures, 5.0))
            else:
                failures = 0

    async def _read_log(self, stopping: asyncio.Event) -> None:
        options: dict[str, Any] = {
            "timeout": _PATIENCE_SECONDS,
            "command_timeout": _PATIENCE_SECONDS,
            "server_settings": session_limits(self._dsn, "ringback feed"),
        }
        async with (
            asyncpg.create_pool(self._dsn, min_size=1, max_size=4, **options) as pool,
            _connection(self._dsn, **options) as listener,
        ):
            await listener.add_listener(CHANNEL, self._on_notify)
            listener.add_termination_listener(lambda _: self._wake.set())
            await self._find_place(pool)
            self._pool = pool
            self._outage.ends()
            self._connected.set()
            stop = asyncio.create_task(stopping.wait())
            try:
                while not stopping.is_set():
                    await self._catch_up(pool)
                    if not await self._wait_for_more(stop) and not stopping.is_set():
                        # Nothing came for a while: there was nothing, or nobody is there.
                        await listener.execute("select 1")
                    if listener.is_closed():
                        raise asyncpg.InterfaceError("the listening connection was closed")
            finally:
                stop.cancel()
                if not self._is_closed:
                    self._connected.clear()

    async def _find_place(self, pool: Pool) -> None:
        """Begin at the end of the log, or go on, unless meanwhile it has become another log."""
        async with pool.acquire() as connection:
            await epochs.ensure_epoch(connection)
        if self._position is not None and await queries.is_of_this_log(pool, self._position):
            return
        for subscriber in self._subscribers():
            subscriber.close()
        self._announced = 0
        self._position = await queries.find_end(pool)

    def _on_notify(self, *arguments: Any) -> None:
        with suppress(ValueError):
            self._announced = max(self._announced, int(arguments[-1]))
        self._wake.set()

    async def _catch_up(self, pool: Pool) -> None:
        """Read all that can be read, until what was announced is in it.

        A commit that was announced stays out of sight while an older transaction runs.
        """
        pause = _FIRST_RECHECK_SECONDS
        while True:
            self._wake.clear()
            announced = self._announced
            assert self._position is not None  # noqa: S101 - set before the first reading
            horizon, read = await queries.list_after(pool, self._position)
            if read:
                await self._hand_out(read)
            if len(read) == queries.BATCH:
                continue
            if horizon > announced:
                self._hold.ends()
                return
            await self._hold.goes_on(pool)
            if self._wake.is_set():
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_RECHECK_SECONDS)

    async def _wait_for_more(self, stop: "asyncio.Task[Any]") -> bool:
        """Wait for a notification, but not for long, since one can get lost."""
        wake = asyncio.create_task(self._wake.wait())
        await asyncio.wait({wake, stop}, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        wake.cancel()
        return self._wake.is_set()

    async def _hand_out(self, read: Sequence[Entry]) -> None:
        """Give entries to all channels, and only then let anybody run who may join or leave."""
        self._position = read[-1].position
        reached = []
        for channel in self._channels.values():
            if wanted := [entry for entry in read if channel.interest.covers(entry)]:
                channel.add(wanted)
                reached.append(channel)
        for channel in reached:
            await channel.wake()

    async def end(self) -> Position:
        """Find the end of the log. What is read after this holds all that lies before."""
        return await queries.find_end(await self._reach_log())

    async def follow(
        self, interest: Interest, since: Position | None, *, owner: UUID | None = None
    ) -> AsyncGenerator[bytes, None]:
        """Give what comes after a position, or from now on, without a gap and without repeats.

        What has come meanwhile is given at once: the further behind clients are, the less an event
        costs. Ends when the feed is closed, the owner's login has ended, or, with a last message
        that says so, the client is too slow; it resumes by its position.
        """
        await self._connected.wait()
        if self._is_closed:
            return
        pool = await self._reach_log()
        is_lost = since is not None and not await queries.is_of_this_log(pool, since)
        # What lies before the seam is replayed; all that lies after it comes by the channel.
        seam = self._position
        assert seam is not None  # noqa: S101 - set before `_connected`
        with self._subscribe(
            interest, seam if since is None or is_lost else since, owner
        ) as subscriber:
            if is_lost:
                yield entries.resync(seam)
            elif since is not None:
                async for messages in self._replay(interest, since, seam):
                    yield messages
            try:
                while messages := await subscriber.take():
                    yield messages
            except TooFarBehind:
                metrics.BEHIND.inc()
                yield entries.behind()

    @contextmanager
    def _subscribe(
        self, interest: Interest, since: Position, owner: UUID | None
    ) -> Iterator[Subscriber]:
        channel = self._channels.setdefault(interest, Channel(interest))
        subscriber = Subscriber(channel, owner, since)
        channel.subscribers.add(subscriber)
        metrics.OPENED.inc()
        metrics.STREAMS.inc()
        try:
            yield subscriber
        finally:
            metrics.STREAMS.dec()
            channel.subscribers.discard(subscriber)
            if not channel.subscribers:
                self._channels.pop(interest, None)

    async def _replay(
        self, interest: Interest, since: Position, until: Position
    ) -> AsyncIterator[bytes]:
        pool = await self._reach_log()
        while since < until:
            pruned, read = await queries.list_between(pool, interest, since, until)
            # It may be pruned while it is read.
            if pruned > since:
                yield entries.resync(pruned)
                since = pruned
                continue
            for messages in portions(read):
                yield b"".join(messages)
            if len(read) < queries.BATCH:
                return
            since = read[-1].position

    async def _reach_log(self) -> Pool:
        await self._connected.wait()
        if self._pool is None:
            raise ConnectionError("the feed was closed before the log was reached")
        return self._pool


@asynccontextmanager
async def _connection(
    dsn: str, **options: Any
) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(dsn, **options)
    try:
        yield connection
    finally:
        connection.terminate()
