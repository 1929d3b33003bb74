"""What is done by the clock: destinations that only fail are switched off, old books dropped."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, select

from backend.destinations.models import Destination, DisabledReason
from backend.destinations.service import switch_off
from backend.platform import clock, db, ids
from backend.platform.db import Sessions

PATIENCE = timedelta(days=5)
_BATCH = 1000


async def switch_off_failing(sessions: Sessions) -> None:
    failing = select(Destination).where(
        col(Destination.enabled), col(Destination.failing_since) < clock.now() - PATIENCE
    )
    async with db.transaction(sessions) as session:
        for destination in await session.exec(failing.with_for_update(skip_locked=True)):
            await switch_off(session, destination, DisabledReason.FAILING)


# By the id, which begins with the time; attempts go with their delivery.
_PRUNE_DELIVERIES = text(
    """
    with gone as (
        delete from deliveries where id in (
            select id from deliveries where id < :first order by id limit :batch
        ) returning 1
    )
    select count(*) from gone
    """
)
_PRUNE_MESSAGES = text(
    """
    with gone as (
        delete from messages where event_id in (
            select event_id from messages where created_at < :before
            order by created_at limit :batch
        ) returning 1
    )
    select count(*) from gone
    """
)


_NOTE_FROM = text(
    """
    update destinations set books_from = :before
    where kind = 'object_store' and (books_from is null or books_from < :before)
    """
)


async def prune(sessions: Sessions, before: datetime) -> None:
    """Drop the oldest deliveries, then what they told, in batches that lock little."""
    # Noted first: nobody writes a file anew while what is in it is being dropped.
    async with db.transaction(sessions) as session:
        await (await session.connection()).execute(_NOTE_FROM, {"before": before})
    for statement in (_PRUNE_DELIVERIES, _PRUNE_MESSAGES):
        values = {"before": before, "first": ids.first_id(before), "batch": _BATCH}
        bound = {name: values[name] for name in statement.compile().params}
        pruned = _BATCH
        while pruned == _BATCH:
            async with db.transaction(sessions) as session:
                connection = await session.connection()
                pruned = (await connection.execute(statement, bound)).scalar_one()
