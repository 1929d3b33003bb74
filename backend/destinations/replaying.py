"""Making deliveries once more, under the ids they have, so that receivers know them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.destinations import queries, service
from backend.destinations.errors import (
    DeliveryNotFound,
    DeliveryNotReplayable,
    DestinationOff,
)
from backend.destinations.events import ReplayRequested
from backend.destinations.models import Delivery, DeliveryStatus, Destination
from backend.destinations.queries import Which
from backend.platform import db, events
from backend.platform.db import Sessions

_BATCH = 1000


async def get_delivery(
    session: AsyncSession, org_id: UUID, delivery_id: UUID, *, lock: bool = False
) -> Delivery:
    delivery = await queries.find_delivery(session, org_id, delivery_id, lock=lock)
    if delivery is None:
        raise DeliveryNotFound(f"There is no delivery {delivery_id}.")
    return delivery


async def replay_one(session: AsyncSession, org_id: UUID, delivery_id: UUID) -> Delivery:
    """Make a delivery again, or now if it waits. What is held back needs its record approved."""
    delivery = await get_delivery(session, org_id, delivery_id, lock=True)
    destination = await service.get_destination(session, org_id, delivery.destination_id)
    _refuse_if_off(destination)
    match delivery.status:
        case DeliveryStatus.HELD | DeliveryStatus.SUPERSEDED:
            message = await queries.find_message(session, delivery.event_id)
            status = message.data["event"].get("status") if message else None
            if status not in destination.record_statuses:
                raise DeliveryNotReplayable(
                    f"Its record is {status}, which this destination does not take. Approve the "
                    "record, or have the destination take records in that state."
                )
        case DeliveryStatus.SENDING:
            raise DeliveryNotReplayable("It is on its way at this moment.")
        case _:
            pass
    await _make_again(session, [delivery.id])
    await session.refresh(delivery)
    return delivery


async def request_replay(session: AsyncSession, org_id: UUID, which: Which) -> int:
    """Have deliveries made again, in their order. Returns how many."""
    _refuse_if_off(await service.get_destination(session, org_id, which.destination_id))
    count = await queries.count_deliveries(session, which)
    await events.publish(
        session,
        ReplayRequested(
            org_id=org_id,
            destination_id=which.destination_id,
            since=which.since,
            until=which.until,
            statuses=[status.value for status in which.statuses],
        ),
    )
    return count


def _refuse_if_off(destination: Destination) -> None:
    if not destination.enabled:
        raise DestinationOff("The destination is switched off; enable it first.")


async def replay_many(sessions: Sessions, which: Which) -> None:
    """Make deliveries again a batch at a time. A second run goes on with what is left."""
    last: UUID | None = None
    while True:
        async with db.transaction(sessions) as session:
            batch = await queries.list_ids(session, which, last, _BATCH)
            await _make_again(session, batch)
        if len(batch) < _BATCH:
            return
        last = batch[-1]


async def _make_again(session: AsyncSession, delivery_ids: Sequence[UUID]) -> None:
    """Put deliveries back to their beginning; what waits behind them follows them."""
    if delivery_ids:
        await session.flush()
        await (await session.connection()).execute(_MAKE_AGAIN, {"ids": list(delivery_ids)})


_MAKE_AGAIN = text(
    """
    with again as (
        update deliveries set status = 'pending', step = 0, next_attempt_at = now()
        where id = any(:ids) and status <> 'sending'
        returning destination_id, call_id, event_id
    ), following as (
        update deliveries as later set next_attempt_at = now() from again
        where later.destination_id = again.destination_id and later.call_id = again.call_id
          and later.event_id > again.event_id and later.status = 'pending'
          and later.next_attempt_at > now() and later.id <> all(:ids)
    )
    select pg_notify('ringback_deliveries', '')
    """
)
