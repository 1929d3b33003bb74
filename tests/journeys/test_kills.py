"""APIs, workers and PostgreSQL are killed at random moments under load. Nothing may be lost."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count, cycle
from random import Random
from typing import Any

import httpx

from tests.journeys.conftest import Install
from tests.support.embedded import family, fetch, postmaster, running as using_postgres
from tests.support.figures import Figures, fates
from tests.support.front_door import FrontDoor
from tests.support.installation import Installation
from tests.support.listening import LIFE, listening, whole_log
from tests.support.service import Service

SEED = 20_261_121
WEBHOOKS = 1000
PAUSE_SECONDS = 0.8
KILLS = ["api", "worker", "postgres", "api", "worker", "postgres", "postgres"]
SCHEMA = {
    "type": "object",
    "properties": {"location": {"type": "string", "description": "Where the driver is."}},
}


class Load:
    """Places calls one after the other, as a client that repeats what was not answered."""

    def __init__(self, customers: list[Service], agent: dict[str, Any]) -> None:
        self.call_ids: list[str] = []
        self.refused = 0
        self._customers = cycle(customers)
        self._agent = agent

    @asynccontextmanager
    async def placing(self) -> AsyncIterator[None]:
        """Place calls meanwhile; the one that is being placed in the end is placed for certain."""
        enough = asyncio.Event()
        task = asyncio.create_task(self._place_until(enough))
        try:
            yield
        finally:
            enough.set()
            await task

    async def _place_until(self, enough: asyncio.Event) -> None:
        for number in count():
            self.call_ids.append(await self._place(f"order-{number}"))
            with suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), PAUSE_SECONDS)
            if enough.is_set():
                return

    async def _place(self, key: str) -> str:
        body = {"agent_id": self._agent["id"], "to_number": "+14155550110"}
        for customer in self._customers:
            with suppress(httpx.HTTPError):
                answer = await customer.client.post(
                    "/api/v1/calls", json=body, headers={"Idempotency-Key": key}
                )
                if answer.status_code == 202:
                    return str(answer.json()["id"])
                assert answer.status_code == 503, answer.text
            self.refused += 1
            await asyncio.sleep(0.1)
        raise AssertionError


async def kill_at_random(running: Installation, random: Random) -> None:
    """Kill one thing after the other, each at a random moment; processes are started again."""
    for victim in random.sample(KILLS, len(KILLS)):
        await asyncio.sleep(random.uniform(0.5, 2))
        if victim == "postgres":
            kill_part_of_postgres(running, random)
        else:
            process = random.choice(running.apis if victim == "api" else running.workers)
            process.kill()
            await running.restart(process)


def kill_part_of_postgres(running: Installation, random: Random) -> None:
    """Kill its parent, or all of it, or one of its processes."""
    everything = family(running.data_dir)
    victims = random.choice([[postmaster(running.data_dir)], everything, [everything[-1]]])
    for pid in victims:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def rows(running: Installation, query: str) -> set[Any]:
    """Ask the database itself: what is in it, whatever the API shows."""
    async with using_postgres(running.data_dir) as server:
        return set(await fetch(server.dsn, f"select array({query})"))


async def test_kills_at_random_moments_lose_nothing_and_repeat_nothing(
    install: Install, figures: Figures
) -> None:
    door = FrontDoor()
    sandbox = ("--speed", "3")
    async with (
        door.opened(),
        install(apis=2, workers=2, sandbox=sandbox, PUBLIC_URL=door.url) as running,
    ):
        door.lead_to(running.urls)
        customers = [await running.customer(api) for api in range(2)]
        load = Load(customers, await customers[0].published_agent(record_schema=SCHEMA))
        async with listening(*customers, stay=100) as listener:
            async with load.placing():
                await kill_at_random(running, Random(SEED))
                await listener.sees(lambda: door.acknowledged.total() >= WEBHOOKS, "the webhooks")
            await listener.sees_the_end_of(*load.call_ids, patience=120)
            everything = await whole_log(customers[0], listener.ids[-1])

        kept = await rows(running, "select body_sha256 from webhooks")
        found = {
            **await fates(running, load.call_ids),
            "webhooks_lost": len(set(door.acknowledged) - kept),
            "told_twice": len(everything.repeated()),
        }
        figures.tell(
            **found,
            webhooks=len(door.acknowledged),
            refused_and_sent_again=door.refused + load.refused,
            events=len(everything.ids),
            missed_by_the_listener=len(set(everything.ids) - set(listener.ids)),
        )
        zero = ("lost", "doubled", "crossed", "webhooks_lost", "told_twice")
        assert found == {"calls": len(load.call_ids), **dict.fromkeys(zero, 0)}
        assert await rows(running, "select distinct state from webhooks") == {"applied"}
        assert await rows(running, "select distinct status from calls") == {"ended"}
        assert await running.dials() == dict.fromkeys(load.call_ids, 1)
        assert {everything.life_of(call_id) for call_id in load.call_ids} == {LIFE}
        assert listener.ids == everything.ids[: len(listener.ids)]
        # The kills did hit: some webhooks and requests were refused, and came again.
        assert door.refused
        assert load.refused
