"""A crowd of SSE clients: a process of its own that follows one feed over many connections.

It takes commands as lines of JSON on stdin and answers each with one. Raw sockets and epoll, so
that thousands of clients cost little beside the service they listen to.
"""

import gc
import json
import re
import resource
import select
import socket
import sys
import time
from dataclasses import dataclass, field

PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 0.002
# So many clients connect at a time: a crowd that comes all at once waits at the door.
CONNECT_AT_ONCE = 100
# What the publisher wrote into the event's data.
NUMBER = re.compile(rb'"number":(\d+)')


@dataclass(slots=True)
class Listener:
    socket: socket.socket
    unread: bytes = b""
    is_open: bool = False


@dataclass
class Crowd:
    epoll: select.epoll = field(default_factory=select.epoll)
    listeners: dict[int, Listener] = field(default_factory=dict)
    # When clients heard each event, by the event's number.
    heard: dict[int, list[float]] = field(default_factory=dict)
    _opened: int = 0
    _count: int = 0

    def join(self, port: int, token: str, count: int) -> None:
        """Connect, and wait until each client's stream has begun."""
        request = (
            "GET /api/v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\n"
            f"accept: text/event-stream\r\nauthorization: Bearer {token}\r\n\r\n"
        )
        for number in range(1, count + 1):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(request.encode())
            self.epoll.register(connection.fileno(), select.EPOLLIN)
            self.listeners[connection.fileno()] = Listener(connection)
            if number % CONNECT_AT_ONCE == 0 or number == count:
                while self._opened < len(self.listeners):
                    self._read(PATIENCE_SECONDS)

    def listen(self, count: int) -> dict[int, list[float]]:
        """Read until every client has heard so many events more."""
        wanted = count * len(self.listeners)
        gc.collect()
        gc.disable()
        while self._count < wanted:
            self._read(PATIENCE_SECONDS)
        gc.enable()
        heard, self.heard, self._count = self.heard, {}, 0
        return heard

    def leave(self) -> None:
        for listener in self.listeners.values():
            listener.socket.close()
        self.listeners.clear()
        self._opened = 0

    def _read(self, patience: float) -> None:
        if not self.epoll.poll(patience):
            raise TimeoutError("the feed has fallen silent")
        # One wake-up for many clients: the machine has the service to run as well.
        time.sleep(PAUSE_SECONDS)
        for descriptor, _ in self.epoll.poll(0):
            listener = self.listeners[descriptor]
            part = listener.socket.recv(262144)
            if not part:
                raise ConnectionError("the service closed a stream")
            self._take(listener, part)

    def _take(self, listener: Listener, part: bytes) -> None:
        now = time.monotonic()
        unread = listener.unread + part
        end = unread.rfind(b"\n\n") + 2 if b"\n\n" in unread else 0
        messages, listener.unread = unread[:end], unread[end:]
        if not listener.is_open and unread:
            if not unread.startswith(b"HTTP/1.1 200"):
                raise ConnectionError(f"refused: {unread.decode()}")
            if b"retry:" in messages:
                listener.is_open = True
                self._opened += 1
        for number in NUMBER.findall(messages):
            self.heard.setdefault(int(number), []).append(now)
            self._count += 1


def main() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    crowd = Crowd()
    for line in sys.stdin:
        command = json.loads(line)
        answer: dict[str, object] = {}
        match command["do"]:
            case "join":
                crowd.join(command["port"], command["token"], command["count"])
                answer = {"listening": len(crowd.listeners)}
            case "listen":
                answer = {"heard": crowd.listen(command["events"])}
            case "leave":
                crowd.leave()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
