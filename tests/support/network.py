"""The network between the service and PostgreSQL, which can fall silent or be down."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import parse_qs, urlsplit


class Network:
    """Passes bytes on in both directions. `dsn` leads through it."""

    def __init__(self, dsn: str) -> None:
        self._postgres = urlsplit(dsn)
        self._server: asyncio.Server | None = None
        self._port = 0
        self._is_there = True
        # What is connected, each with an event that is set while its bytes are passed on.
        self._connections: dict[asyncio.Task[None], asyncio.Event] = {}

    @property
    def dsn(self) -> str:
        user, at, _ = self._postgres.netloc.rpartition("@")
        netloc = f"{user}{at}127.0.0.1:{self._port}"
        return self._postgres._replace(netloc=netloc, query="").geturl()

    def fall_silent(self) -> None:
        """Pass on nothing more for what is connected now. New connections work."""
        for is_passing in self._connections.values():
            is_passing.clear()

    def vanish(self) -> None:
        """Pass on nothing more, of new connections either, and not that one was closed.

        So does a host that lost its power, or that no packet reaches: nobody is told.
        """
        self._is_there = False
        self.fall_silent()

    def come_back(self) -> None:
        """Pass on what was held back, and all that comes."""
        self._is_there = True
        for is_passing in self._connections.values():
            is_passing.set()

    async def come_up(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def go_down(self) -> None:
        """Cut what is connected, and refuse what wants to connect."""
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = asyncio.current_task()
        assert connection is not None
        is_passing = self._connections[connection] = asyncio.Event()
        if self._is_there:
            is_passing.set()
        # Canceled when the network goes down, which asyncio would report as an error.
        with suppress(OSError, asyncio.CancelledError):
            await is_passing.wait()
            there_reader, there_writer = await self._reach_postgres()
            directions = [
                asyncio.create_task(_pass_on(reader, there_writer, is_passing)),
                asyncio.create_task(_pass_on(there_reader, writer, is_passing)),
            ]
            try:
                await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for direction in directions:
                    direction.cancel()
                there_writer.transport.abort()
        writer.transport.abort()
        del self._connections[connection]

    async def _reach_postgres(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        port = self._postgres.port or 5432
        folder = parse_qs(self._postgres.query).get("host")
        if folder is not None:
            return await asyncio.open_unix_connection(f"{folder[0]}/.s.PGSQL.{port}")
        return await asyncio.open_connection(self._postgres.hostname, port)


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, is_passing: asyncio.Event
) -> None:
    with suppress(OSError):
        while part := await reader.read(65536):
            await is_passing.wait()
            writer.write(part)
            await writer.drain()
    await is_passing.wait()


@asynccontextmanager
async def network_to(dsn: str) -> AsyncIterator[Network]:
    network = Network(dsn)
    await network.come_up()
    try:
        yield network
    finally:
        await network.go_down()
