"""A stream's response: pings while there is nothing to say, and an end on either side."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from typing import Any

import pytest

from backend.stream import event_stream
from backend.stream.event_stream import EventStream
from tests.support.waiting import until

Message = MutableMapping[str, Any]


class Client:
    """One end of an ASGI connection."""

    def __init__(self) -> None:
        self.got: list[Message] = []
        self._left = asyncio.Event()

    async def send(self, message: Message) -> None:
        self.got.append(message)

    async def receive(self) -> Message:
        await self._left.wait()
        return {"type": "http.disconnect"}

    def leave(self) -> None:
        self._left.set()

    @property
    def bodies(self) -> list[bytes]:
        return [message["body"] for message in self.got if "body" in message]


class Feed:
    """Messages, until it is told to end; knows whether somebody still reads."""

    def __init__(self) -> None:
        self.is_read = False
        self.ends = asyncio.Event()

    async def messages(self) -> AsyncIterator[bytes]:
        self.is_read = True
        try:
            yield b"id: 1\n\n"
            await self.ends.wait()
        finally:
            self.is_read = False


def _respond(feed: Feed, client: Client) -> "asyncio.Task[None]":
    response = EventStream(feed.messages())
    return asyncio.create_task(response({"type": "http"}, client.receive, client.send))


async def _has(client: Client, body: bytes) -> None:
    async def probe() -> bool:
        return body in client.bodies

    await until(probe, f"{body!r}")


async def test_a_silent_stream_is_kept_open_by_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_stream, "PING_SECONDS", 0.01)
    feed, client = Feed(), Client()
    responding = _respond(feed, client)

    await _has(client, b": ping\n\n")

    assert client.bodies[0] == b"id: 1\n\n"
    feed.ends.set()
    await responding


async def test_the_response_ends_with_the_feed() -> None:
    feed, client = Feed(), Client()
    feed.ends.set()

    await _respond(feed, client)

    assert client.got[0]["status"] == 200
    assert client.bodies == [b"id: 1\n\n", b""]
    assert [message.get("more_body") for message in client.got[1:]] == [True, False]


async def test_a_client_that_leaves_is_no_longer_followed() -> None:
    feed, client = Feed(), Client()
    responding = _respond(feed, client)
    await _has(client, b"id: 1\n\n")

    client.leave()
    await responding

    assert not feed.is_read


async def test_a_feed_that_fails_fails_the_response() -> None:
    async def messages() -> AsyncIterator[bytes]:
        yield b"id: 1\n\n"
        raise ConnectionError

    client = Client()
    response = EventStream(messages())

    with pytest.raises(ConnectionError):
        await response({"type": "http"}, client.receive, client.send)

    assert client.got[-1].get("more_body") is True
