"""Feeds in this process, and readers that follow them in the background."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, ClassVar
from uuid import UUID

from backend.platform import db, events, ids
from backend.platform.db import Sessions
from backend.platform.events import Event
from backend.stream.entries import BEGINNING, Interest, Position
from backend.stream.feed import Feed
from tests.support.sse import Message, messages_of
from tests.support.waiting import until

ORG = ids.new_id()


class Ticked(Event):
    name: ClassVar[str] = "test.ticked"


class Tocked(Event):
    name: ClassVar[str] = "test.tocked"


@asynccontextmanager
async def running(dsn: str) -> AsyncIterator[Feed]:
    feed, stopping = Feed(dsn), asyncio.Event()
    task = asyncio.create_task(feed.run(stopping))
    try:
        yield feed
    finally:
        feed.close()
        stopping.set()
        await task


async def tick(sessions: Sessions, number: int, *, org_id: UUID = ORG, **about: Any) -> None:
    async with db.transaction(sessions) as session:
        await events.publish(session, Ticked(org_id=org_id, data={"n": number}, **about))


class Reader:
    """Follows a feed in the background and remembers what came."""

    def __init__(self, feed: Feed, interest: Interest, since: Position | None) -> None:
        self.messages: list[Message] = []
        self.is_over = False
        self.interest = interest
        self._task = asyncio.create_task(self._read(feed, interest, since))

    async def _read(self, feed: Feed, interest: Interest, since: Position | None) -> None:
        async for given in feed.follow(interest, since):
            self.messages += messages_of(given)
        self.is_over = True

    @property
    def numbers(self) -> list[int]:
        return [message.data["data"]["n"] for message in self.messages]

    async def has(self, count: int) -> list[int]:
        async def probe() -> bool:
            return len(self.messages) >= count

        await until(probe, f"{count} messages")
        return self.numbers

    async def close(self) -> Position:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        return self.position

    @property
    def position(self) -> Position:
        return Position.parse(self.messages[-1].id) if self.messages else BEGINNING


async def following(
    feed: Feed, since: Position | None = None, interest: Interest | None = None
) -> Reader:
    count = feed.stream_count
    reader = Reader(feed, interest or Interest(ORG), since)

    async def probe() -> bool:
        return feed.stream_count > count

    await until(probe, "the reader to be subscribed")
    return reader
