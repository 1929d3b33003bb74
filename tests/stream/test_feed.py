"""The feed's one promise: what is committed comes, once, in order, to whoever follows."""

import asyncio
import random
from contextlib import suppress

import asyncpg
import pytest

from backend.platform import db, events, ids
from backend.platform.db import Sessions
from backend.stream import channel, feed as feed_module, queries
from backend.stream.entries import BEGINNING, BEHIND, Interest, Position
from backend.stream.feed import Feed
from tests.support.feeds import ORG, Ticked, Tocked, following, running, tick
from tests.support.sse import messages_of
from tests.support.waiting import until


async def test_a_new_follower_starts_at_now(feed: Feed, sessions: Sessions) -> None:
    await tick(sessions, 1)
    first = await following(feed, BEGINNING)
    await first.has(1)

    second = await following(feed)
    await tick(sessions, 2)

    assert await second.has(1) == [2]
    assert await first.has(2) == [1, 2]


async def test_a_follower_that_comes_back_gets_what_it_missed(
    feed: Feed, sessions: Sessions
) -> None:
    reader = await following(feed, BEGINNING)
    await tick(sessions, 1)
    await reader.has(1)
    position = await reader.close()
    await tick(sessions, 2)
    await tick(sessions, 3)

    again = await following(feed, position)
    await tick(sessions, 4)

    assert await again.has(3) == [2, 3, 4]


async def test_an_event_that_commits_late_is_not_skipped(feed: Feed, sessions: Sessions) -> None:
    reader = await following(feed)
    async with db.transaction(sessions) as held:
        await events.publish(held, Ticked(org_id=ORG, data={"n": 1}))
        await tick(sessions, 2)  # has the higher id, and commits first
        await asyncio.sleep(0)
        assert reader.messages == []

    assert await reader.has(2) == [1, 2]


async def test_a_transaction_that_is_rolled_back_announces_nothing(
    feed: Feed, sessions: Sessions
) -> None:
    reader = await following(feed)
    with suppress(ZeroDivisionError):
        async with db.transaction(sessions) as session:
            await events.publish(session, Ticked(org_id=ORG, data={"n": 1}))
            raise ZeroDivisionError

    await tick(sessions, 2)

    assert await reader.has(1) == [2]


async def test_many_writers_reach_every_follower_once_and_in_one_order(
    feed: Feed, sessions: Sessions
) -> None:
    readers = [await following(feed) for _ in range(3)]

    async def write(first: int) -> None:
        for number in range(first, first + 50):
            async with db.transaction(sessions) as session:
                await events.publish(session, Ticked(org_id=ORG, data={"n": number}))
                await asyncio.sleep(random.random() / 500)

    await asyncio.gather(*(write(first) for first in (0, 100, 200, 300)))

    orders = [await reader.has(200) for reader in readers]
    assert sorted(orders[0]) == sorted(set(orders[0]))
    assert len(orders[0]) == 200
    assert orders[1:] == orders[:-1]


async def test_forced_reconnects_neither_skip_nor_repeat(feed: Feed, sessions: Sessions) -> None:
    """Each time at a random point: in the replay, at the seam, and among live events."""
    whole = await following(feed, BEGINNING)
    writing = asyncio.create_task(_write_until(sessions, stop := asyncio.Event()))
    pieces: list[int] = []
    position = BEGINNING
    for _ in range(150):
        followed = feed.follow(Interest(ORG), position)
        for _ in range(random.randint(1, 3)):
            given = messages_of(await anext(followed))
            pieces += [message.data["data"]["n"] for message in given]
            position = Position.parse(given[-1].id)
        await followed.aclose()
    stop.set()
    written = await writing
    last = await following(feed, position)
    pieces += await last.has(written - len(pieces))

    assert pieces == await whole.has(written)
    assert sorted(pieces) == list(range(written))


async def _write_until(sessions: Sessions, stop: asyncio.Event) -> int:
    """Write by several hands, some of which hold their transaction open; return how much."""
    numbers = iter(range(10**9))

    async def write() -> None:
        while not stop.is_set():
            async with db.transaction(sessions) as session:
                await events.publish(session, Ticked(org_id=ORG, data={"n": next(numbers)}))
                await asyncio.sleep(random.random() / 200)

    await asyncio.gather(*(write() for _ in range(4)))
    return next(numbers)


async def _write_many(sessions: Sessions, count: int) -> None:
    for number in range(count):
        await tick(sessions, number)


async def test_a_client_from_a_process_further_ahead_gets_nothing_twice(
    dsn: str, feed: Feed, sessions: Sessions
) -> None:
    """Two processes read at their own pace; the one it moves to may lag behind."""
    for number in (1, 2):
        await tick(sessions, number)
    ahead = await following(feed, BEGINNING)
    await ahead.has(2)
    async with running(dsn) as lagging:
        lagging._position = Position.parse(ahead.messages[0].id)
        slow = await following(lagging)

        reader = await following(lagging, ahead.position)
        await tick(sessions, 3)

        assert await slow.has(2) == [2, 3]
        assert await reader.has(1) == [3]


async def test_followers_get_only_their_organisation_and_what_they_asked_for(
    feed: Feed, sessions: Sessions
) -> None:
    call_id, agent_id = ids.new_id(), ids.new_id()
    of_call = await following(feed, BEGINNING, Interest(ORG, call_id=call_id))
    of_agent = await following(feed, BEGINNING, Interest(ORG, agent_id=agent_id))
    named = await following(feed, BEGINNING, Interest(ORG, names=frozenset({"test.tocked"})))
    rung = Interest(ORG, statuses=frozenset({"ringing", "rung"}))
    in_state = await following(feed, BEGINNING, rung)
    everything = await following(feed, BEGINNING)

    await tick(sessions, 1, org_id=ids.new_id(), call_id=call_id, agent_id=agent_id)
    await tick(sessions, 2, call_id=call_id)
    await tick(sessions, 3, agent_id=agent_id)
    async with db.transaction(sessions) as session:
        await events.publish(session, Tocked(org_id=ORG, data={"n": 4, "status": "rung"}))

    assert await everything.has(3) == [2, 3, 4]
    assert of_call.numbers == [2]
    assert of_agent.numbers == [3]
    assert named.numbers == [4]
    assert in_state.numbers == [4]
    for live in (of_call, of_agent, named, in_state):
        replayed = await following(feed, BEGINNING, live.interest)
        assert await replayed.has(1) == live.numbers


async def test_a_follower_that_stops_reading_is_told_and_let_go_and_delays_nobody(
    feed: Feed, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "BUFFER", 5)
    monkeypatch.setattr(queries, "BATCH", 5)
    stuck = feed.follow(Interest(ORG), BEGINNING)
    await tick(sessions, 0)
    got = messages_of(await anext(stuck))
    assert [message.name for message in got] == ["test.ticked"]
    quick = await following(feed)

    await _write_many(sessions, 20)

    assert await quick.has(20) == list(range(20))
    (hint,) = [message async for given in stuck for message in messages_of(given)]
    assert (hint.name, hint.id) == (BEHIND, "")
    again = await following(feed, Position.parse(got[-1].id))
    assert await again.has(20) == list(range(20))


async def test_what_is_kept_for_streams_has_a_bound_and_goes_when_all_have_taken_it(
    feed: Feed, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel, "BUFFER", 5)
    monkeypatch.setattr(queries, "BATCH", 5)
    quick = await following(feed)
    (kept,) = feed._channels.values()
    for number in range(10):
        await tick(sessions, number)
        await quick.has(number + 1)
        assert len(kept._entries) == 1
    stuck = feed.follow(Interest(ORG), None)
    first = asyncio.ensure_future(anext(stuck))
    await _write_many(sessions, 3)
    await first

    await _write_many(sessions, 20)

    await quick.has(33)
    assert len(kept._entries) == 5
    await stuck.aclose()


async def test_streams_that_are_behind_get_what_has_come_at_once_but_not_too_much_of_it(
    feed: Feed, sessions: Sessions
) -> None:
    slow = feed.follow(Interest(ORG), BEGINNING)
    await tick(sessions, 0)
    await anext(slow)
    quick = await following(feed)
    long = "x" * 10_000
    for number in range(1, 11):
        async with db.transaction(sessions) as session:
            data = {"n": number, "text": long}
            await events.publish(session, Ticked(org_id=ORG, data=data))
    await quick.has(10)

    portions = [messages_of(await anext(slow)) for _ in range(4)]

    assert [len(portion) for portion in portions] == [3, 3, 3, 1]
    assert [m.data["data"]["n"] for portion in portions for m in portion] == list(range(1, 11))
    await slow.aclose()


async def test_a_lost_database_connection_costs_nothing_but_time(
    dsn: str, feed: Feed, sessions: Sessions
) -> None:
    reader = await following(feed)
    await tick(sessions, 1)
    await reader.has(1)
    killer = await asyncpg.connect(dsn)
    await killer.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )
    await killer.close()
    # The test's own connections were cut as well.
    await sessions.engine.dispose()

    await tick(sessions, 2)

    assert await reader.has(2) == [1, 2]


async def test_a_lost_notification_is_made_good_by_looking(
    dsn: str, feed: Feed, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed_module, "POLL_SECONDS", 0.05)
    reader = await following(feed)
    await tick(sessions, 1)
    await reader.has(1)
    connection = await asyncpg.connect(dsn)
    await connection.execute("alter table events disable trigger notify_events")
    await connection.close()

    await tick(sessions, 2)

    assert await reader.has(2) == [1, 2]


async def test_however_many_events_a_transaction_has_it_notifies_once(
    dsn: str, sessions: Sessions
) -> None:
    heard: list[str] = []
    listener = await asyncpg.connect(dsn)
    await listener.add_listener(
        feed_module.CHANNEL, lambda *arguments: heard.append(str(arguments[-1]))
    )

    async with db.transaction(sessions) as session:
        for first in (0, 100):
            ticks = [Ticked(org_id=ORG, data={"n": first + n}) for n in range(100)]
            await events.publish(session, *ticks)
    await tick(sessions, 200)

    async def probe() -> bool:
        return len(heard) >= 2

    await until(probe, "both transactions to be heard of")
    # A notification waits for its turn, so a third would have come before this answer.
    await listener.execute("select 1")
    await listener.close()
    assert len(heard) == len(set(heard)) == 2


async def test_closing_the_feed_ends_its_followers(feed: Feed) -> None:
    reader = await following(feed)

    feed.close()

    async def probe() -> bool:
        return reader.is_over

    await until(probe, "the reader to end")
    assert feed.stream_count == 0
    assert [given async for given in feed.follow(Interest(ORG), None)] == []


@pytest.mark.parametrize("text", ["", "x", "1-x", "-1", "1-2-3", "99999999999999999999-1"])
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any
        Position.parse(text)


def test_a_position_reads_back_what_it_writes() -> None:
    assert Position.parse(str(Position(12, 34))) == Position(12, 34)
    assert Position.parse("0") == BEGINNING
