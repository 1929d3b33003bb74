"""The load generator: a process of its own that delivers webhooks as fast as asked for.

It takes commands as lines of JSON on stdin and answers each with one. Bodies are made and signed
by `prepare`, so that `run` spends its time on sockets alone: one thread, epoll, no HTTP library.
"""

import json
import select
import socket
import sys
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from _payloads import call_ended, request

PATIENCE_SECONDS = 30.0
STORED = b"HTTP/1.1 204"


@dataclass
class Delivery:
    """One connection, and the webhook on its way over it."""

    socket: socket.socket
    due: float = 0.0
    answer: bytearray = field(default_factory=bytearray)


class Load:
    def __init__(self, port: int, connections: int) -> None:
        self._epoll = select.epoll()
        self._by_descriptor: dict[int, Delivery] = {}
        for _ in range(connections):
            connection = socket.create_connection(("127.0.0.1", port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._epoll.register(connection.fileno(), select.EPOLLIN)
            self._by_descriptor[connection.fileno()] = Delivery(connection)
        self._idle = deque(self._by_descriptor.values())
        self.statuses: Counter[str] = Counter()
        self.seconds: list[float] = []

    def run(self, requests: Sequence[bytes], rate: float | None) -> float:
        """Deliver them all, and return how long it took.

        With a rate, each has a time it is due, whatever the answers do, and its latency counts
        from then. Without one, each connection sends its next as soon as it is answered.
        """
        began = time.perf_counter()
        sent = 0
        while len(self.seconds) < len(requests):
            now = time.perf_counter()
            while self._idle and sent < len(requests):
                due = now if rate is None else began + sent / rate
                if due > now:
                    break
                self._send(requests[sent], due)
                sent += 1
            self._take_answers(self._pause(began, sent, len(requests), rate))
        return time.perf_counter() - began

    def _pause(self, began: float, sent: int, count: int, rate: float | None) -> float:
        if rate is None or sent == count or not self._idle:
            return PATIENCE_SECONDS
        return max(0.0, began + sent / rate - time.perf_counter())

    def _send(self, request: bytes, due: float) -> None:
        delivery = self._idle.popleft()
        delivery.due = due
        delivery.socket.sendall(request)

    def _take_answers(self, pause: float) -> None:
        ready = self._epoll.poll(pause)
        if not ready and pause == PATIENCE_SECONDS:
            raise TimeoutError("the service does not answer")
        for descriptor, _ in ready:
            delivery = self._by_descriptor[descriptor]
            part = delivery.socket.recv(65536)
            if not part:
                raise ConnectionError("the service closed a connection")
            delivery.answer += part
            if _is_whole(delivery.answer):
                self.seconds.append(time.perf_counter() - delivery.due)
                self.statuses[delivery.answer[9:12].decode()] += 1
                delivery.answer.clear()
                self._idle.append(delivery)

    def close(self) -> None:
        for delivery in self._by_descriptor.values():
            delivery.socket.close()
        self._epoll.close()


def _is_whole(answer: bytearray) -> bool:
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator or head.startswith(STORED):
        return bool(separator)
    _, found, rest = head.lower().partition(b"content-length:")
    return bool(found) and len(body) >= int(rest.split(b"\r\n", 1)[0])


def main() -> None:
    requests: list[bytes] = []
    for line in sys.stdin:
        command = json.loads(line)
        if command["do"] == "prepare":
            bodies = (call_ended(f"call_{uuid4().hex}") for _ in range(command["count"]))
            requests = [request(body, command["key"]) for body in bodies]
            answer: dict[str, Any] = {"mean_bytes": sum(map(len, requests)) // len(requests)}
        else:
            load = Load(command["port"], command["connections"])
            seconds = load.run(requests, command["rate"])
            load.close()
            answer = {"seconds": seconds, "statuses": load.statuses, "latencies": load.seconds}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
