"""Claiming a contact among 1,000,000 that wait in 50 campaigns, beside claiming among 1,000.

Both lie in databases of one server, and are claimed from in turns. A claim is all that a worker
does for a contact: whose turn it is, the gate, the call, its event and its job, in one transaction.
Each call is over at once, so that there is room for the next.
"""

import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from _report import in_ms, percentile, report
from sqlalchemy import text

from backend.agents.models import Purpose
from backend.campaigns import claiming
from backend.campaigns.models import Campaign, CampaignStatus
from backend.campaigns.policy import Policy
from backend.platform import clock, db, migrations
from backend.platform.embedded_postgres.server import embedded_postgres
from tests.support import builders, databases
from tests.support.room import Room, open_room
from tests.support.sandbox import Sandbox
from tests.support.service import NOWHERE, test_settings

CAMPAIGNS = 50
FEW, MANY = 1_000, 1_000_000
ROUNDS = 400
WARM_UP = 20

# One in ten waits for later: for its hour, or to be called again.
_CONTACTS = """
insert into campaign_contacts (
    id, org_id, campaign_id, to_number, variables, metadata, state, due_at, last_attempt,
    attempts, callbacks, needs_person, created_at
)
select gen_random_uuid(), campaigns.org_id, campaigns.id,
    '+1' || (4155550000 + n)::text, '{"driver_name": "Mike"}', '{}', 'waiting',
    case when n % 10 = 0 then now() + interval '1 day' else now() - n * interval '1 ms' end,
    0, 0, 0, false, now()
from campaigns, generate_series(1, $1::int) as n
"""
_OVER = text(
    """
    with ended as (update calls set status = 'ended' where status = 'queued'),
    decided as (
        update campaign_contacts set state = 'done', due_at = null where state = 'running'
    )
    update campaign_attempts set ended_at = now(), outcome = 'answered' where ended_at is null
    """
)


@dataclass(frozen=True)
class Lists:
    """An organisation with campaigns that run, and so many contacts that wait."""

    room: Room
    waiting: int

    async def claim(self) -> float:
        """Claim one contact; return the seconds that it took."""
        runtime = self.room.runtime
        began = time.perf_counter()
        claimed = await claiming.claim_due(runtime, self.room.org.id)
        took = time.perf_counter() - began
        assert claimed == 1, claimed
        async with db.transaction(runtime.sessions) as session:
            await (await session.connection()).execute(_OVER)
        return took


async def _open(room: Room, waiting: int) -> Lists:
    async with db.transaction(room.runtime.sessions) as session:
        variable = {"name": "driver_name", "description": "", "required": True}
        agent = await builders.published_agent(session, room.org.id, variables=[variable])
        for number in range(CAMPAIGNS):
            campaign = Campaign(
                org_id=room.org.id,
                agent_id=agent.id,
                agent_version=1,
                purpose=Purpose.SERVICE,
                name=f"List {number}",
                status=CampaignStatus.RUNNING,
                policy=Policy().model_dump(mode="json", by_alias=True),
                priority=1 + number % 10,
                started_at=clock.now(),
            )
            session.add(campaign)
    return Lists(room, waiting)


async def _add_contacts(dsn: str, waiting: int) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_CONTACTS, waiting // CAMPAIGNS)
        await connection.execute("vacuum analyze")
    finally:
        await connection.close()


async def _measure(few: Lists, many: Lists) -> None:
    took: dict[int, list[float]] = {few.waiting: [], many.waiting: []}
    for turn in range(WARM_UP + ROUNDS):
        for lists in (few, many):
            seconds = await lists.claim()
            if turn >= WARM_UP:
                took[lists.waiting].append(seconds)
    slow, fast = took[many.waiting], took[few.waiting]
    ratio = percentile(slow, 0.95) / percentile(fast, 0.95)
    report(
        "campaigns",
        waiting=many.waiting,
        campaigns=CAMPAIGNS,
        beside=few.waiting,
        **in_ms(slow, 0.5, 0.95),
        beside_p95_ms=in_ms(fast, 0.95)["p95_ms"],
        p95_ratio=round(ratio, 2),
    )


async def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder,
        embedded_postgres(Path(folder), durable=False, temporary=True) as admin,
    ):
        async with AsyncExitStack() as stack:
            lists = []
            for name, waiting in (("few", FEW), ("many", MANY)):
                dsn = await databases.create_database(admin, name)
                await asyncio.to_thread(migrations.upgrade, dsn)
                one_at_a_time = {"starts_per_second": 1}
                settings = test_settings(dsn, Sandbox(NOWHERE), dial=one_at_a_time)
                room = await stack.enter_async_context(open_room(settings))
                lists.append(await _open(room, waiting))
                await _add_contacts(dsn, waiting)
            await _measure(*lists)


if __name__ == "__main__":
    asyncio.run(main())
