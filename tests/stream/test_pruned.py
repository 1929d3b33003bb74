"""Whoever was away for longer than the log is kept is told so, and told by nothing else."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.platform import clock, db, ids, pruning
from backend.platform.db import Sessions
from backend.platform.people.holds import Hold
from backend.stream import queries
from backend.stream.entries import BEGINNING, RESYNC, Interest, Position
from backend.stream.feed import Feed
from tests.support import builders
from tests.support.feeds import ORG, following, tick
from tests.support.room import Room
from tests.support.sse import messages_of
from tests.support.waiting import until

OTHER = ids.new_id()


def soon() -> datetime:
    return clock.now() + timedelta(seconds=1)


async def prune(
    sessions: Sessions, before: datetime, batch: int = 100, org_id: UUID | None = None
) -> int:
    async with db.transaction(sessions) as session:
        return await pruning.prune(session, before, batch=batch, org_id=org_id)


async def names(feed: Feed, since: Position, count: int, org_id: UUID = ORG) -> list[str]:
    reader = await following(feed, since, Interest(org_id))

    async def probe() -> bool:
        return len(reader.messages) >= count

    await until(probe, f"{count} messages")
    return [message.name for message in reader.messages]


@pytest.mark.parametrize("whose", [None, ORG])
async def test_a_position_older_than_the_log_gets_resync_first(
    feed: Feed, sessions: Sessions, whose: UUID | None
) -> None:
    for number in range(3):
        await tick(sessions, number)
    old = await following(feed, BEGINNING)
    await old.has(3)
    position = Position.parse(old.messages[0].id)

    assert await prune(sessions, soon(), org_id=whose) == 3
    await tick(sessions, 3)

    assert await names(feed, position, 2) == [RESYNC, "test.ticked"]
    fresh = await following(feed)
    await tick(sessions, 4)
    assert await fresh.has(1) == [4]


async def test_what_one_organisation_keeps_less_long_others_keep(
    feed: Feed, sessions: Sessions
) -> None:
    for org_id in (ORG, OTHER, ORG, OTHER):
        await tick(sessions, 1, org_id=org_id)

    assert await prune(sessions, soon(), org_id=ORG) == 2
    for org_id in (ORG, OTHER):
        await tick(sessions, 2, org_id=org_id)

    assert await names(feed, BEGINNING, 2) == [RESYNC, "test.ticked"]
    assert await names(feed, BEGINNING, 3, OTHER) == ["test.ticked"] * 3


async def test_whoever_was_told_is_not_told_again(feed: Feed, sessions: Sessions) -> None:
    for number in range(2):
        await tick(sessions, number)
    await prune(sessions, soon(), org_id=ORG)
    await tick(sessions, 2)
    stream = feed.follow(Interest(ORG), BEGINNING)
    (told,) = messages_of(await anext(stream))
    await stream.aclose()

    assert told.name == RESYNC
    position = Position.parse(told.id)

    async def is_settled() -> bool:
        return await queries.is_of_this_log(await feed._reach_log(), position)

    # What is pruned is older than any transaction; here others of this server may be older.
    await until(is_settled, "the end of older transactions")
    assert await names(feed, position, 1) == ["test.ticked"]


async def test_what_is_pruned_while_it_is_read_is_told_too(
    feed: Feed, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "BATCH", 2)
    for number in range(6):
        await tick(sessions, number)
    reached = await following(feed, BEGINNING)
    assert await reached.has(6) == list(range(6))
    reader = feed.follow(Interest(ORG), BEGINNING)
    first = messages_of(await anext(reader))

    await prune(sessions, soon(), batch=4, org_id=ORG)
    rest = [*messages_of(await anext(reader)), *messages_of(await anext(reader))]

    assert [message.name for message in first] == ["test.ticked"] * 2
    assert [message.name for message in rest] == [RESYNC, "test.ticked", "test.ticked"]
    assert [message.data["data"].get("n") for message in rest] == [None, 4, 5]
    await reader.aclose()


@pytest.mark.parametrize("is_own", [False, True])
async def test_what_was_held_and_goes_later_moves_no_horizon_back(
    room: Room, *, is_own: bool
) -> None:
    org_id, sessions = room.org.id, room.runtime.sessions
    agent = await room.agent()
    whose = org_id if is_own else None
    async with db.transaction(sessions) as session:
        call = await builders.call(session, agent)
        session.add(Hold(org_id=org_id, call_id=call.id, reason="A dispute.", created_by="Ada"))
    await tick(sessions, 1, org_id=org_id, call_id=call.id)
    await tick(sessions, 2, org_id=org_id)
    await prune(sessions, soon(), org_id=whose)
    before = await _horizons(sessions)
    async with db.transaction(sessions) as session:
        await (await session.connection()).execute(text("delete from holds"))

    assert await prune(sessions, soon(), org_id=whose) > 0
    assert await _horizons(sessions) == before


async def _horizons(sessions: Sessions) -> list[tuple[int, int]]:
    statement = """
        select transaction_id, event_id from log_horizon
        union all select transaction_id, event_id from own_log_horizons
    """
    async with db.transaction(sessions) as session:
        rows = await (await session.connection()).execute(text(statement))
        return [(row.transaction_id, row.event_id) for row in rows]
