"""A response that never ends by itself: the feed's messages, and pings while there are none.

Leaner than a general library's: two tasks a client, and nothing between a message and its socket.
"""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

PING_SECONDS = 15.0
_PING = b": ping\n\n"


class EventStream(Response):
    """Streams ready-made messages until they end or the client goes away."""

    media_type = "text/event-stream"

    def __init__(self, messages: AsyncIterator[bytes]) -> None:
        # Proxies are told to pass each message on at once.
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]
        self._messages = messages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        streaming = asyncio.create_task(self._stream(send))
        leaving = asyncio.create_task(_disconnected(receive))
        try:
            while not await _any_done(streaming, leaving):
                await _send(send, _PING)
            if streaming.done():
                streaming.result()  # raises what the stream has failed with
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            for task in (streaming, leaving):
                task.cancel()
            await asyncio.gather(streaming, leaving, return_exceptions=True)

    async def _stream(self, send: Send) -> None:
        async for message in self._messages:
            await _send(send, message)


async def _any_done(*tasks: "asyncio.Task[None]") -> bool:
    done, _ = await asyncio.wait(tasks, timeout=PING_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    return bool(done)


async def _send(send: Send, message: bytes) -> None:
    await send({"type": "http.response.body", "body": message, "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
