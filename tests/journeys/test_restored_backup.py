"""A backup is restored into a fresh cluster: nobody is rung twice, and nothing old is news."""

import asyncio
import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from backend.platform import clock
from backend.platform.embedded_postgres.accounts import Account
from backend.platform.embedded_postgres.binaries import locate
from backend.platform.embedded_postgres.server import EmbeddedPostgres, embedded_postgres
from backend.stream.entries import RESYNC
from tests.journeys.conftest import Install
from tests.support.embedded import fetch, is_down, until
from tests.support.figures import Figures, fates
from tests.support.installation import Installation
from tests.support.listening import listening
from tests.support.service import Service

EARLIER, LATER = 5, 10
# Long enough for the dump to be made before the first of them is due.
DUE_AFTER = timedelta(seconds=20)
SCHEMA = {"type": "object", "properties": {"location": {"type": "string"}}}


async def run(name: str, *arguments: str) -> None:
    programs = locate(Account(os.geteuid(), os.getegid()))
    process = await asyncio.create_subprocess_exec(str(programs / name), *arguments)
    assert await process.wait() == 0


async def scheduled(customer: Service, agent: dict[str, Any], count: int) -> list[str]:
    due = (clock.now() + DUE_AFTER).isoformat()
    calls = [await customer.call(agent, scheduled_at=due) for _ in range(count)]
    return [call["id"] for call in calls]


async def restore(running: Installation, backup: Path) -> None:
    """Stop what uses the database, and start it again on a new cluster made of the backup."""
    used_by = [*running.apis, *running.workers]
    await asyncio.gather(*(process.end() for process in used_by))
    await until(lambda: is_down(running.data_dir))
    shutil.rmtree(running.data_dir / "postgres")
    with embedded_postgres(running.data_dir) as dsn:
        await run("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={dsn}", str(backup))
    await running.restart(*used_by)


async def test_a_restored_backup_dials_nobody_twice_and_tells_nothing_old_as_new(
    install: Install, tmp_path: Path, figures: Figures
) -> None:
    backup = tmp_path / "ringback.dump"
    async with install(apis=2, workers=2) as running:
        customer = await running.customer()
        agent = await customer.published_agent(record_schema=SCHEMA)
        async with listening(customer) as listener:
            earlier = [(await customer.call(agent))["id"] for _ in range(EARLIER)]
            await listener.sees_the_end_of(*earlier)
            later = await scheduled(customer, agent, LATER)
            dsn = EmbeddedPostgres(running.data_dir).dsn
            await run("pg_dump", "--format=custom", f"--file={backup}", f"--dbname={dsn}")
            assert (
                await fetch(dsn, "select count(*) from calls where status = 'scheduled'") == LATER
            )
            await listener.sees_the_end_of(*later)
            told = len(listener.events)

            await restore(running, backup)

            await listener.sees(lambda: RESYNC in listener.names, "resync")
            newest = (await customer.call(agent))["id"]
            await listener.sees_the_end_of(newest, patience=90)
            await listener.sees_the_end_of(*later, patience=90)
            afterwards = listener.events[told:]

        placed = [*earlier, *later, newest]
        old = {event["at"] for event in listener.events[:told]}
        found = {
            **await fates(running, placed),
            "old_told_as_new": sum(event["at"] in old for event in afterwards),
        }
        figures.tell(**found, scheduled_before_and_dialled_after_the_dump=len(later), events=told)
        zero = dict.fromkeys(("lost", "doubled", "crossed", "old_told_as_new"), 0)
        assert found == {"calls": len(placed), **zero}
        assert await running.dials() == dict.fromkeys(placed, 1)
        assert [event["name"] for event in afterwards].count(RESYNC) == 1
        assert {event["call_id"] for event in afterwards if event["name"] != RESYNC} <= {
            *later,
            newest,
        }
        health = await customer.get("/webhooks/health")
        assert health["failed"] == 0
