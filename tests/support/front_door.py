"""A load balancer between Retell and the APIs, which remembers what they acknowledged."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import cycle

import httpcore
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.processes import free_port
from tests.support.waiting import until

_SECONDS = 10.0
_FAILURES = (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError)


async def _ask(
    url: httpcore.URL, headers: Mapping[bytes | str, bytes | str], body: bytes
) -> httpcore.Response:
    """Ask on a connection of its own.

    A pool looks at each request that waits for each connection it has, at every request that comes
    or goes: with a thousand waiting for an API that says nothing, it does nothing else.
    """
    patience = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), _SECONDS)}
    async with httpcore.AsyncHTTPConnection(url.origin) as connection:
        return await connection.request(
            "POST", url, headers=headers, content=body, extensions=patience
        )


class FrontDoor:
    """Passes each webhook to one API and its answer back. It tries nothing twice; Retell does."""

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        # Bodies by their hash, each with how often a 204 was given for it.
        self.acknowledged: Counter[bytes] = Counter()
        self.refused = 0
        self._turns: Iterator[str] = iter(())

    def lead_to(self, apis: Sequence[str]) -> None:
        self._turns = cycle(apis)

    async def _pass_on(self, request: Request) -> Response:
        body = await request.body()
        kept = ("content-type", "x-retell-signature")
        headers: dict[bytes | str, bytes | str] = {name: request.headers[name] for name in kept}
        url = httpcore.URL(f"{next(self._turns)}{request.url.path}")
        headers |= {"host": "front-door", "content-length": str(len(body))}
        try:
            answer = await _ask(url, headers, body)
        except _FAILURES:
            self.refused += 1
            return Response(status_code=502)
        if answer.status == 204:
            self.acknowledged[hashlib.sha256(body).digest()] += 1
        else:
            self.refused += 1
        return Response(answer.content, answer.status)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["FrontDoor"]:
        routes = [Route("/{path:path}", self._pass_on, methods=["POST"])]
        port = int(self.url.rpartition(":")[2])
        app = Starlette(routes=routes)
        server = _Server(uvicorn.Config(app, port=port, log_config=None, lifespan="off"))
        serving = asyncio.create_task(server.serve())
        try:
            await until(lambda: _started(server), "the front door to open")
            yield self
        finally:
            server.should_exit = True
            await serving


class _Server(uvicorn.Server):
    """uvicorn that leaves signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _started(server: uvicorn.Server) -> bool:
    return server.started
