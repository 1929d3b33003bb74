"""A worker with jobs of the test's own, and a look at its queue."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import text

from backend.platform import db, events, ids
from backend.platform.attempts import JobPolicy
from backend.platform.db import Sessions
from backend.platform.events import Event, Wiring
from backend.platform.jobs import run_worker
from tests.support.waiting import until

QUICK = JobPolicy(attempts=3, first_delay_seconds=0.01, lease_seconds=1, poll_seconds=0.05)
ORG = ids.new_id()


class Knocked(Event):
    """What the jobs of these tests run after."""

    name: ClassVar[str] = "door.knocked"


class Ledger:
    """What jobs write into; `failures` are raised one after the other, then jobs go well."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.ran: list[Event] = []
        self.given_up: list[str] = []

    def fail_if_due(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


async def answer(ledger: Ledger, event: Event) -> None:
    ledger.ran.append(event)
    ledger.fail_if_due()


async def leave_a_note(ledger: Ledger, event: Event, reason: str) -> None:
    ledger.given_up.append(reason)


@dataclass
class Queue:
    """A database with a queue. `wiring` is the test's own, so what runs is up to the test."""

    dsn: str
    sessions: Sessions
    wiring: Wiring[Any] = field(default_factory=Wiring[Any])

    async def publish(self, *published: Event) -> None:
        async with db.transaction(self.sessions) as session:
            await events.publish(session, *published)

    async def knock(self, times: int = 1) -> None:
        await self.publish(*(Knocked(org_id=ORG, data={"n": n}) for n in range(times)))

    @asynccontextmanager
    async def worker(self, runtime: Any, policy: JobPolicy = QUICK) -> AsyncIterator[None]:
        stopping, ready = asyncio.Event(), asyncio.Event()
        working = asyncio.create_task(
            run_worker(self.dsn, self.wiring, runtime, stopping, on_ready=ready.set, policy=policy)
        )
        try:
            await asyncio.wait_for(ready.wait(), 10)
            yield
        finally:
            stopping.set()
            await working

    async def fetch(self, query: str, **values: Any) -> Sequence[Any]:
        async with db.transaction(self.sessions) as session:
            return (await (await session.connection()).execute(text(query), values)).all()

    async def statuses(self) -> Counter[str]:
        rows = await self.fetch("select status::text from pgqueuer")
        return Counter(status for (status,) in rows)

    async def until_empty(self) -> None:
        async def probe() -> bool:
            return not await self.statuses()

        await until(probe, "the queue to be empty")

    async def until_parked(self) -> None:
        async def probe() -> bool:
            return set(await self.statuses()) == {"failed"}

        await until(probe, "all jobs in the queue to be parked")
