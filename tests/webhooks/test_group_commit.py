"""Group commit: who shares a transaction, and what each of them is told when it fails."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.settings import InboxSettings
from backend.webhooks.errors import InboxNotWritten, InboxOverloaded
from backend.webhooks.inbox import Inbox
from backend.wiring import build
from tests.support.retell_side import RetellSide
from tests.support.room import Room
from tests.support.signing import as_sent
from tests.support.waiting import until

Accept = Callable[[bytes], Coroutine[Any, Any, None]]

_SHARED = """
select count(distinct xmin::text)
from (
    select xmin from webhooks
    union all select xmin from pgqueuer where entrypoint like 'webhooks.%'
) as webhooks_and_jobs
"""

_SIZES = """
select array_agg(size order by size)
from (select count(*) as size from webhooks group by xmin::text) as batches
"""


def _bodies(count: int) -> list[bytes]:
    return [as_sent(RetellSide("agent_of_nobody").ended()) for _ in range(count)]


async def _fetch(room: Room, query: str) -> Any:
    async with db.transaction(room.runtime.sessions) as session:
        return (await (await session.connection()).execute(text(query))).scalar_one()


async def _stored(room: Room) -> tuple[int, int]:
    """Count the webhooks and their jobs."""
    return (
        await _fetch(room, "select count(*) from webhooks"),
        await _fetch(room, "select count(*) from pgqueuer where entrypoint like 'webhooks.%'"),
    )


@asynccontextmanager
async def _running(room: Room, **settings: Any) -> AsyncIterator[Accept]:
    """Run an inbox, and give what sends it a body."""
    inbox = Inbox(room.runtime.sessions, InboxSettings(**settings))
    stopping = asyncio.Event()
    running = asyncio.create_task(inbox.run(stopping))

    async def accept(body: bytes) -> None:
        await inbox.accept(room.org.id, body, {"user-agent": "axios"})

    try:
        yield accept
    finally:
        stopping.set()
        await running


@asynccontextmanager
async def _blocked(room: Room) -> AsyncIterator[None]:
    """Keep every commit of the inbox waiting."""
    async with db.transaction(room.runtime.sessions) as session:
        await (await session.connection()).execute(text("lock table webhooks"))
        yield


async def _begun(room: Room) -> int:
    """Wait until a batch waits for the table, and return the process that does."""
    query = "select coalesce(max(pid), 0) from pg_stat_activity where wait_event_type = 'Lock'"

    async def probe() -> int:
        pid: int = await _fetch(room, f"{query} and datname = current_database()")
        return pid

    return await until(probe, "a batch to wait for the table")


async def test_webhooks_that_arrive_while_a_batch_is_committed_share_the_next_transaction(
    room: Room,
) -> None:
    first, *others = _bodies(31)
    async with _running(room) as accept:
        async with _blocked(room):
            sent = [asyncio.create_task(accept(first))]
            await _begun(room)
            sent += [asyncio.create_task(accept(body)) for body in others]
            await asyncio.sleep(0)
        await asyncio.gather(*sent)

    assert await _stored(room) == (31, 31)
    assert await _fetch(room, "select count(distinct xmin::text) from webhooks") == 2
    assert await _fetch(room, _SHARED) == 2


async def test_a_crowd_is_committed_beside_the_batch_before_it_and_what_comes_then_waits(
    room: Room,
) -> None:
    first, *others = _bodies(40)
    async with _running(room) as accept:
        async with _blocked(room):
            sent = [asyncio.create_task(accept(first))]
            await _begun(room)
            for group in (others[:3], others[3:30], others[30:]):
                sent += [asyncio.create_task(accept(body)) for body in group]
                await asyncio.sleep(0)
                await asyncio.sleep(0)
        await asyncio.gather(*sent)

    assert await _fetch(room, _SIZES) == [1, 9, 30]


async def test_a_webhook_is_refused_in_time_when_the_database_does_not_answer(room: Room) -> None:
    (body,) = _bodies(1)
    async with _running(room, answer_seconds=0.2) as accept:
        async with _blocked(room):
            with pytest.raises(InboxNotWritten):
                await accept(body)
        await accept(body)

    assert await _stored(room) == (1, 1)
    # The first commit came all the same, so what was sent again is a repeat.
    assert await _fetch(room, "select repeats from webhooks") == 1


async def test_a_lone_webhook_waits_for_no_other(room: Room) -> None:
    async with _running(room) as accept, asyncio.timeout(5):
        for body in _bodies(3):
            await accept(body)

    assert await _fetch(room, "select count(distinct xmin::text) from webhooks") == 3


async def test_nobody_is_acknowledged_before_the_commit(room: Room) -> None:
    async with _running(room) as accept:
        async with _blocked(room):
            sent = asyncio.create_task(accept(_bodies(1)[0]))
            await _begun(room)
            assert not sent.done()
        await sent

    assert await _stored(room) == (1, 1)


async def test_a_committed_batch_is_acknowledged_even_while_the_next_one_gets_no_connection(
    room: Room,
) -> None:
    database = room.runtime.settings.database.model_copy(update={"pool_size": 1})
    engine = db.create_engine(database)
    narrow = Room(
        replace(room.runtime, sessions=db.create_sessions(engine, build(room.runtime.settings))),
        room.org,
    )
    first, second = _bodies(2)
    # Of the two connections one is taken, and the other will be as soon as the batch lets go of it.
    async with engine.connect(), _running(narrow) as accept:
        async with _blocked(room):
            committed = asyncio.create_task(accept(first))
            await _begun(room)
            greedy = asyncio.create_task(engine.connect().__aenter__())
            await asyncio.sleep(0)
            waiting = asyncio.create_task(accept(second))
        async with asyncio.timeout(5):
            await committed
            connection = await greedy
        assert not waiting.done()
        await connection.close()
        await waiting
    await engine.dispose()


@pytest.mark.parametrize("table", ["webhooks", "pgqueuer"])
async def test_when_a_batch_cannot_be_written_each_request_fails_and_nothing_is_half_stored(
    room: Room, table: str
) -> None:
    bodies = _bodies(5)
    async with _running(room) as accept:
        async with db.transaction(room.runtime.sessions) as session:
            await (await session.connection()).execute(
                text(f"alter table {table} rename to elsewhere")
            )
        results = await asyncio.gather(*map(accept, bodies), return_exceptions=True)
        async with db.transaction(room.runtime.sessions) as session:
            await (await session.connection()).execute(
                text(f"alter table elsewhere rename to {table}")
            )
        assert await _stored(room) == (0, 0)
        await asyncio.gather(*map(accept, bodies))

    assert [type(result) for result in results] == [InboxNotWritten] * 5
    assert await _stored(room) == (5, 5)


async def test_a_connection_lost_in_the_middle_fails_nobody_who_still_waits(room: Room) -> None:
    first, second = _bodies(2)
    async with _running(room) as accept:
        async with _blocked(room):
            sent = [asyncio.create_task(accept(body)) for body in (first, second)]
            await _fetch(room, f"select pg_terminate_backend({await _begun(room)})")
        async with asyncio.timeout(5):
            await asyncio.gather(*sent)

    assert await _stored(room) == (2, 2)


async def test_a_batch_whose_commit_was_not_confirmed_is_stored_once_and_has_its_jobs_once(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[int] = []
    lend = db.driver_connection

    @asynccontextmanager
    async def lose_the_first_answer(sessions: Sessions) -> AsyncIterator[Any]:
        async with lend(sessions) as connection:
            yield connection
            # Whatever else runs in this process has a database of its own.
            if sessions is room.runtime.sessions and not lost:
                lost.append(await connection.fetchval("select count(*) from webhooks"))
                raise ConnectionResetError

    monkeypatch.setattr(db, "driver_connection", lose_the_first_answer)
    async with _running(room) as accept:
        await asyncio.gather(*map(accept, _bodies(1)))

    assert lost == [1]
    assert await _stored(room) == (1, 1)


async def test_a_request_that_goes_away_hurts_no_other(room: Room) -> None:
    async with _running(room) as accept:
        async with _blocked(room):
            sent = [asyncio.create_task(accept(body)) for body in _bodies(5)]
            await _begun(room)
            for gone in (sent[0], sent[3]):
                gone.cancel()
        results = await asyncio.gather(*sent, return_exceptions=True)

    assert [type(result) for result in results] == [
        asyncio.CancelledError,
        type(None),
        type(None),
        asyncio.CancelledError,
        type(None),
    ]
    assert await _stored(room) == (5, 5)


async def test_a_full_queue_refuses_at_once_and_keeps_what_it_has(room: Room) -> None:
    first, *others = _bodies(9)
    async with _running(room, queue_size=3) as accept:
        async with _blocked(room):
            sent = [asyncio.create_task(accept(first))]
            await _begun(room)
            sent += [asyncio.create_task(accept(body)) for body in others]
            refused, _ = await asyncio.wait(sent, timeout=0.05)
        results = await asyncio.gather(*sent, return_exceptions=True)

    assert len(refused) == 5
    assert sum(isinstance(result, InboxOverloaded) for result in results) == 5
    assert await _stored(room) == (4, 4)


async def test_repeats_within_one_batch_are_counted(room: Room) -> None:
    first, repeated = _bodies(2)
    async with _running(room) as accept:
        async with _blocked(room):
            sent = [asyncio.create_task(accept(first))]
            await _begun(room)
            sent += [asyncio.create_task(accept(repeated)) for _ in range(4)]
            await asyncio.sleep(0)
        await asyncio.gather(*sent)
        await accept(repeated)

    assert await _stored(room) == (2, 2)
    assert await _fetch(room, "select sum(repeats) from webhooks") == 4


async def test_what_waits_when_the_inbox_is_told_to_stop_is_stored_first(room: Room) -> None:
    async with _running(room) as accept:
        sent = [asyncio.create_task(accept(body)) for body in _bodies(3)]
        await asyncio.sleep(0)

    await asyncio.gather(*sent)
    assert await _stored(room) == (3, 3)
