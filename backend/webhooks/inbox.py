"""Group commit: webhooks that arrive together share one transaction.

Nobody is acknowledged before the commit that holds the row and its job. The next batch collects
while the one before is being committed, so a lone webhook never waits and many share the cost.
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

from backend.platform import clock, db, events, ids
from backend.platform.db import DriverTransaction, Sessions
from backend.platform.settings import InboxSettings
from backend.webhooks.errors import InboxNotWritten, InboxOverloaded
from backend.webhooks.events import WebhookStored
from backend.webhooks.models import Rejection
from backend.webhooks.retell_wire import label_of


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
        self._waiting: deque[Arrival | Rejection] = deque()
        self._arrived = asyncio.Event()

    async def accept(self, org_id: UUID, body: bytes, headers: dict[str, str]) -> None:
        """Store one webhook. Returns once it is committed; raises when it could not be."""
        if len(self._waiting) >= self._settings.queue_size:
            raise InboxOverloaded(
                "Too many webhooks are waiting to be stored; send it again.", retry_after=1
            )
        stored = asyncio.get_running_loop().create_future()
        self._add(Arrival(org_id, body, headers, stored))
        # A client that goes away cancels its own wait, not the batch it shares.
        await stored

    def reject(self, org_id: UUID, reason: str, body_bytes: int) -> None:
        """Note a refusal. Under overload the note is dropped rather than an honest webhook."""
        if len(self._waiting) < self._settings.queue_size // 2:
            self._add(Rejection(org_id=org_id, reason=reason, body_bytes=body_bytes))

    def _add(self, item: Arrival | Rejection) -> None:
        self._waiting.append(item)
        self._arrived.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Store batch after batch until told to stop, and what is waiting by then."""
        wake = asyncio.create_task(self._wake_at(stopping))
        try:
            while self._waiting or not stopping.is_set():
                if self._waiting:
                    await self._store_batch(self._next_batch())
                else:
                    self._arrived.clear()
                    await self._arrived.wait()
        finally:
            wake.cancel()

    async def _wake_at(self, stopping: asyncio.Event) -> None:
        await stopping.wait()
        self._arrived.set()

    def _next_batch(self) -> list[Arrival | Rejection]:
        count = min(len(self._waiting), self._settings.batch_size)
        return [self._waiting.popleft() for _ in range(count)]

    async def _store_batch(self, batch: Sequence[Arrival | Rejection]) -> None:
        arrivals = [item for item in batch if isinstance(item, Arrival)]
        rejections = [item for item in batch if isinstance(item, Rejection)]
        try:
            async with db.driver_transaction(self._sessions) as transaction:
                await _store(transaction, arrivals, rejections)
        except Exception as error:  # noqa: BLE001 - each waiting request must get an answer
            is_expected = isinstance(error, (*db.CONNECTION_LOST, SQLAlchemyError))
            logger.opt(exception=not is_expected).error(
                "inbox.not_written", size=len(batch), reason=type(error).__name__
            )
            for arrival in arrivals:
                if not arrival.stored.done():
                    arrival.stored.set_exception(
                        InboxNotWritten("The webhook was not stored; send it again.", retry_after=1)
                    )
        else:
            for arrival in arrivals:
                if not arrival.stored.done():
                    arrival.stored.set_result(None)


async def _store(
    transaction: DriverTransaction, arrivals: Sequence[Arrival], rejections: Sequence[Rejection]
) -> None:
    if rejections:
        await transaction.connection.executemany(
            _INSERT_REJECTION,
            [(row.id, row.org_id, row.reason, row.body_bytes, row.at) for row in rejections],
        )
    if not arrivals:
        return
    # One statement may touch a row only once, so repeats within the batch are counted here.
    rows: dict[tuple[UUID, bytes], _Row] = {}
    repeats: Counter[tuple[UUID, bytes]] = Counter()
    for arrival in arrivals:
        key = (arrival.org_id, hashlib.sha256(arrival.body).digest())
        if key in rows:
            repeats[key] += 1
        else:
            rows[key] = _row(arrival, key[1])
    # In one order everywhere, so that two processes with the same webhooks do not deadlock.
    keys = sorted(rows)
    columns = zip(*((*rows[key], repeats[key]) for key in keys), strict=True)
    stored = await transaction.connection.fetch(_INSERT, clock.now(), *map(list, columns))
    new = [row for row in stored if row["is_new"]]
    await events.trigger(
        transaction, *(WebhookStored(org_id=row["org_id"], webhook_id=row["id"]) for row in new)
    )


_INSERT_REJECTION = """
insert into webhook_rejections (id, org_id, reason, body_bytes, at) values ($1, $2, $3, $4, $5)
"""
# By columns, so that the statement is the same for a batch of any size and is prepared once.
_INSERT = """
insert into webhooks (received_at, id, org_id, event, retell_call_id, body, body_sha256,
                      body_bytes, headers, repeats, state, attempts)
select $1, arrival.*, 'received', 0
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::bytea[], $7::bytea[],
            $8::int[], $9::jsonb[], $10::int[]) as arrival
on conflict (org_id, body_sha256) do update
set repeats = webhooks.repeats + 1 + excluded.repeats
returning id, org_id, xmax = 0 as is_new
"""

_Row: TypeAlias = tuple[UUID, UUID, str | None, str | None, bytes, bytes, int, str]


def _row(arrival: Arrival, sha256: bytes) -> _Row:
    """Fill in the columns of `_INSERT`, up to those that are the same for all."""
    label = label_of(arrival.body)
    return (
        ids.new_id(),
        arrival.org_id,
        label.event,
        label.retell_call_id,
        arrival.body,
        sha256,
        len(arrival.body),
        to_json(arrival.headers).decode(),
    )
