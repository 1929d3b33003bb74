"""Group commit: webhooks that arrive together share one transaction.

Nobody is acknowledged before the commit that holds the row and its job. The next batch collects
while the one before is being committed, so a lone webhook never waits and many share the cost.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from loguru import logger
from sqlalchemy import literal_column
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock, db, events, ids
from backend.platform.db import Sessions
from backend.platform.events import JsonObject
from backend.platform.settings import InboxSettings
from backend.webhooks.errors import InboxNotWritten, InboxOverloaded
from backend.webhooks.events import WebhookStored
from backend.webhooks.models import Rejection, Webhook, WebhookState
from backend.webhooks.retell_wire import label_of

_webhooks = Webhook.__table__  # type: ignore[attr-defined]  # SQLModel does not type __table__
_rejections = Rejection.__table__  # type: ignore[attr-defined]  # as above


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
        self._waiting: asyncio.Queue[Arrival | Rejection] = asyncio.Queue(settings.queue_size)

    async def accept(self, org_id: UUID, body: bytes, headers: dict[str, str]) -> None:
        """Store one webhook. Returns once it is committed; raises when it could not be."""
        arrival = Arrival(org_id, body, headers, asyncio.get_running_loop().create_future())
        try:
            self._waiting.put_nowait(arrival)
        except asyncio.QueueFull as error:
            raise InboxOverloaded(
                "Too many webhooks are waiting to be stored; send it again.", retry_after=1
            ) from error
        # A client that goes away cancels its own wait, not the batch it shares.
        await asyncio.shield(arrival.stored)

    def reject(self, org_id: UUID, reason: str, body_bytes: int) -> None:
        """Note a refusal. Under overload the note is dropped rather than an honest webhook."""
        if self._waiting.qsize() < self._settings.queue_size // 2:
            self._waiting.put_nowait(Rejection(org_id=org_id, reason=reason, body_bytes=body_bytes))

    async def run(self, stopping: asyncio.Event) -> None:
        """Store batch after batch until told to stop, and what is waiting by then."""
        stop = asyncio.create_task(stopping.wait())
        try:
            while not (stopping.is_set() and self._waiting.empty()):
                first = asyncio.create_task(self._waiting.get())
                await asyncio.wait({first, stop}, return_when=asyncio.FIRST_COMPLETED)
                if not first.done():
                    first.cancel()
                    continue
                await self._store_batch([first.result(), *self._rest_of_batch()])
        finally:
            stop.cancel()

    def _rest_of_batch(self) -> list[Arrival | Rejection]:
        count = min(self._waiting.qsize(), self._settings.batch_size - 1)
        return [self._waiting.get_nowait() for _ in range(count)]

    async def _store_batch(self, batch: Sequence[Arrival | Rejection]) -> None:
        arrivals = [item for item in batch if isinstance(item, Arrival)]
        rejections = [item for item in batch if isinstance(item, Rejection)]
        try:
            async with db.transaction(self._sessions) as session:
                await _store(session, arrivals, rejections)
        except Exception as error:  # noqa: BLE001 - each waiting request must get an answer
            is_expected = isinstance(error, OSError | TimeoutError | SQLAlchemyError)
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
    session: AsyncSession, arrivals: Sequence[Arrival], rejections: Sequence[Rejection]
) -> None:
    connection = await session.connection()
    if rejections:
        await connection.execute(
            _rejections.insert(), [rejection.model_dump() for rejection in rejections]
        )
    if not arrivals:
        return
    # One statement may touch a row only once, so repeats within the batch are counted here.
    rows: dict[tuple[UUID, bytes], JsonObject] = {}
    for arrival in arrivals:
        row = _row(arrival)
        same = rows.setdefault((row["org_id"], row["body_sha256"]), row)
        if same is not row:
            same["repeats"] += 1
    statement = insert(_webhooks).values(sorted(rows.values(), key=lambda row: row["body_sha256"]))
    result = await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["org_id", "body_sha256"],
            set_={"repeats": _webhooks.c.repeats + 1 + statement.excluded.repeats},
        ).returning(
            _webhooks.c.id, _webhooks.c.org_id, literal_column("webhooks.xmax = 0").label("is_new")
        )
    )
    await events.publish(
        session,
        *(WebhookStored(org_id=row.org_id, webhook_id=row.id) for row in result if row.is_new),
    )


def _row(arrival: Arrival) -> JsonObject:
    label = label_of(arrival.body)
    return {
        "id": ids.new_id(),
        "org_id": arrival.org_id,
        "event": label.event,
        "retell_call_id": label.retell_call_id,
        "body": arrival.body,
        "body_sha256": hashlib.sha256(arrival.body).digest(),
        "body_bytes": len(arrival.body),
        "headers": arrival.headers,
        "state": WebhookState.RECEIVED,
        "attempts": 0,
        "repeats": 0,
        "received_at": clock.now(),
    }
