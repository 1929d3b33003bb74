"""A webhook receiver that keeps what it gets and can misbehave: slow, failing, resetting."""

import asyncio
import json
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from retell.lib.webhook_auth import verify

Reaction = int | Literal["reset", "hang"] | dict[str, Any]


@dataclass
class Received:
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.raw)
        return body

    @property
    def event(self) -> str:
        return str(self.body["event"])

    @property
    def call(self) -> dict[str, Any]:
        call: dict[str, Any] = self.body["call"]
        return call

    def is_signed_with(self, key: str) -> bool:
        signature = self.headers["x-retell-signature"]
        return bool(verify(self.raw.decode(), key, signature))  # type: ignore[no-untyped-call]  # has none


@dataclass
class WebhookReceiver:
    """Reacts to the webhooks one after the other as planned, then with 204."""

    plan: list[Reaction] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    open_requests: int = 0
    most_open_requests: int = 0
    address: str = ""
    # Part of the address, so that a straggler of the test before is known as one.
    round: int = 0
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _released: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _connections: set[asyncio.StreamWriter] = field(default_factory=set)
    _conversations: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        assert self._server is not None
        self.release()
        self._server.close()
        for connection in self._connections:
            connection.close()
        await asyncio.gather(*self._conversations)

    @property
    def path(self) -> str:
        return f"/hook/{self.round}"

    @property
    def url(self) -> str:
        return self.address + self.path

    def clear(self) -> None:
        self.release()
        self.round += 1
        self._released = asyncio.Event()
        self.plan.clear()
        self.received.clear()
        self.most_open_requests = 0

    def release(self) -> None:
        """Answer whoever is kept hanging."""
        self._released.set()

    def of(self, call_id: str) -> list[Received]:
        return [
            each for each in self.received if each.body.get("call", {}).get("call_id") == call_id
        ]

    def events(self, call_id: str) -> list[str]:
        return [each.event for each in self.of(call_id)]

    async def wait_for(self, is_there: Callable[[], object], seconds: float = 10.0) -> None:
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(is_there)

    async def wait_for_event(self, call_id: str, event: str, seconds: float = 10.0) -> Received:
        await self.wait_for(lambda: event in self.events(call_id), seconds)
        return next(each for each in self.of(call_id) if each.event == event)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._connections.add(writer)
        conversation = asyncio.create_task(self._serve(reader, writer))
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)
        conversation.add_done_callback(lambda _: self._connections.discard(writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                received = await _read(reader)
                if not f"{received.path}/".startswith(f"{self.path}/"):
                    writer.write(_answer(204))
                    continue
                self.open_requests += 1
                self.most_open_requests = max(self.most_open_requests, self.open_requests)
                reaction = self.plan.pop(0) if self.plan else 204
                async with self._changed:
                    self.received.append(received)
                    self._changed.notify_all()
                if reaction == "hang":
                    await self._released.wait()
                self.open_requests -= 1
                if reaction == "reset":
                    _reset(writer)
                    return
                writer.write(_answer(reaction))
                await writer.drain()
        writer.close()


async def _read(reader: asyncio.StreamReader) -> Received:
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = dict(_headers(head[1:]))
    raw = await reader.readexactly(int(headers.get("content-length", "0")))
    return Received(path=head[0].split()[1], headers=headers, raw=raw)


def _headers(lines: list[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if line:
            name, _, value = line.partition(":")
            yield name.lower(), value.strip()


def _answer(reaction: Reaction) -> bytes:
    if isinstance(reaction, dict):
        body = json.dumps(reaction).encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
        return f"{head}\r\n\r\n".encode() + body
    status = 204 if reaction == "hang" else reaction
    length = "" if status == 204 else "content-length: 0\r\n"
    return f"HTTP/1.1 {status} Status\r\n{length}\r\n".encode()


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
