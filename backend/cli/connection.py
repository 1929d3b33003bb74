"""Connections of the API's server: uvicorn's own, which an application may also break off."""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from backend.stream.event_stream import ABORT


class Connection(HttpToolsProtocol):
    """Lets the application end a connection whose other end does not read.

    Closing it, which is all that ASGI knows, waits for as long as the client likes.
    """

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {ABORT: {"abort": self.transport.abort}}
