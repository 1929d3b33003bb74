"""The response of a feed: its messages as they come, and pings while there are none."""

from collections.abc import AsyncIterator

from sse_starlette import EventSourceResponse, ServerSentEvent

PING_SECONDS = 15.0


class EventStream(EventSourceResponse):
    """Streams ready-made messages until they end or the client goes away.

    Tells proxies to pass each message on at once and to keep nothing.
    """

    media_type = "text/event-stream"

    def __init__(self, messages: AsyncIterator[bytes]) -> None:
        super().__init__(messages, ping=PING_SECONDS, sep="\n", ping_message_factory=_ping)


def _ping() -> ServerSentEvent:
    return ServerSentEvent(comment="ping", sep="\n")
