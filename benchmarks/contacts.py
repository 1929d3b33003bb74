"""A list of 100,000 contacts, previewed and added, and how long others wait meanwhile.

Its numbers are of all area codes of North America; it is for marketing, so consents, hours and the
suppression list are looked at. How long others wait is seen by something that wants the event loop
every 5 ms.
"""

import asyncio
import gc
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from _report import report
from sqlalchemy import text

from backend.agents.models import Purpose
from backend.campaigns import adding
from backend.campaigns.adding import Sent
from backend.campaigns.models import Campaign
from backend.campaigns.policy import Policy
from backend.compliance.areas import STATES_OF_CODES
from backend.platform import db, migrations
from backend.platform.embedded_postgres.server import embedded_postgres
from tests.support import builders, databases
from tests.support.room import Room, open_room
from tests.support.sandbox import Sandbox
from tests.support.service import NOWHERE, test_settings

LINES = 100_000
_EVERY_SECONDS = 0.005

# Nine in ten have agreed in writing, and one in ten asked later not to be called.
_AGREED = text(
    """
    insert into consents (id, org_id, to_number, kind, purpose, source, given_at, created_at)
    select gen_random_uuid(), :org_id, number, 'written', 'marketing', 'form',
        now() - interval '9 days', now()
    from unnest(cast(:numbers as text[])) with ordinality as given(number, n) where n % 10 > 0
    """
)
_SUPPRESSED = text(
    """
    insert into suppressions (id, org_id, to_number, scope, source, asked_at, created_at)
    select gen_random_uuid(), :org_id, number, 'all', 'api', now() - interval '1 day', now()
    from unnest(cast(:numbers as text[])) with ordinality as given(number, n) where n % 10 = 1
    """
)


class Longest:
    """How long something that is due has waited at most, in milliseconds."""

    ms = 0.0


@asynccontextmanager
async def waiting() -> AsyncIterator[Longest]:
    longest = Longest()

    async def watch() -> None:
        while True:
            due = time.perf_counter() + _EVERY_SECONDS
            await asyncio.sleep(_EVERY_SECONDS)
            longest.ms = max(longest.ms, (time.perf_counter() - due) * 1000)

    watching = asyncio.create_task(watch())
    try:
        yield longest
    finally:
        watching.cancel()


def _numbers() -> list[str]:
    codes = sorted(code for states in STATES_OF_CODES.values() for code in states)
    return [
        f"+1{codes[index % len(codes)]}{5550000 + index // len(codes)}" for index in range(LINES)
    ]


def _list() -> bytes:
    lines = [f"{number},Mike,Depot {index % 50}" for index, number in enumerate(_numbers())]
    return "\n".join(["to_number,driver_name,depot", *lines]).encode()


async def _campaign(room: Room) -> Campaign:
    variable = {"name": "driver_name", "description": "", "required": True}
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(
            session, room.org.id, variables=[variable], purpose=Purpose.MARKETING
        )
        campaign = Campaign(
            org_id=room.org.id,
            agent_id=agent.id,
            purpose=Purpose.MARKETING,
            name="List",
            policy=Policy().model_dump(mode="json", by_alias=True),
        )
        session.add(campaign)
        connection = await session.connection()
        for statement in (_AGREED, _SUPPRESSED):
            await connection.execute(statement, {"org_id": room.org.id, "numbers": _numbers()})
    return campaign


async def _measure(room: Room) -> None:
    campaign, content = await _campaign(room), _list()
    sent = Sent(content, "csv", {"depot": "metadata.depot"})
    for step, dry_run in (("preview", True), ("preview again", True), ("add", False)):
        began = time.perf_counter()
        async with waiting() as longest:
            told = await adding.add_contacts(
                room.runtime.sessions,
                room.org.id,
                campaign.id,
                sent,
                settings=room.runtime.settings,
                dry_run=dry_run,
            )
        assert told.added == LINES, told
        report(
            "contacts",
            step=step,
            lines=LINES,
            seconds=round(time.perf_counter() - began, 1),
            longest_wait_ms=round(longest.ms),
            refused=sum(told.refused.values()),
        )


async def main() -> None:
    with (
        tempfile.TemporaryDirectory(prefix="ringback-bench-") as folder,
        embedded_postgres(Path(folder), durable=False, temporary=True) as admin,
    ):
        dsn = await databases.create_database(admin, "contacts")
        await asyncio.to_thread(migrations.upgrade, dsn)
        async with open_room(test_settings(dsn, Sandbox(NOWHERE))) as room:
            # As the service does when it has started.
            gc.collect()
            gc.freeze()
            await _measure(room)


if __name__ == "__main__":
    asyncio.run(main())
