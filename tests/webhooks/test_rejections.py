"""What refused requests cost: a row for each reason and second, however many there are."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlmodel import select

from backend.platform import clock, db
from backend.webhooks import queries
from backend.webhooks.models import Rejection
from backend.webhooks.rejections import Rejections
from tests.support.room import Room
from tests.support.waiting import until


@asynccontextmanager
async def _running(room: Room) -> AsyncIterator[Rejections]:
    rejections = Rejections(room.runtime.sessions)
    stopping = asyncio.Event()
    running = asyncio.create_task(rejections.run(stopping))
    yield rejections
    stopping.set()
    await running


async def _rows(room: Room) -> set[tuple[str, int, int]]:
    async with db.transaction(room.runtime.sessions) as session:
        rows = (await session.exec(select(Rejection))).all()
    return {(row.reason, row.times, row.body_bytes) for row in rows}


async def test_the_first_refusal_shows_at_once(room: Room) -> None:
    async with _running(room) as rejections:
        rejections.note(room.org.id, "wrong_key", 10)

        assert await until(lambda: _rows(room), "the row") == {("wrong_key", 1, 10)}


async def test_a_flood_of_refusals_becomes_one_row_a_reason_and_every_one_counts(
    room: Room,
) -> None:
    async with _running(room) as rejections:
        for size in range(500):
            rejections.note(room.org.id, "wrong_key", size)
        rejections.note(room.org.id, "missing_header", 7)

    assert await _rows(room) == {("wrong_key", 500, 499), ("missing_header", 1, 7)}
    async with db.transaction(room.runtime.sessions) as session:
        counts = await queries.count_rejections(
            session, room.org.id, clock.now().replace(year=2000)
        )
    assert counts == {"wrong_key": 500, "missing_header": 1}


async def _end_what_waits_for_a_lock(room: Room) -> bool:
    async with db.transaction(room.runtime.sessions) as session:
        ended = await (await session.connection()).execute(
            text(
                "select pg_terminate_backend(max(pid)) from pg_stat_activity"
                " where wait_event_type = 'Lock' and datname = current_database()"
            )
        )
        return bool(ended.scalar_one())


async def test_what_cannot_be_counted_stops_no_counting_later(room: Room) -> None:
    async with _running(room) as rejections:
        async with db.transaction(room.runtime.sessions) as session:
            await (await session.connection()).execute(text("lock table webhook_rejections"))
            rejections.note(room.org.id, "lost", 1)
            await until(lambda: _end_what_waits_for_a_lock(room), "the connection to be lost")
        rejections.note(room.org.id, "counted", 1)

    assert await _rows(room) == {("counted", 1, 1)}
