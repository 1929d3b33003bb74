"""Connections of the API's server: uvicorn's own, with bounds on what a client may take of it.

Nobody needs a login to open a connection, so whatever one may hold has a limit here: the bytes of
a request's head, the time until a request is there, and how many connections are open. A timer for
each request would cost more than all of it, so the server looks at all connections once a second.
"""

from collections.abc import Iterable
from http import HTTPStatus
from itertools import chain
from typing import Any, cast

from prometheus_client import Counter, Gauge
from uvicorn.protocols.http.httptools_impl import (
    STATUS_LINE,
    HttpToolsProtocol,
    RequestResponseCycle,
)

from backend.platform.body_limit import BODY_SECONDS, UPLOAD_STEP_BYTES, UPLOADS
from backend.platform.problems import problem
from backend.stream.event_stream import ABORT

# As much as proxies let through at the most, and several times what a browser sends.
LARGEST_HEAD = 64 * 1024
HEAD_SECONDS = 10.0
# A little longer than bodies are waited for, so that who is slow is told so first.
REQUEST_SECONDS = BODY_SECONDS + 5
# How long one that was refused may take to read why, while it sends on.
_LINGER_SECONDS = 2.0
# When there are too many connections, so many of the unused ones are ended at once.
_SHARE_ENDED = 10

OPEN = Gauge("ringback_connections", "Connections that are open to this process's API.")
ENDED = Counter(
    "ringback_connections_ended",
    "Connections ended because of what the client did, or did not do.",
    ["reason"],
)


class _Refused(Exception):
    """Ends the parsing of what has been answered already."""


class Connection(HttpToolsProtocol):
    """Ends when its client sends too much before a request, or a request does not come to its end.

    Also when that was answered long ago. And it lets the application end a connection whose other
    end does not read: closing it, all that ASGI knows, waits for as long as the client likes.
    """

    # Since when the client is to send: the head of a request, or the body that follows it.
    awaited_since: float | None = None
    _is_head_whole = False
    # Bytes of which the parser has made nothing yet; and with it all that came in the same piece.
    _unfinished = 0
    _arrived = 0
    _is_refused = False
    # Of a body, since the client was last seen to get on with it.
    _uploaded = 0

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # Ours is a limit on connections alone, with room made by ending those that are not used.
        self._most, self.limit_concurrency = self.limit_concurrency, None

    @property
    def is_unused(self) -> bool:
        """Whether nobody would miss anything: no whole request is being answered."""
        return not self._is_answering or self.awaited_since is not None

    @property
    def _is_answering(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        OPEN.inc()
        self.awaited_since = self.loop.time()
        if self._most is not None and len(self.connections) > self._most:
            others = (each for each in self.connections if isinstance(each, Connection))
            if not _make_room(each for each in others if each is not self):
                self._refuse(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    "too-many-connections",
                    "Too many connections are open. Try again soon.",
                )

    def connection_lost(self, exc: Exception | None) -> None:
        OPEN.dec()
        self.awaited_since = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._is_refused:
            return
        if self.awaited_since is None and not self._is_answering:
            self.awaited_since = self.loop.time()
        self._arrived = self._unfinished = self._unfinished + len(data)
        super().data_received(data)
        if self._unfinished > LARGEST_HEAD:
            self._refuse_head()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._uploaded = 0
        self.scope["extensions"] = {ABORT: {"abort": self.transport.abort}}
        if self.awaited_since is None:
            self.awaited_since = self.loop.time()

    def on_headers_complete(self) -> None:
        # One that came in a single piece with what follows it is measured; most need not be.
        if self._arrived > LARGEST_HEAD and self._head_size() > LARGEST_HEAD:
            self._refuse_head()
            raise _Refused
        self._unfinished = 0
        self.awaited_since, self._is_head_whole = self.loop.time(), True
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._unfinished = 0
        self._uploaded += len(body)
        if self._uploaded >= UPLOAD_STEP_BYTES and self.scope["path"].startswith(UPLOADS):
            self.awaited_since, self._uploaded = self.loop.time(), 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._unfinished = 0
        self.awaited_since, self._is_head_whole = None, False
        super().on_message_complete()

    def _head_size(self) -> int:
        return len(self.url) + sum(map(len, chain.from_iterable(self.headers)))

    def send_400_response(self, msg: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST, "malformed-request", msg)

    def _refuse_head(self) -> None:
        self._refuse(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            "head-too-large",
            f"A request's line and headers may have {LARGEST_HEAD} bytes at most.",
        )

    def _refuse(self, status: HTTPStatus, code: str, detail: str) -> None:
        """Say why, and take nothing more. One that is being answered is just ended."""
        if self._is_refused or self.transport.is_closing():
            return
        ENDED.labels(code).inc()
        self._is_refused, self._unfinished = True, 0
        if self._is_answering:
            self.transport.abort()
            return
        answer = problem(code=code, title=status.phrase, status=status, detail=detail)
        headers = [*self.server_state.default_headers, *answer.raw_headers]
        lines = [name + b": " + value for name, value in [*headers, (b"connection", b"close")]]
        self.transport.write(STATUS_LINE[status] + b"\r\n".join([*lines, b"", answer.body]))
        # To close now would take the answer back from a client that is still sending.
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.awaited_since = self.loop.time()

    def end_if_overdue(self, now: float) -> None:
        """End it when the client has had its time: to begin, to finish, or to read a refusal."""
        if self.awaited_since is None:
            return
        waited = now - self.awaited_since
        if self._is_refused and waited > _LINGER_SECONDS:
            self.transport.abort()
        elif waited > (REQUEST_SECONDS if self._is_head_whole else HEAD_SECONDS):
            ENDED.labels("request-too-slow" if self._is_head_whole else "head-too-slow").inc()
            self.transport.abort()


def end_overdue(connections: Iterable[object], now: float) -> None:
    """End the connections whose clients do not send what they have begun."""
    for connection in list(connections):
        if isinstance(connection, Connection):
            connection.end_if_overdue(now)


def _make_room(connections: Iterable[Connection]) -> bool:
    """End a share of the connections that nobody uses, the longest awaited first."""
    unused = [each for each in connections if each.is_unused]
    unused.sort(key=lambda each: each.awaited_since or float("inf"))
    for connection in unused[: -(-len(unused) // _SHARE_ENDED)]:
        ENDED.labels("made-room").inc()
        connection.transport.abort()
    return unused != []
