"""Booking: for each event in the outbox, one delivery to each destination that wants it.

An event leaves the outbox in the transaction that books its deliveries, so each is booked exactly
once. What is told of the event is read in that transaction too, and kept: a correction that comes
later is another event, and changes nothing of this one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeAlias
from uuid import UUID

from loguru import logger
from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.destinations import digest
from backend.destinations.models import (
    Delivery,
    DeliveryStatus,
    Destination,
    Message,
    OutboxEntry,
)
from backend.platform import clock, db, ids
from backend.platform.database_failures import DatabaseUnavailable, meaning_of
from backend.platform.db import Sessions
from backend.platform.events import JsonObject, LoggedEvent, Tell, find_masks, wiring_of
from backend.platform.people import masks
from backend.platform.tables import Table

BATCH = 200
# One that cannot be booked is left in the outbox in the end, for a person to look at.
_ATTEMPTS = 10

_CALL = "call"
_ABOUT_RECORDS = "record."
_EXTRACTED = "record.extracted"
_NEEDS_REVIEW = "record.needs_review"
_CORRECTED = "record.corrected"

# Destinations and the calls whose record they hold back.
_Held: TypeAlias = set[tuple[UUID, UUID | None]]

# The number of the lock under which one worker books at a time, so that order is kept.
_LOCK = 7_263_017


def watched(events: Sequence[str]) -> list[str]:
    """Name the events to look at for a destination that subscribes to these.

    Whoever wants records that were extracted is to see those held back, and gets them once a
    person has approved them.
    """
    implied = {_NEEDS_REVIEW, _CORRECTED} if _EXTRACTED in events else set()
    return sorted(implied.union(events))


async def book(sessions: Sessions) -> bool:
    """Book the next events of the outbox. Returns whether there may be more of them.

    Raises what the database fails with while it is away or busy: that says nothing of any event.
    """
    try:
        return await _book(sessions, BATCH) == BATCH
    except Exception as error:
        if isinstance(meaning_of(error), DatabaseUnavailable):
            raise
        logger.warning("outbox.batch_failed", reason=type(error).__name__)
        return await _book_first(sessions) > 0


async def _book_first(sessions: Sessions) -> int:
    """Book the first event alone; one that fails goes behind the others, and is counted."""
    try:
        return await _book(sessions, 1)
    except Exception as error:
        if isinstance(meaning_of(error), DatabaseUnavailable):
            raise
        logger.exception("outbox.event_failed")
    async with db.transaction(sessions) as session:
        entries = await _take(session, 1)
        for entry in entries:
            entry.attempts += 1
    return len(entries)


async def _book(sessions: Sessions, batch: int) -> int:
    async with db.transaction(sessions) as session:
        entries = await _take(session, batch)
        if not entries:
            return 0
        taken = [entry.event_id for entry in entries]
        logged = await session.exec(
            select(LoggedEvent).where(col(LoggedEvent.id).in_(taken)).order_by(col(LoggedEvent.id))
        )
        await _book_events(session, logged.all())
        await session.exec(delete(OutboxEntry).where(col(OutboxEntry.event_id).in_(taken)))
        return len(entries)


async def _take(session: AsyncSession, batch: int) -> Sequence[OutboxEntry]:
    connection = await session.connection()
    if not await connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))):
        return []
    statement = (
        select(OutboxEntry)
        .where(col(OutboxEntry.attempts) < _ATTEMPTS)
        .order_by(col(OutboxEntry.attempts), col(OutboxEntry.event_id))
        .limit(batch)
    )
    return (await session.exec(statement)).all()


async def _book_events(session: AsyncSession, events: Sequence[LoggedEvent]) -> None:
    by_org = await _destinations(session, {event.org_id for event in events})
    held = await _find_held(session, events)
    deliveries: list[JsonObject] = []
    for event in events:
        for destination in by_org[event.org_id]:
            status = _status(destination, event, held)
            if status is None:
                continue
            deliveries.append(_delivery(destination, event, status))
            if status is DeliveryStatus.HELD:
                held.add((destination.id, event.call_id))
    wanted = {delivery["event_id"] for delivery in deliveries}
    told = await _tell(session, [event for event in events if event.id in wanted])
    messages = [_message(event, told[event.id]) for event in events if event.id in told]
    await _add(session, Message, messages)
    deliveries = [each for each in deliveries if each["event_id"] in told]
    await _add(session, Delivery, deliveries)
    await _supersede(session, deliveries)


async def _destinations(
    session: AsyncSession, orgs: set[UUID]
) -> Mapping[UUID, Sequence[Destination]]:
    # Locked, so that one being deleted is either there to the end of this or not at all.
    statement = select(Destination).where(col(Destination.org_id).in_(orgs))
    by_org: dict[UUID, list[Destination]] = defaultdict(list)
    for destination in await session.exec(statement.with_for_update(read=True, key_share=True)):
        by_org[destination.org_id].append(destination)
    return by_org


def _status(destination: Destination, event: LoggedEvent, held: _Held) -> DeliveryStatus | None:
    """Say how a delivery of this event begins. None: the destination does not want it."""
    if event.name not in destination.watched or event.at < destination.created_at:
        return None
    if destination.agent_ids is not None and event.agent_id not in destination.agent_ids:
        return None
    if str(destination.id) not in event.data.get("destination_ids", [str(destination.id)]):
        return None
    if event.name not in destination.events and not (
        event.name == _NEEDS_REVIEW
        or (event.name == _CORRECTED and (destination.id, event.call_id) in held)
    ):
        return None
    is_record = event.name.startswith(_ABOUT_RECORDS)
    if is_record and event.data.get("status") not in destination.record_statuses:
        return DeliveryStatus.HELD
    return DeliveryStatus.PENDING if destination.enabled else DeliveryStatus.MISSED


def _delivery(destination: Destination, event: LoggedEvent, status: DeliveryStatus) -> JsonObject:
    now = clock.now()
    return {
        "id": ids.new_id(),
        "org_id": event.org_id,
        "destination_id": destination.id,
        "event_id": event.id,
        "event": event.name,
        "call_id": event.call_id,
        "status": status,
        "attempts": 0,
        "step": 0,
        "next_attempt_at": digest.first_attempt_at(destination.config, now),
        "created_at": now,
    }


async def _find_held(session: AsyncSession, events: Sequence[LoggedEvent]) -> _Held:
    """Find which destinations hold back a record of these events' calls."""
    calls = {event.call_id for event in events if event.name == _CORRECTED}
    if not calls:
        return set()
    statement = select(Delivery.destination_id, Delivery.call_id).where(
        col(Delivery.call_id).in_(calls), Delivery.status == DeliveryStatus.HELD
    )
    return {(destination, call) for destination, call in await session.exec(statement)}


async def _tell(
    session: AsyncSession, events: Sequence[LoggedEvent]
) -> Mapping[int | None, JsonObject]:
    """Have the rooms say what is to be told. An event whose call is no longer there is left out."""
    tellers: Mapping[str, Tell] = wiring_of(session).told
    parts = {member: await tell(session, events) for member, tell in tellers.items()}
    told = {
        event.id: {member: part.get(event.id or 0) for member, part in parts.items()}
        | {"event": event.data}
        for event in events
    }
    there = [
        event for event in events if event.call_id is None or told[event.id].get(_CALL) is not None
    ]
    return await _masked(session, there, told)


async def _masked(
    session: AsyncSession, events: Sequence[LoggedEvent], told: Mapping[int | None, JsonObject]
) -> Mapping[int | None, JsonObject]:
    """Mask what is told as the calls' agents say: what is delivered is read from here alone."""
    named = {event.call_id for event in events if event.call_id is not None}
    for event in events:
        named.update(masks.ids_in(told[event.id]))
    found = await find_masks(session, named)
    if not found:
        return {event.id: told[event.id] for event in events}
    return {
        event.id: masks.masked(
            told[event.id], found, found.get(event.call_id) if event.call_id else None
        )
        for event in events
    }


def _message(event: LoggedEvent, data: JsonObject) -> JsonObject:
    return {
        "event_id": event.id,
        "org_id": event.org_id,
        "event": event.name,
        "at": event.at,
        "agent_id": event.agent_id,
        "call_id": event.call_id,
        "data": data,
        "created_at": clock.now(),
    }


async def _add(session: AsyncSession, table: type[Table], rows: Sequence[JsonObject]) -> None:
    if rows:
        connection = await session.connection()
        await connection.execute(insert(table).on_conflict_do_nothing(), rows)


async def _supersede(session: AsyncSession, deliveries: Sequence[JsonObject]) -> None:
    """Close what is held back of a record of which a later revision has been booked."""
    later = [each for each in deliveries if each["event"].startswith(_ABOUT_RECORDS)]
    if later:
        names = ("destination_id", "call_id", "event_id")
        columns = {name: [each[name] for each in later] for name in names}
        await (await session.connection()).execute(_SUPERSEDE, columns)


_SUPERSEDE = text(
    """
    update deliveries as held set status = 'superseded'
    from unnest(cast(:destination_id as uuid[]), cast(:call_id as uuid[]),
                cast(:event_id as bigint[])) as later (destination_id, call_id, event_id)
    where held.status = 'held' and held.destination_id = later.destination_id
      and held.call_id = later.call_id and held.event_id < later.event_id
    """
)
