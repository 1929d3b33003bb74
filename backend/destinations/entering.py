"""Entering outcomes together: those that come in while one batch is written are the next."""

import asyncio
from collections.abc import Sequence

from loguru import logger

from backend.destinations import claims
from backend.destinations.claims import Outcome
from backend.destinations.events import DeliveryDied
from backend.destinations.models import Delivery, Destination, DisabledReason
from backend.destinations.service import switch_off
from backend.platform import db, events
from backend.platform.database_failures import DatabaseUnavailable, meaning_of
from backend.platform.db import Sessions

_BATCH = 200
_RETRY_SECONDS = 0.2
# After which an outcome is dropped: its claim has ended, and the delivery is made once more.
_TRIES = 100


class Ledger:
    """Takes what came of deliveries, for one process. `enter` returns once it is committed."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._waiting: list[tuple[Outcome, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def enter(self, outcome: Outcome) -> None:
        entered = asyncio.get_running_loop().create_future()
        self._waiting.append((outcome, entered))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        await entered

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_BATCH], self._waiting[_BATCH:]
                await self._write_batch([outcome for outcome, _ in batch])
                for _, entered in batch:
                    if not entered.done():
                        entered.set_result(None)
        finally:
            self._writing = None

    async def _write_batch(self, outcomes: Sequence[Outcome]) -> None:
        """Enter outcomes, however long the database is away. One that cannot be is left out."""
        for _ in range(_TRIES):
            try:
                await self._enter_all(outcomes)
            except Exception as error:  # noqa: BLE001 - whoever waits must be told in any case
                is_away = isinstance(meaning_of(error), DatabaseUnavailable)
                logger.opt(exception=not is_away).warning(
                    "deliveries.not_entered", reason=type(error).__name__
                )
                if not is_away:
                    break
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                return
        if len(outcomes) > 1:
            for outcome in outcomes:
                await self._write_batch([outcome])
        elif outcomes[0] != outcomes[0].without_words():
            # What cannot be kept must not have it sent for ever.
            await self._write_batch([outcomes[0].without_words()])
        else:
            logger.error("deliveries.dropped", delivery_id=str(outcomes[0].parcel.id))

    async def _enter_all(self, outcomes: Sequence[Outcome]) -> None:
        ordinary = [outcome for outcome in outcomes if outcome.is_ordinary]
        if ordinary:
            await claims.enter(self._sessions, ordinary)
        for outcome in outcomes:
            if not outcome.is_ordinary:
                await self._enter_end(outcome)

    async def _enter_end(self, outcome: Outcome) -> None:
        """Enter that a delivery is dead, and tell; with it, that its receiver is gone."""
        async with db.transaction(self._sessions) as session:
            is_there = await session.get(Delivery, outcome.parcel.id, with_for_update=True)
            connection = await session.connection()
            await connection.exec_driver_sql(claims.ENTER, tuple(claims.columns([outcome])))
            destination = await claims.find_destination(session, outcome.destination_id)
            if destination is None:
                return
            if is_there is not None:  # Its call may have been erased meanwhile.
                await events.publish(session, _died(destination, outcome))
            if outcome.answer.is_gone:
                await switch_off(session, destination, DisabledReason.GONE)


def _died(destination: Destination, outcome: Outcome) -> DeliveryDied:
    return DeliveryDied(
        org_id=destination.org_id,
        call_id=outcome.parcel.call_id,
        data={
            "delivery_id": str(outcome.parcel.id),
            "destination_id": str(destination.id),
            "event": outcome.parcel.event,
            "error": outcome.answer.error,
        },
    )
