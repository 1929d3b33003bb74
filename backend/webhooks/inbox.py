"""Group commit: webhooks that arrive together share one transaction.

Nobody is acknowledged before the commit that holds the row and its job. A lone webhook never waits:
a batch begins when none is being committed. While one is, others gather, and once they are a crowd
a second batch is committed beside it, so that neither we nor PostgreSQL stand idle.
"""

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from loguru import logger
from pydantic_core import to_json
from sqlalchemy.exc import SQLAlchemyError

from backend.platform import clock, db, ids, queue
from backend.platform.compression import compress
from backend.platform.db import Sessions
from backend.platform.outages import Outage
from backend.platform.settings import InboxSettings
from backend.webhooks.errors import InboxNotWritten, InboxOverloaded
from backend.webhooks.events import WebhookStored
from backend.webhooks.retell_wire import label_of

# Two, since a third transaction would only take turns on the processor with these.
_BATCHES_AT_ONCE = 2
# Fewer are faster stored with those that come next than by a transaction of their own.
_CROWD = 6
# How soon a database that went away is tried again; a restart of it takes seconds.
_RETRY_SECONDS = 0.2


@dataclass(frozen=True)
class Arrival:
    """A verified webhook that waits for its commit. `stored` ends with the commit, or fails."""

    org_id: UUID
    body: bytes
    headers: dict[str, str]
    stored: "asyncio.Future[None]" = field(compare=False)


class Inbox:
    """Takes webhooks in for one process. Run it beside the server; stop it after the server."""

    def __init__(self, sessions: Sessions, settings: InboxSettings) -> None:
        self._sessions = sessions
        self._settings = settings
        self._jobs = sessions.wiring.jobs_after(WebhookStored)
        self._waiting: deque[Arrival] = deque()
        self._outage = Outage("inbox.database")
        self._batches: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    async def accept(self, org_id: UUID, body: bytes, headers: dict[str, str]) -> None:
        """Store one webhook. Returns once it is committed; raises when it could not be."""
        if len(self._waiting) >= self._settings.queue_size:
            raise InboxOverloaded(
                "Too many webhooks are waiting to be stored; send it again.", retry_after=1
            )
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append(Arrival(org_id, body, headers, stored))
        self._wake.set()
        try:
            # A client that goes away cancels its own wait, not the batch it shares.
            async with asyncio.timeout(self._settings.answer_seconds):
                await stored
        except TimeoutError:
            # Its commit may still come. Then what is sent again is a repeat.
            logger.error("inbox.too_slow", seconds=self._settings.answer_seconds)
            raise _not_written() from None

    async def run(self, stopping: asyncio.Event) -> None:
        """Store batch after batch until told to stop, and what is waiting by then."""
        alarm = asyncio.create_task(self._wake_at(stopping))
        try:
            while self._waiting or not stopping.is_set():
                if self._is_time():
                    self._begin_batch()
                else:
                    self._wake.clear()
                    await self._wake.wait()
            await asyncio.gather(*self._batches)
        finally:
            alarm.cancel()

    async def _wake_at(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self._wake.set()

    def _is_time(self) -> bool:
        enough = _CROWD if self._batches else 1
        return len(self._waiting) >= enough and len(self._batches) < _BATCHES_AT_ONCE

    def _begin_batch(self) -> None:
        count = min(len(self._waiting), self._settings.batch_size)
        batch = [self._waiting.popleft() for _ in range(count)]
        task = asyncio.create_task(self._store_batch(batch))
        self._batches.add(task)
        task.add_done_callback(self._end_batch)

    def _end_batch(self, task: "asyncio.Task[None]") -> None:
        self._batches.discard(task)
        self._wake.set()

    async def _store_batch(self, batch: Sequence[Arrival]) -> None:
        """Store the batch, again and again while the database is away and somebody waits.

        A commit whose outcome got lost may have happened: then these are repeats, without jobs.
        """
        waiting = batch
        while waiting:
            try:
                async with db.driver_connection(self._sessions) as connection:
                    await connection.execute(_STORE, clock.now(), self._jobs, *_columns(waiting))
            except db.SERVER_GONE as error:
                self._outage.goes_on(error)
                await asyncio.sleep(_RETRY_SECONDS)
                waiting = _undone(waiting)
            except Exception as error:  # noqa: BLE001 - each waiting request must get an answer
                is_expected = isinstance(error, (*db.CONNECTION_LOST, SQLAlchemyError))
                logger.opt(exception=not is_expected).error(
                    "inbox.not_written", size=len(waiting), reason=type(error).__name__
                )
                for arrival in _undone(waiting):
                    arrival.stored.set_exception(_not_written())
                return
            else:
                self._outage.ends()
                for arrival in _undone(waiting):
                    arrival.stored.set_result(None)
                return


def _undone(arrivals: Sequence[Arrival]) -> Sequence[Arrival]:
    """List those that somebody still waits for."""
    return [arrival for arrival in arrivals if not arrival.stored.done()]


def _not_written() -> InboxNotWritten:
    return InboxNotWritten("The webhook was not stored; send it again.", retry_after=1)


def _columns(arrivals: Sequence[Arrival]) -> list[list[object]]:
    """Make the arrays of `_STORE`, each webhook once, in an order that is the same everywhere.

    One statement may touch a row only once, so repeats within the batch are counted here. And two
    processes that store the same webhooks must lock them in one order.
    """
    rows: dict[tuple[UUID, bytes], _Row] = {}
    repeats: Counter[tuple[UUID, bytes]] = Counter()
    for arrival in arrivals:
        key = (arrival.org_id, hashlib.sha256(arrival.body).digest())
        if key in rows:
            repeats[key] += 1
        else:
            rows[key] = _row(arrival, key[1])
    complete = ((*rows[key], repeats[key]) for key in sorted(rows))
    return [list(column) for column in zip(*complete, strict=True)]


# One statement, so that a batch costs one round trip; by columns, so that it is the same for a
# batch of any size and is prepared once.
_STORE = f"""
with stored as (
    insert into webhooks (received_at, id, org_id, event, retell_call_id, body, body_sha256,
                          body_bytes, headers, repeats, state, attempts)
    select $1, arrival.*, 'received', 0
    from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bytea[], $8::bytea[],
                $9::int[], $10::jsonb[], $11::int[]) as arrival
    on conflict (org_id, body_sha256) do update
    set repeats = webhooks.repeats + 1 + excluded.repeats
    returning id, org_id, xmax = 0 as is_new
), new_jobs as (
    select name, convert_to(
        json_build_object('org_id', org_id, 'webhook_id', id)::text, 'UTF8') as payload
    from stored cross join unnest($2::text[]) as job (name)
    where is_new
), {queue.ENQUEUE_NEW_JOBS}
"""  # noqa: S608 - put together from our own text alone

_Row: TypeAlias = tuple[UUID, UUID, str | None, str | None, bytes, bytes, int, str]


def _row(arrival: Arrival, sha256: bytes) -> _Row:
    """Fill in what `_STORE` takes of each webhook, up to the count of its repeats."""
    label = label_of(arrival.body)
    return (
        ids.new_id(),
        arrival.org_id,
        label.event,
        label.retell_call_id,
        compress(arrival.body),
        sha256,
        len(arrival.body),
        to_json(arrival.headers).decode(),
    )
