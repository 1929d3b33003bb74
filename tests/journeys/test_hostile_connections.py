"""Nobody needs a login to connect, and nobody without one can keep the API from the others."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from backend.cli.connection import HEAD_SECONDS, LARGEST_HEAD
from tests.journeys.conftest import Install
from tests.support.figures import Figures
from tests.support.listening import Listener, listening
from tests.support.problems import problem_of
from tests.support.service import Service
from tests.support.waiting import until

MOST, SILENT = 60, 200
# The server looks once a second, and this machine may be busy.
ENDED_WITHIN = HEAD_SECONDS + 8
# What httpx adds of its own, and a margin.
OTHER_HEADERS = 1024
Lines = list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]


@asynccontextmanager
async def silent(service: Service, count: int) -> AsyncIterator[Lines]:
    """Open connections on which nothing is ever sent."""
    port = service.client.base_url.port
    lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    try:
        yield lines
    finally:
        for _, writer in lines:
            writer.transport.abort()


async def are_ended(lines: Lines) -> bool:
    async def is_ended(reader: asyncio.StreamReader) -> bool:
        with suppress(ConnectionResetError, TimeoutError):
            return await asyncio.wait_for(reader.read(1), 0.01) == b""
        return reader.exception() is not None

    return all([await is_ended(reader) for reader, _ in lines])


async def open_at(service: Service) -> int:
    metrics = (await service.client.get("/metrics")).text
    found = re.search(r"^ringback_connections (\S+)$", metrics, re.MULTILINE)
    assert found is not None
    return int(float(found[1]))


async def served_meanwhile(service: Service, listener: Listener, lines: Lines) -> list[float]:
    """Ask on until all lines have been ended; return how long the longest answers took."""
    took, began = [], time.monotonic()
    while not await are_ended(lines):
        assert time.monotonic() < began + ENDED_WITHIN, "silent connections stay open"
        asked = time.monotonic()
        assert (await service.client.get("/api/v1/calls")).status_code == 200
        took.append(time.monotonic() - asked)
        assert await open_at(service) <= MOST
        assert listener.connections == 1
    return sorted(took)


async def test_headers_without_end_and_connections_that_never_send_stop_nobody_else(
    install: Install, figures: Figures
) -> None:
    async with install(workers=0, LIMIT_CONNECTIONS=str(MOST)) as running:
        customer = await running.customer()
        agent = await customer.published_agent()

        for size in (LARGEST_HEAD + 1, 4 * LARGEST_HEAD):
            answer = await customer.client.get("/health", headers={"X-Long": "x" * size})
            problem_of(answer, 431, "head-too-large")
        within = {"X-Long": "x" * (LARGEST_HEAD - OTHER_HEADERS)}
        assert (await customer.client.get("/health", headers=within)).status_code == 200

        async with listening(customer) as listener:
            await listener.sees(lambda: listener.connections == 1, "the feed")
            async with silent(customer, SILENT) as lines:
                took = await served_meanwhile(customer, listener, lines)
            placed = (await customer.call(agent))["id"]
            await listener.sees(lambda: "call.queued" in listener.names_of(placed), "the call")
            assert listener.connections == 1

        async def few_are_open() -> bool:
            return await open_at(customer) <= 5

        await until(few_are_open, "all of them to be gone")
        figures.tell(
            silent=SILENT, served_meanwhile=len(took), slowest_ms=round(1000 * took[-1], 1)
        )
