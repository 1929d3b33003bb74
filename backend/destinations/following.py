"""What became of deliveries at the other side: asked for until it has ended."""

import asyncio
import json
from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from loguru import logger

from backend.destinations import airflow
from backend.destinations.airflow import AirflowSender
from backend.destinations.models import Destination
from backend.destinations.senders import open_http, open_sender
from backend.platform import clock, db
from backend.platform.errors import AppError
from backend.platform.events import JsonObject
from backend.providers.runtime import Runtime

# Of each destination at a time: all of them are asked at once, so a turn is over in 20 s.
_AT_ONCE = 20
_LEASE = timedelta(minutes=1)
_NO_MORE = timedelta(days=7)
# How long after the delivery, and how long until it is asked for again.
_PACES = (
    (timedelta(minutes=1), timedelta(seconds=5)),
    (timedelta(hours=1), timedelta(seconds=30)),
    (_NO_MORE, timedelta(minutes=5)),
)

_CLAIM = """
with due as (
    select one.id from destinations cross join lateral (
        select id from deliveries where destination_id = destinations.id and follow_at <= now()
        order by follow_at limit $1 for update skip locked
    ) as one where destinations.kind = 'airflow'
)
update deliveries set follow_at = now() + $2::interval from due where deliveries.id = due.id
returning deliveries.id, destination_id, outcome::text as outcome, delivered_at
"""
_ENTER = """
update deliveries set outcome = coalesce($2::text::jsonb, outcome), follow_at = $3
where id = $1 and follow_at is not null
"""


def next_look(delivered_at: datetime, outcome: JsonObject | None) -> datetime | None:
    """Say when to ask again. None: it has ended, or is not waited for any longer."""
    if outcome is not None and outcome["state"] in {*airflow.ENDED, airflow.REMOVED}:
        return None
    now = clock.now()
    return next((now + pace for since, pace in _PACES if now - delivered_at < since), None)


async def follow_runs(runtime: Runtime) -> None:
    """Ask for the next of each destination. One that does not answer delays no other."""
    async with db.driver_connection(runtime.sessions) as connection:
        rows = await connection.fetch(_CLAIM, _AT_ONCE, _LEASE)
    by_destination: dict[UUID, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        by_destination[row["destination_id"]].append(row)
    await asyncio.gather(*(_follow(runtime, *each) for each in by_destination.items()))


async def _follow(runtime: Runtime, destination_id: UUID, rows: list[asyncpg.Record]) -> None:
    async with db.transaction(runtime.sessions) as session:
        destination = await session.get(Destination, destination_id)
    if destination is None:
        return
    async with open_http(runtime.settings) as http:
        try:
            sender = open_sender(destination, runtime, http)
        except AppError:
            logger.warning("deliveries.not_followed", destination_id=str(destination_id))
            return
        if isinstance(sender, AirflowSender):
            await asyncio.gather(*(_follow_one(runtime, sender, row) for row in rows))


async def _follow_one(runtime: Runtime, sender: AirflowSender, row: asyncpg.Record) -> None:
    outcome: JsonObject | None = None
    try:
        before: JsonObject = json.loads(row["outcome"])
        if not sender.has_made(before):
            await _enter(runtime, row, None, None)
            return
        outcome = await sender.follow(before)
    except Exception:  # noqa: BLE001 - what ails one run must not have all others unasked
        logger.exception("deliveries.run_not_followed", delivery_id=str(row["id"]))
    await _enter(runtime, row, outcome, next_look(row["delivered_at"], outcome))


async def _enter(
    runtime: Runtime, row: asyncpg.Record, outcome: JsonObject | None, then: datetime | None
) -> None:
    written = None if outcome is None else json.dumps(outcome)
    async with db.driver_connection(runtime.sessions) as connection:
        await connection.execute(_ENTER, row["id"], written, then)
