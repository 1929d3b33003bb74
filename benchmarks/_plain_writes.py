"""The yardstick of the feed: asyncio alone, which writes each message to each client.

It reads no log, asks nobody who they are and watches over nothing. It takes commands as lines of
JSON on stdin and answers each with one.
"""

import asyncio
import json
import sys
import time
from contextlib import aclosing
from typing import Any

HEAD = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
    b"transfer-encoding: chunked\r\n\r\nd\r\nretry: 2000\n\n\r\n"
)


class Plain:
    def __init__(self) -> None:
        self._clients: list[asyncio.StreamWriter] = []

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD)
        self._clients.append(writer)

    async def write(self, message: str, count: int, rate: float | None) -> dict[int, float]:
        """Write events at a rate, or as fast as it goes; return when each was begun."""
        began = time.monotonic()
        sent = {}
        for number in range(count):
            wait = began + number / rate - time.monotonic() if rate else 0
            await asyncio.sleep(max(0, wait))
            body = message.replace("NUMBER", str(number)).encode()
            chunk = b"%x\r\n%b\r\n" % (len(body), body)
            sent[number] = time.monotonic()
            for client in self._clients:
                client.write(chunk)
        for client in self._clients:
            await client.drain()
        return sent


async def commands() -> Any:
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield json.loads(line)


async def main() -> None:
    plain = Plain()
    server = await asyncio.start_server(plain.accept, "127.0.0.1", 0, backlog=1000)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    async with aclosing(commands()) as given:
        async for command in given:
            sent = await plain.write(command["message"], command["count"], command["rate"])
            print(json.dumps({"sent": sent}), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
