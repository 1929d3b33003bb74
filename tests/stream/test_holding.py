"""A transaction that does not end holds the feed back. Operators are told whose it is."""

import asyncpg
import pytest

from backend.platform.db import Sessions
from backend.stream import holding, metrics
from backend.stream.feed import Feed
from tests.support.feeds import following, tick
from tests.support.logs import Log, captured_log
from tests.support.waiting import until


async def _told(log: Log, name: str) -> None:
    async def probe() -> bool:
        return bool(log.of(name))

    await until(probe, name)


async def test_a_feed_that_is_held_back_names_whose_transaction_it_is_once(
    dsn: str, feed: Feed, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "NOTICED_SECONDS", 0.1)
    reader = await following(feed)
    foreign = await asyncpg.connect(dsn, server_settings={"application_name": "monthly report"})
    with captured_log() as log:
        holder = foreign.transaction()
        await holder.start()
        await foreign.execute("select pg_current_xact_id()")
        await tick(sessions, 1)
        await _told(log, "feed.held_back")
        await tick(sessions, 2)

        assert metrics.HELD_BACK_SECONDS._value.get() > 0
        await holder.rollback()
        assert await reader.has(2) == [1, 2]
        await _told(log, "feed.goes_on")

    (line,) = log.of("feed.held_back")
    assert line["pid"] == foreign.get_server_pid()
    assert line["application"] == "monthly report"
    assert metrics.HELD_BACK_SECONDS._value.get() == 0
    await foreign.close()


async def test_a_feed_that_waits_for_a_moment_says_nothing(
    dsn: str, feed: Feed, sessions: Sessions
) -> None:
    reader = await following(feed)
    with captured_log() as log:
        await tick(sessions, 1)
        await reader.has(1)

    assert log.of("feed.held_back") == log.of("feed.goes_on") == []
