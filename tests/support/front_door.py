"""A load balancer between Retell and the APIs, which remembers what they acknowledged."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import cycle

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.processes import free_port
from tests.support.waiting import until


class FrontDoor:
    """Passes each webhook to one API and its answer back. It tries nothing twice; Retell does."""

    def __init__(self) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        # Bodies by their hash, each with how often a 204 was given for it.
        self.acknowledged: Counter[bytes] = Counter()
        self.refused = 0
        self._turns: Iterator[str] = iter(())
        self._client = httpx.AsyncClient(timeout=60)

    def lead_to(self, apis: Sequence[str]) -> None:
        self._turns = cycle(apis)

    async def _pass_on(self, request: Request) -> Response:
        body = await request.body()
        kept = ("content-type", "x-retell-signature")
        headers = {name: request.headers[name] for name in kept}
        try:
            answer = await self._client.post(
                f"{next(self._turns)}{request.url.path}", content=body, headers=headers
            )
        except httpx.HTTPError:
            self.refused += 1
            return Response(status_code=502)
        if answer.status_code == 204:
            self.acknowledged[hashlib.sha256(body).digest()] += 1
        else:
            self.refused += 1
        return Response(answer.content, answer.status_code)

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
            await self._client.aclose()


class _Server(uvicorn.Server):
    """uvicorn that leaves signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _started(server: uvicorn.Server) -> bool:
    return server.started
