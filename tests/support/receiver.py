"""A customer's system that takes webhooks, and can be made to misbehave."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from tests.support.waiting import until


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int = 204
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def bytes(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Whatever", f"content-length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


class Reset(Exception):
    """Raised by an answer: the connection is cut instead."""


Answer = Callable[[Received], Awaitable[Reply]]


async def _take(_: Received) -> Reply:
    return Reply()


class Receiver:
    """Keeps what came in `received`; `answer` says what is answered."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: Answer = _take
        self.most_at_once = 0
        self._busy = 0
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Go away, as when the machine is switched off."""
        assert self._server is not None
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        self._server = None

    async def until_received(self, count: int) -> list[Received]:
        async def probe() -> bool:
            return len(self.received) >= count

        await until(probe, f"{count} deliveries to arrive")
        return self.received

    def always(self, *replies: Reply) -> None:
        """Answer with one after the other, then with the last of them again and again."""
        left = list(replies)

        async def answer(_: Received) -> Reply:
            return left.pop(0) if len(left) > 1 else left[0]

        self.answer = answer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while True:
                    await self._serve_one(reader, writer)
        except Reset:
            writer.transport.abort()
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _serve_one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        pairs = (line.partition(": ") for line in head.split("\r\n")[1:] if line)
        headers = {name.lower(): value for name, _, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        request = Received(headers, body)
        self._busy += 1
        self.most_at_once = max(self.most_at_once, self._busy)
        try:
            reply = await self.answer(request)
        finally:
            self._busy -= 1
            self.received.append(request)
        writer.write(reply.bytes())
        await writer.drain()


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    await receiver.start()
    try:
        yield receiver
    finally:
        with suppress(AssertionError):
            await receiver.stop()
