"""One of two hosts vanishes from the network: what is lost, doubled or stuck, and for how long."""

import asyncio
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _hosts import AWAY, HERE, IP, Hosts, answers, hosts, postgres
from _report import report

from backend.platform import migrations
from backend.platform.logging import configure_logging
from backend.platform.settings import LogSettings

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.journeys import test_vanished_host as journey
from tests.support.embedded import fetch
from tests.support.figures import fates
from tests.support.front_door import FrontDoor
from tests.support.installation import installed
from tests.support.listening import listening
from tests.support.waiting import until

CUT_SECONDS = 107


async def measure(folder: Path, dsn: str, two: Hosts) -> dict[str, Any]:
    door = FrontDoor()
    (folder / "nothing").mkdir()
    (folder / "run").mkdir()
    async with (
        door.opened(),
        installed(
            folder / "run",
            folder / "nothing",
            sandbox=("--speed", "5", "--host", "0.0.0.0"),  # noqa: S104 - for the other host
            PUBLIC_URL=door.url,
            DATABASE_URL=dsn,
        ) as running,
    ):
        provider = running.sandbox.url.replace("127.0.0.1", HERE)
        providers = {"RETELL_BASE_URL": provider, "OPENAI_BASE_URL": f"{provider}/v1"}
        await running.join(*two.away, host=AWAY, **providers)
        door.lead_to(running.urls)
        here, away = [await running.customer(api) for api in range(2)]
        agent = await here.published_agent(record_schema=journey.SCHEMA)
        async with listening(here) as listener:
            async with journey.placing(here, agent) as before:
                await listener.sees(lambda: len(before) >= journey.BEFORE, "calls", patience=90)
                await journey.vanish_in_the_middle(two, dsn)
                cut = time.monotonic()
            during = await journey.placed_by(here, agent, journey.DURING)
            await journey.seen(listener, during, cut, 600)
            feed_back = time.monotonic() - cut
            await listener.sees_the_end_of(*before, *during, patience=600)
            ended = time.monotonic() - cut
            await asyncio.sleep(max(0.0, cut + CUT_SECONDS - time.monotonic()))
            two.come_back()
            await until(lambda: journey.is_ready(away), "the host to be back", patience=120)
            after = await journey.placed_by(away, agent, journey.AFTER)
            await listener.sees_the_end_of(*after, patience=120)
        failed = "select count(*) from {} = 'failed'"
        return {
            **await fates(running, [*before, *during, *after], dsn),
            "told_twice": len(listener.repeated()),
            "failed_webhooks": await fetch(dsn, failed.format("webhooks where state")),
            "failed_jobs": await fetch(dsn, failed.format("pgqueuer where status")),
            "feed_back_seconds": round(feed_back, 1),
            "all_ended_seconds": round(ended, 1),
            "cut_seconds": CUT_SECONDS,
        }


def main() -> None:
    configure_logging(LogSettings(level="WARNING"))
    if os.geteuid() != 0 or shutil.which(IP) is None:
        report("vanished_host", skipped="needs root and ip")
        return
    with tempfile.TemporaryDirectory() as name, hosts() as two:
        folder = Path(name)
        folder.chmod(0o755)
        with postgres(folder / "postgres") as dsn:
            asyncio.run(answers(dsn))
            migrations.upgrade(dsn)
            figures = asyncio.run(measure(folder, dsn, two))
    report("vanished_host", **figures)


main()
