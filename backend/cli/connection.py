"""Connections of the API's server: uvicorn's own, which an application may also break off."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.platform.body_limit import BODY_SECONDS
from backend.stream.event_stream import ABORT

# A little longer than bodies are waited for, so that who is slow is told so first.
REQUEST_SECONDS = BODY_SECONDS + 5


class Connection(HttpToolsProtocol):
    """Lets the application end a connection whose other end does not read.

    Closing it, which is all that ASGI knows, waits for as long as the client likes. And one whose
    request does not come to its end is ended too, also when it was answered long ago.
    """

    _deadline: asyncio.TimerHandle | None = None

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {"abort": self.transport.abort}}
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def on_message_complete(self) -> None:
        self._forget_deadline()
        super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
