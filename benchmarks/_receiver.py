"""A receiver that answers at once, or never: told what to do by lines of JSON."""

import asyncio
import json
import re
import sys
import time
from typing import Any

_LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
_SENT = re.compile(rb'"sent": ?([0-9.]+)')
_ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


class Receiver(asyncio.Protocol):
    arrivals: list[tuple[float, float]] = []
    hangs = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.read = transport, b""

    def data_received(self, data: bytes) -> None:
        self.read += data
        while (end := self.read.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(self.read, 0, end)
            until = end + 4 + (int(found[1]) if found else 0)
            if len(self.read) < until:
                return
            sent = _SENT.search(self.read, end, until)
            self.read = self.read[until:]
            if not self.hangs:
                self.arrivals.append((time.time(), float(sent[1]) if sent else 0.0))
                self.transport.write(_ANSWER)


async def main() -> None:
    Receiver.hangs = "--hang" in sys.argv
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Receiver, "127.0.0.1", 0, backlog=1024)
    _say(port=server.sockets[0].getsockname()[1])
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        command = json.loads(line)
        if command["do"] == "forget":
            Receiver.arrivals.clear()
            _say(done=True)
            continue
        while len(Receiver.arrivals) < command["count"]:  # noqa: ASYNC110 - another process is waited for
            await asyncio.sleep(0.005)
        first, last = Receiver.arrivals[0][0], Receiver.arrivals[-1][0]
        lags = [at - sent for at, sent in Receiver.arrivals]
        _say(seconds=last - first, lags=lags)


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
