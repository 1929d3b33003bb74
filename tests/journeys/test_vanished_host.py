"""A host vanishes in the middle of its work, and no packet says so. The others go on by themselves.

A process that is killed is another matter: its kernel closes its connections, so the database lets
go of what it had locked. Of a host that has no power, or no network, the database hears nothing.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import httpx

from backend.platform.embedded_postgres.server import EmbeddedPostgres
from tests.journeys.conftest import Install
from tests.support.embedded import fetch
from tests.support.figures import Figures, fates
from tests.support.front_door import FrontDoor
from tests.support.listening import Listener, listening
from tests.support.network import network_to
from tests.support.service import Service
from tests.support.waiting import until

FEED_SECONDS, CALLS_SECONDS = 60, 90
BEFORE, DURING, AFTER = 12, 8, 4
PAUSE_SECONDS = 0.3
ZERO = ("lost", "doubled", "crossed", "told_twice", "failed_webhooks", "failed_jobs")
SCHEMA = {"type": "object", "properties": {"location": {"type": "string"}}}
# Writing transactions that do nothing: whoever began them does not come to their end.
STUCK = """
select count(*) from pg_stat_activity where state = 'idle in transaction'
    and backend_xid is not null and clock_timestamp() - state_change > interval '0.5 seconds'
"""


class Cut(Protocol):
    """A host's way to the database."""

    def vanish(self) -> None: ...
    def come_back(self) -> None: ...


async def vanish_in_the_middle(network: Cut, dsn: str) -> None:
    """Cut the host off at a moment when it has a transaction open, as busy ones always have."""
    for _ in range(100):
        network.vanish()
        await asyncio.sleep(1)
        if await fetch(dsn, STUCK):
            return
        network.come_back()
        await asyncio.sleep(0.2)
    raise AssertionError("there was never a transaction open")


@asynccontextmanager
async def placing(customer: Service, agent: dict[str, Any]) -> AsyncIterator[list[str]]:
    """Place calls meanwhile, one after the other; the last is placed when this ends."""
    call_ids: list[str] = []
    is_over = asyncio.Event()

    async def place() -> None:
        while not is_over.is_set():
            call_ids.append((await customer.call(agent))["id"])
            await asyncio.sleep(PAUSE_SECONDS)

    task = asyncio.create_task(place())
    try:
        yield call_ids
    finally:
        is_over.set()
        await task


async def placed_by(customer: Service, agent: dict[str, Any], count: int) -> list[str]:
    return [(await customer.call(agent))["id"] for _ in range(count)]


async def seen(listener: Listener, call_ids: list[str], since: float, within: float) -> None:
    left = since + within - time.monotonic()
    await listener.sees(
        lambda: all(listener.names_of(call_id) for call_id in call_ids), "events", patience=left
    )


async def test_a_host_that_vanishes_stalls_no_other_and_loses_nothing(
    install: Install, figures: Figures
) -> None:
    door = FrontDoor()
    async with (
        door.opened(),
        install(PUBLIC_URL=door.url, sandbox=("--speed", "5")) as running,
        network_to(dsn := EmbeddedPostgres(running.data_dir).dsn) as network,
    ):
        await running.join(DATABASE_URL=network.dsn)
        door.lead_to(running.urls)
        customers = [await running.customer(api) for api in range(2)]
        agent = await customers[0].published_agent(record_schema=SCHEMA)
        async with listening(customers[0]) as listener:
            async with placing(customers[0], agent) as before:
                await until(lambda: _enough(before), "calls to run", patience=90)
                await vanish_in_the_middle(network, dsn)
                cut = time.monotonic()
            during = await placed_by(customers[0], agent, DURING)
            await seen(listener, during, cut, FEED_SECONDS)
            fed_again = round(time.monotonic() - cut, 1)
            left = cut + CALLS_SECONDS - time.monotonic()
            await listener.sees_the_end_of(*before, *during, patience=left)
            ended = round(time.monotonic() - cut, 1)

            network.come_back()
            await until(lambda: is_ready(customers[1]), "the host to be back", patience=60)
            after = await placed_by(customers[1], agent, AFTER)
            await listener.sees_the_end_of(*after)

        placed = [*before, *during, *after]
        failed = {
            "failed_webhooks": "select count(*) from webhooks where state = 'failed'",
            "failed_jobs": "select count(*) from pgqueuer where status = 'failed'",
        }
        found = {
            **await fates(running, placed),
            "told_twice": len(listener.repeated()),
            **{name: await fetch(dsn, query) for name, query in failed.items()},
        }
        figures.tell(**found, feed_back_seconds=fed_again, all_ended_seconds=ended)
        assert found == {"calls": len(placed), **dict.fromkeys(ZERO, 0)}
        assert await running.dials() == dict.fromkeys(placed, 1)


async def _enough(call_ids: list[str]) -> bool:
    return len(call_ids) >= BEFORE


async def is_ready(customer: Service) -> bool:
    with suppress(httpx.HTTPError):
        return (await customer.client.get("/health/ready", timeout=5)).status_code == 200
    return False
