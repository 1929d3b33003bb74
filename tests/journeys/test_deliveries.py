"""Results arrive at a receiver that does everything wrong, while what delivers them is killed."""

import asyncio
import os
from collections import Counter, defaultdict
from contextlib import suppress
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text
from sqlmodel import select

from backend.auth.models import Organisation
from backend.calls import service as calls
from backend.calls.events import CallRepaired
from backend.calls.models import Call
from backend.platform import db, events
from tests.journeys.conftest import Install
from tests.support import builders
from tests.support.installation import Installation
from tests.support.receiver import Received, Receiver, Reply, Reset, receiving
from tests.support.service import Service
from tests.support.waiting import until

# `RINGBACK_JOURNEY_EVENTS=10000` takes minutes.
EVENTS = int(os.environ.get("RINGBACK_JOURNEY_EVENTS", "1000"))  # noqa: TID251 - the test's own
PER_CALL = 5
AT_ONCE = 100
KILLS = ["worker", "api", "receiver", "worker"]
SEED = 20_261_128
PATIENCE = 60.0 + EVENTS / 10


class Crm:
    """Counts every try; what it takes is in `taken`, by call, each id once."""

    def __init__(self, receiver: Receiver) -> None:
        self.is_well = asyncio.Event()
        self.tries: Counter[str] = Counter()
        self.taken: defaultdict[str, list[int]] = defaultdict(list)
        self.ids: set[str] = set()
        self._chance = Random(SEED)
        receiver.answer = self.answer

    async def answer(self, request: Received) -> Reply:
        self.tries[request.id] += 1
        mood = 1.0 if self.is_well.is_set() else self._chance.random()
        if mood < 0.005:
            await self.is_well.wait()  # longer than anybody waits for
            raise Reset
        if mood < 0.08:
            await self._for_a_moment()
        elif mood < 0.11:
            return Reply(500, b"not now")
        elif mood < 0.13:
            return Reply(302, headers={"location": "http://127.0.0.1:9/"})
        elif mood < 0.15:
            raise Reset
        elif mood < 0.25:
            return Reply(503, headers={"retry-after": "1"})
        self._take(request)
        if mood < 0.30:
            raise Reset  # taken, and nobody told
        return Reply()

    async def has(self, count: int) -> bool:
        return len(self.ids) >= count

    async def _for_a_moment(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.is_well.wait(), 0.5)

    def _take(self, request: Received) -> None:
        if request.id not in self.ids:
            self.ids.add(request.id)
            data = request.json["data"]
            self.taken[data["call"]["id"]].append(data["event"]["number"])


class Happenings:
    """Things that happen to calls, a part of them at a time."""

    def __init__(self, customer: Service) -> None:
        self._customer = customer
        self._left: list[CallRepaired] = []

    async def prepare(self) -> None:
        async with db.transaction(self._customer.sessions) as session:
            org = (await session.exec(select(Organisation))).one()
            agent = await builders.published_agent(session, org.id)
            made = [await builders.call(session, agent) for _ in range(EVENTS // PER_CALL)]
        self._left = [repaired(call, number) for number in range(PER_CALL) for call in made]

    async def go_on(self, count: int) -> None:
        part, self._left = self._left[:count], self._left[count:]
        for start in range(0, len(part), 20):
            async with db.transaction(self._customer.sessions) as session:
                await events.publish(session, *part[start : start + 20])


def repaired(call: Call, number: int) -> CallRepaired:
    return CallRepaired(**(calls.about(call) | {"data": {"number": number}}))


async def kill_at_random(
    running: Installation, receiver: Receiver, crm: Crm, happenings: Happenings
) -> int:
    """Kill one after the other while more and more arrives. Return how often a worker died."""
    chance = Random(SEED)
    part = EVENTS // (len(KILLS) + 1)
    for kill in KILLS:
        wanted = len(crm.ids) + chance.randrange(1, part // 3)
        await happenings.go_on(part)
        await until(partial(crm.has, wanted), f"{wanted} to arrive", patience=PATIENCE)
        if kill == "receiver":
            await receiver.stop()
            await receiver.start()
            continue
        victim = chance.choice(running.workers if kill == "worker" else running.apis)
        victim.kill()
        await running.restart(victim)
    await happenings.go_on(EVENTS)
    return KILLS.count("worker")


async def insist(customer: Service, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask until it is answered: the API may be dead at this moment."""

    async def ask() -> httpx.Response | None:
        with suppress(httpx.TransportError):
            return await customer.client.post(f"/api/v1{path}", json=body)
        return None

    response = await until(ask, f"an answer to {path}")
    assert response.is_success, response.text
    return response.json()


async def book(customer: Service, destination_id: str) -> list[Any]:
    """Read what is in the books of a destination, each with how often it is said to be tried."""
    statement = text(
        "select id, status, attempts, (select count(*) from delivery_attempts "
        "where delivery_id = deliveries.id) as entered from deliveries where destination_id = :id"
    )
    async with db.transaction(customer.sessions) as session:
        connection = await session.connection()
        return list(await connection.execute(statement, {"id": UUID(destination_id)}))


async def until_booked(customer: Service, destination_id: str, *statuses: str) -> None:
    async def probe() -> bool:
        rows = await book(customer, destination_id)
        return len(rows) == EVENTS and {row.status for row in rows} <= set(statuses)

    await until(probe, f"{EVENTS} deliveries to be {statuses}", patience=PATIENCE)


async def test_whatever_receiver_api_and_workers_do_each_event_arrives_and_in_order(
    install: Install,
) -> None:
    async with (
        install(workers=2, OUTBOUND_ALLOW="127.0.0.1") as running,
        receiving() as receiver,
        receiving() as leaving,
    ):
        customer = await running.customer()
        crm = Crm(receiver)
        wanted = {"kind": "webhook", "events": ["call.repaired"], "concurrency": AT_ONCE}
        ours = await customer.post(
            "/destinations", wanted | {"name": "CRM", "config": {"url": receiver.url}}
        )
        left = await customer.post(
            "/destinations", wanted | {"name": "Gone", "config": {"url": leaving.url}}
        )
        leaving.always(*[Reply()] * 20, Reply(410))
        happenings = Happenings(customer)
        await happenings.prepare()
        died = await kill_at_random(running, receiver, crm, happenings)
        await until_booked(customer, ours["id"], "pending", "sending", "delivered")
        crm.is_well.set()
        leaving.always(Reply())
        # What waits for minutes is asked for now; what was missed, to be sent after all.
        for made in (ours, left):
            path = f"/destinations/{made['id']}"
            if made is ours:
                await customer.patch(path, {"enabled": False})
            await insist(customer, f"{path}/enable")
        await until_booked(customer, ours["id"], "delivered")
        since = {"since": left["created_at"]}
        await insist(customer, f"/destinations/{left['id']}/replay", since)
        await until_booked(customer, left["id"], "delivered")

        assert {tuple(numbers) for numbers in crm.taken.values()} == {tuple(range(PER_CALL))}
        books = await book(customer, ours["id"])
        assert {str(row.id) for row in books} == crm.ids
        assert {str(row.id) for row in await book(customer, left["id"])} == {
            each.id for each in leaving.received
        }
        # Every try was counted before it was made; those of workers that died were never entered.
        assert all(crm.tries[str(row.id)] <= row.attempts for row in books)
        lost = sum(row.attempts - row.entered for row in books)
        assert lost <= died * AT_ONCE
        most = max(books, key=lambda row: row.attempts)
        shown = await customer.get(f"/deliveries/{most.id}")
        assert (shown["attempts"], len(shown["tries"])) == (most.attempts, most.entered)
        assert most.attempts > 1
