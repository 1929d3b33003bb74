"""A log that was restored, copied back or promoted: what it told before is never told as new."""

import asyncpg
import pytest

from backend.platform import db, epochs
from backend.platform.db import Sessions
from backend.stream import queries
from backend.stream.entries import BEGINNING, RESYNC, Position
from backend.stream.feed import Feed
from tests.support.embedded import fetch
from tests.support.feeds import Reader, following, running, tick
from tests.support.waiting import until

LATER_THAN_ANY = 1_000_000


async def restore(dsn: str) -> None:
    """Make the database look like one that was dumped by a cluster that had lived for longer."""
    await fetch(dsn, "update log_epochs set cluster = 'another' returning epoch")
    await _move_on(dsn)


async def _move_on(dsn: str) -> None:
    move = "update events set transaction_id = transaction_id + $1 returning id"
    await fetch(dsn, move, LATER_THAN_ANY)


async def _is_told(reader: Reader, *names: str) -> None:
    async def probe() -> bool:
        return [message.name for message in reader.messages] == list(names)

    await until(probe, f"exactly {names}, not {reader.messages}")


async def test_a_restored_log_tells_nothing_old_as_new(dsn: str, sessions: Sessions) -> None:
    async with running(dsn) as feed:
        reader = await following(feed, BEGINNING)
        for number in range(3):
            await tick(sessions, number)
        await reader.has(3)
    await restore(dsn)

    async with running(dsn) as feed:
        fresh = await following(feed)
        await tick(sessions, 3)
        assert await fresh.has(1) == [3]
        everything = await following(feed, BEGINNING)
        assert await everything.has(4) == [0, 1, 2, 3]


@pytest.mark.parametrize("lost", [0, LATER_THAN_ANY + 500], ids=["kept", "lost"])
async def test_a_position_from_before_the_restore_gets_resync_once(
    dsn: str, sessions: Sessions, lost: int
) -> None:
    async with running(dsn) as feed:
        reader = await following(feed, BEGINNING)
        await tick(sessions, 1)
        await reader.has(1)
    position = Position(reader.position.transaction_id + lost, reader.position.id)
    await restore(dsn)

    async with running(dsn) as feed:
        returned = await following(feed, position)
        await tick(sessions, 2)
        await _is_told(returned, RESYNC, "test.ticked")

        again = await following(feed, Position.parse(returned.messages[0].id))
        assert await again.has(1) == [2]


async def test_a_position_ahead_of_the_log_gets_resync(feed: Feed, sessions: Sessions) -> None:
    await tick(sessions, 1)
    ahead = await following(feed, Position(LATER_THAN_ANY, 1))

    await tick(sessions, 2)

    await _is_told(ahead, RESYNC, "test.ticked")


async def test_a_log_that_knows_transactions_yet_to_come_is_from_elsewhere(
    dsn: str, sessions: Sessions
) -> None:
    async with running(dsn):
        await tick(sessions, 1)
    await _move_on(dsn)

    async with running(dsn) as feed:
        fresh = await following(feed)
        await tick(sessions, 2)
        assert await fresh.has(1) == [2]

    assert await fetch(dsn, "select max(epoch) from log_epochs") == 1


async def test_streams_end_when_the_database_below_them_is_restored(
    dsn: str, feed: Feed, sessions: Sessions
) -> None:
    reader = await following(feed)
    await tick(sessions, 1)
    await reader.has(1)
    await restore(dsn)
    await fetch(
        dsn,
        "select count(pg_terminate_backend(pid)) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()",
    )
    await sessions.kw["bind"].dispose()

    async def probe() -> bool:
        return reader.is_over

    await until(probe, "the stream to end")
    returned = await following(feed, reader.position)
    await tick(sessions, 2)
    await _is_told(returned, RESYNC, "test.ticked")


async def test_a_restart_begins_no_epoch(dsn: str, sessions: Sessions) -> None:
    for _ in range(2):
        async with running(dsn) as feed:
            reader = await following(feed)
            await tick(sessions, 1)
            await reader.has(1)

    assert await fetch(dsn, "select array_agg(epoch) from log_epochs") == [0]


async def test_several_that_find_a_restored_log_at_once_begin_one_epoch(
    dsn: str, sessions: Sessions
) -> None:
    async with running(dsn):
        await tick(sessions, 1)
    await restore(dsn)

    async with running(dsn), running(dsn), running(dsn):
        await tick(sessions, 2)

    assert await fetch(dsn, "select array_agg(epoch order by epoch) from log_epochs") == [0, 1]


async def test_a_role_that_may_ask_little_of_the_cluster_knows_its_database(
    dsn: str, sessions: Sessions
) -> None:
    async with db.driver_connection(sessions) as connection:
        await connection.execute("create role asks_little")
        try:
            await connection.execute(
                "grant select, insert, update, delete on log_epochs, events to asks_little"
            )
            await connection.execute("set role asks_little")
            assert await epochs.ensure_epoch(connection) == 0
            assert await epochs.ensure_epoch(connection) == 0
        finally:
            await connection.execute("reset role; drop owned by asks_little")
            await connection.execute("drop role asks_little")


async def test_the_end_of_a_restored_log_is_of_its_own_epoch(dsn: str, sessions: Sessions) -> None:
    await tick(sessions, 1)
    await restore(dsn)
    async with asyncpg.create_pool(dsn, min_size=1, max_size=1) as pool:
        async with pool.acquire() as connection:
            base = await epochs.ensure_epoch(connection)

        assert await queries.find_end(pool) == Position(base, 0)
        assert base == 1 << epochs.EPOCH_BITS
