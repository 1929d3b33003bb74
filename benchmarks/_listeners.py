"""A crowd of SSE clients: a process of its own that follows one feed over many connections.

It takes commands as lines of JSON on stdin and answers each with one. Raw sockets and epoll, so
that a thousand clients cost little beside the service they listen to.
"""

import json
import re
import select
import socket
import sys
import time
from dataclasses import dataclass, field

PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.002
# What the publisher wrote into the event's data.
NUMBER = re.compile(rb'"number":(\d+)')


@dataclass
class Listener:
    socket: socket.socket
    unread: bytes = b""
    is_open: bool = False


@dataclass
class Crowd:
    epoll: select.epoll = field(default_factory=select.epoll)
    listeners: dict[int, Listener] = field(default_factory=dict)
    # When each client heard each event, by the event's number.
    heard: dict[int, list[float]] = field(default_factory=dict)

    def join(self, port: int, token: str, count: int) -> None:
        """Connect, and wait until each client's stream has begun."""
        request = (
            "GET /api/v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            f"accept: text/event-stream\r\nauthorization: Bearer {token}\r\n\r\n"
        )
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(request.encode())
            self.epoll.register(connection.fileno(), select.EPOLLIN)
            self.listeners[connection.fileno()] = Listener(connection)
        while not all(listener.is_open for listener in self.listeners.values()):
            self._read(PATIENCE_SECONDS)

    def listen(self, count: int) -> None:
        """Read until every client has heard so many events."""
        wanted = count * len(self.listeners)
        while sum(map(len, self.heard.values())) < wanted:
            self._read(PATIENCE_SECONDS)

    def _read(self, patience: float) -> None:
        if not self.epoll.poll(patience):
            raise TimeoutError("the feed has fallen silent")
        # One wake-up for many clients: the machine has the service to run as well.
        time.sleep(PAUSE_SECONDS)
        for descriptor, _ in self.epoll.poll(0):
            listener = self.listeners[descriptor]
            part = listener.socket.recv(65536)
            if not part:
                raise ConnectionError("the service closed a stream")
            self._take(listener, part)

    def _take(self, listener: Listener, part: bytes) -> None:
        now = time.monotonic()
        *messages, listener.unread = (listener.unread + part).split(b"\n\n")
        for message in messages:
            if b"retry:" in message:
                listener.is_open = True
            elif number := NUMBER.search(message):
                self.heard.setdefault(int(number[1]), []).append(now)


def main() -> None:
    crowd = Crowd()
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "join":
            crowd.join(command["port"], command["token"], command["count"])
            answer: dict[str, object] = {"listening": len(crowd.listeners)}
        else:
            crowd.listen(command["events"])
            answer = {"heard": crowd.heard}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
