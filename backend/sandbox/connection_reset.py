"""A response that is none: the TCP connection is reset instead."""

import socket
import struct

from fastapi import Response
from starlette.types import Receive, Scope, Send


class ConnectionReset(Response):
    """Reset the connection under the request, as a crashed proxy does.

    ASGI has no word for this. Uvicorn's `receive` belongs to the object that holds the transport;
    where a middleware hides it, the answer is broken off after its headers instead.
    """

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        transport = getattr(getattr(receive, "__self__", None), "transport", None)
        if transport is None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            return
        connection = transport.get_extra_info("socket")
        if connection is not None:
            # Lingering for no time at all makes the kernel send RST and not FIN.
            no_time = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, no_time)
        transport.abort()
        await receive()
