"""One reader of the event log per process, many subscribers.

Transactions commit in another order than they took their numbers. The reader therefore goes by
(transaction, id) and reads only below the oldest transaction still running: what it has passed
can never be joined by something earlier.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence, Set
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self
from uuid import UUID

import asyncpg
from loguru import logger

from backend.platform.db import CONNECTION_LOST

CHANNEL = "ringback_events"
BATCH = 500
BUFFER = 1000
POLL_SECONDS = 5.0
_FIRST_RECHECK_SECONDS = 0.002
_LONGEST_RECHECK_SECONDS = 0.1


class Position(NamedTuple):
    """A place in the log. As text, `<transaction>-<id>`; `0` is its beginning."""

    transaction_id: int
    id: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a position; raises ValueError for anything that is none."""
        transaction_id, _, event_id = text.partition("-")
        position = cls(int(transaction_id), int(event_id or 0))
        if not (0 <= position.transaction_id < 2**63 and 0 <= position.id < 2**63):
            raise ValueError(text)
        return position

    def __str__(self) -> str:
        return f"{self.transaction_id}-{self.id}"


@dataclass(frozen=True)
class Entry:
    """One event, as it goes to every client: serialised once."""

    position: Position
    org_id: UUID
    name: str
    agent_id: UUID | None
    call_id: UUID | None
    message: bytes


@dataclass(frozen=True)
class Interest:
    """Which events a subscriber wants: those of one organisation, narrowed further if set."""

    org_id: UUID
    call_id: UUID | None = None
    agent_id: UUID | None = None
    names: frozenset[str] = frozenset()

    def covers(self, entry: Entry) -> bool:
        # Each event asks this of every stream.
        return (
            (self.call_id is None or self.call_id == entry.call_id)
            and (self.agent_id is None or self.agent_id == entry.agent_id)
            and (not self.names or entry.name in self.names)
            and self.org_id == entry.org_id
        )


@dataclass(eq=False)
class _Subscriber:
    interest: Interest
    owner: UUID | None
    _waiting: list[Entry] = field(default_factory=list)
    _bell: "asyncio.Future[None] | None" = None
    _is_over: bool = False

    def offer(self, entry: Entry) -> bool:
        """Hand over an entry; False when the subscriber is too far behind."""
        if len(self._waiting) >= BUFFER:
            self.close()
            return False
        self._waiting.append(entry)
        self._ring()
        return True

    async def take(self) -> Sequence[Entry]:
        """Wait for entries, and take all there are. None are left when it is over."""
        if not self._waiting and not self._is_over:
            self._bell = asyncio.get_running_loop().create_future()
            await self._bell
        taken, self._waiting = self._waiting, []
        return taken

    def close(self) -> None:
        self._is_over = True
        self._ring()

    def _ring(self) -> None:
        if self._bell is not None and not self._bell.done():
            self._bell.set_result(None)


class Feed:
    """The log, live. `run` reads it; `follow` gives one client's part of it."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._subscribers: set[_Subscriber] = set()
        # Everything up to here has been handed out; None until the log was first reached.
        self._position: Position | None = None
        self._connected = asyncio.Event()
        self._wake = asyncio.Event()
        self._announced = 0
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._is_closed = False

    @property
    def subscriber_count(self) -> int:
        return len(self._subscribers)

    async def run(self, stopping: asyncio.Event) -> None:
        """Read until told to stop. A lost connection is made again; nothing is skipped by it."""
        failures = 0
        while not stopping.is_set():
            try:
                await self._read_log(stopping)
            except CONNECTION_LOST as error:
                failures += 1
                logger.warning("feed.database_lost", reason=type(error).__name__)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), min(0.1 * 2**failures, 5.0))
            else:
                failures = 0

    def close(self) -> None:
        """End all streams; their clients come back, here or to another process."""
        self._is_closed = True
        for subscriber in self._subscribers:
            subscriber.close()

    async def _read_log(self, stopping: asyncio.Event) -> None:
        async with (
            asyncpg.create_pool(self._dsn, min_size=1, max_size=4) as pool,
            _connection(self._dsn) as listener,
        ):
            await listener.add_listener(CHANNEL, self._on_notify)
            listener.add_termination_listener(lambda _: self._wake.set())
            if self._position is None:
                self._position = await _end_of_log(pool)
            self._pool = pool
            self._connected.set()
            stop = asyncio.create_task(stopping.wait())
            try:
                while not stopping.is_set():
                    await self._catch_up(pool)
                    await self._wait_for_more(stop)
                    if listener.is_closed():
                        raise asyncpg.InterfaceError("the listening connection was closed")
            finally:
                stop.cancel()
                self._connected.clear()

    def _on_notify(self, *arguments: Any) -> None:
        with suppress(ValueError):
            self._announced = max(self._announced, int(arguments[-1]))
        self._wake.set()

    async def _catch_up(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Read all that can be read, until what was announced is in it.

        A commit that was announced stays out of sight while an older transaction runs.
        """
        pause = _FIRST_RECHECK_SECONDS
        while True:
            self._wake.clear()
            announced = self._announced
            assert self._position is not None  # noqa: S101 - set before the first reading
            horizon, entries = await _read_after(pool, self._position)
            for entry in entries:
                self._position = entry.position
                self._hand_out(entry)
            if len(entries) == BATCH:
                continue
            if horizon > announced or self._wake.is_set():
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_RECHECK_SECONDS)

    async def _wait_for_more(self, stop: "asyncio.Task[Any]") -> None:
        wake = asyncio.create_task(self._wake.wait())
        await asyncio.wait({wake, stop}, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        wake.cancel()

    def _hand_out(self, entry: Entry) -> None:
        late = [
            subscriber
            for subscriber in self._subscribers
            if subscriber.interest.covers(entry) and not subscriber.offer(entry)
        ]
        self._subscribers.difference_update(late)

    @property
    def owners(self) -> set[UUID]:
        """The logins that streams are open for."""
        return {follower.owner for follower in self._subscribers if follower.owner is not None}

    def drop(self, owners: Set[UUID]) -> None:
        """End the streams of these logins."""
        for subscriber in self._subscribers:
            if subscriber.owner in owners:
                subscriber.close()

    async def follow(
        self, interest: Interest, since: Position | None, *, owner: UUID | None = None
    ) -> AsyncIterator[Sequence[Entry]]:
        """Give what comes after a position, or from now on, without a gap and without repeats.

        What has come meanwhile is given at once: the further behind clients are, the less an event
        costs. Ends when the feed is closed, the owner's login has ended, or the client is too
        slow; it resumes by its position.
        """
        await self._connected.wait()
        assert self._position is not None  # noqa: S101 - set before `_connected`
        if self._is_closed:
            return
        subscriber = _Subscriber(interest, owner)
        self._subscribers.add(subscriber)
        # What lies before the seam is replayed; all that lies after it comes by the queue.
        seam = self._position
        since = since or seam
        try:
            if (horizon := await self._horizon()) > since:
                yield [_resync(interest.org_id, horizon)]
                since = horizon
            async for entries in self._replay(interest, since, seam):
                yield entries
            while live := await subscriber.take():
                # A client that comes from a process further ahead has seen some of it.
                yield [entry for entry in live if entry.position > since]
        finally:
            self._subscribers.discard(subscriber)

    async def _horizon(self) -> Position:
        """Find the last position that the log no longer has."""
        pool = await self._connection_pool()
        row = await pool.fetchrow("select transaction_id, event_id from log_horizon")
        return Position(*row) if row else Position(0, 0)

    async def _replay(
        self, interest: Interest, since: Position, until: Position
    ) -> AsyncIterator[Sequence[Entry]]:
        position = since
        while position < until:
            entries = await self._read_replay(interest, position, until)
            yield entries
            if len(entries) < BATCH:
                return
            position = entries[-1].position

    async def _read_replay(
        self, interest: Interest, after: Position, until: Position
    ) -> Sequence[Entry]:
        pool = await self._connection_pool()
        rows = await pool.fetch(
            f"""
            select {_COLUMNS} from events
            where (transaction_id, id) > ($1, $2) and (transaction_id, id) <= ($3, $4)
              and org_id = $5
              and ($6::uuid is null or call_id = $6)
              and ($7::uuid is null or agent_id = $7)
              and (cardinality($8::text[]) = 0 or name = any($8))
            order by transaction_id, id limit {BATCH}
            """,  # noqa: S608 - constants only
            *after,
            *until,
            interest.org_id,
            interest.call_id,
            interest.agent_id,
            sorted(interest.names),
        )
        return [_entry(row) for row in rows]

    async def _connection_pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        await self._connected.wait()
        assert self._pool is not None  # noqa: S101 - set before `_connected`
        return self._pool

    async def knows_call(self, org_id: UUID, call_id: UUID) -> bool:
        """Whether the log has anything about this call of this organisation."""
        pool = await self._connection_pool()
        found = await pool.fetchval(
            "select exists(select 1 from events where call_id = $1 and org_id = $2)",
            call_id,
            org_id,
        )
        return bool(found)


@asynccontextmanager
async def _connection(dsn: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        connection.terminate()


_COLUMNS = "transaction_id, id, org_id, name, agent_id, call_id, at, data::text as data"
RESYNC = "resync"


def _resync(org_id: UUID, horizon: Position) -> Entry:
    """Tell a client that it has missed what is no longer kept: read the state anew."""
    payload: dict[str, Any] = {
        "id": str(horizon),
        "name": RESYNC,
        "at": None,
        "call_id": None,
        "data": {},
    }
    message = f"id: {horizon}\nevent: {RESYNC}\ndata: {json.dumps(payload)}\n\n".encode()
    return Entry(horizon, org_id, RESYNC, None, None, message)


_HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


async def _end_of_log(pool: "asyncpg.Pool[asyncpg.Record]") -> Position:
    """Find the last position that nothing can come before any more."""
    row = await pool.fetchrow(
        f"""
        select transaction_id, id from events where transaction_id < {_HORIZON}
        order by transaction_id desc, id desc limit 1
        """  # noqa: S608 - constants only
    )
    return Position(row["transaction_id"], row["id"]) if row else Position(0, 0)


async def _read_after(
    pool: "asyncpg.Pool[asyncpg.Record]", position: Position
) -> tuple[int, Sequence[Entry]]:
    """Read the next events, and the horizon of the snapshot they were read in."""
    rows = await pool.fetch(
        f"""
        select {_HORIZON} as horizon, e.* from (select 1) as one
        left join lateral (
            select {_COLUMNS} from events
            where (transaction_id, id) > ($1, $2) and transaction_id < {_HORIZON}
            order by transaction_id, id limit {BATCH}
        ) as e on true
        """,  # noqa: S608 - constants only
        *position,
    )
    return rows[0]["horizon"], [_entry(row) for row in rows if row["id"] is not None]


def _entry(row: asyncpg.Record) -> Entry:
    position = Position(row["transaction_id"], row["id"])
    payload = {
        "id": str(position),
        "name": row["name"],
        "at": row["at"].isoformat(),
        "call_id": str(row["call_id"]) if row["call_id"] else None,
        "agent_id": str(row["agent_id"]) if row["agent_id"] else None,
        "data": json.loads(row["data"]),
    }
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return Entry(
        position=position,
        org_id=row["org_id"],
        name=row["name"],
        agent_id=row["agent_id"],
        call_id=row["call_id"],
        message=f"id: {position}\nevent: {row['name']}\ndata: {text}\n\n".encode(),
    )
