"""The response of a feed: its messages as they come, and pings while there are none."""

from collections.abc import AsyncIterator
from typing import Any

from sse_starlette import EventSourceResponse, ServerSentEvent
from sse_starlette.sse import SendTimeoutError
from starlette.types import Message, Receive, Scope, Send

from backend.stream import metrics

PING_SECONDS = 15.0
STALLED_SECONDS = 15.0
# What our server puts into the scope: a connection that nobody reads from cannot be closed in a
# friendly way, since closing waits until all was read.
ABORT = "ringback.abort"

_PING = b": ping\n\n"


class EventStream(EventSourceResponse):
    """Streams ready-made messages until they end or the client goes away, or stops reading.

    Tells proxies to pass each message on at once, as it is, and to keep nothing.
    """

    media_type = "text/event-stream"

    def __init__(self, messages: AsyncIterator[bytes]) -> None:
        super().__init__(
            messages,
            headers={"Cache-Control": "no-store, no-transform"},
            ping=PING_SECONDS,
            sep="\n",
            ping_message_factory=_ping,
            send_timeout=STALLED_SECONDS,
        )

    async def _send_with_timeout(self, send: Send, message: Message) -> None:
        # A timer costs as much as sending. Pings have one, and they come often enough to find out
        # that nobody reads: they wait behind whatever could not be sent.
        if message.get("body") == _PING:
            await super()._send_with_timeout(send, message)
        else:
            await send(message)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        except SendTimeoutError:
            metrics.STALLED.inc()
            await _hang_up(scope, receive)


async def _hang_up(scope: Scope, receive: Receive) -> None:
    extensions: dict[str, Any] = scope.get("extensions") or {}
    if ABORT in extensions:
        extensions[ABORT]["abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass


def _ping() -> ServerSentEvent:
    return ServerSentEvent(comment="ping", sep="\n")
