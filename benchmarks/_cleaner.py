"""A worker's clean-up in a process of its own: one for each line it is sent, answered when done."""

import asyncio
import sys
import time

from backend.cli.startup import ready_settings
from backend.platform import db
from backend.platform.settings import GivenSettings, Settings
from backend.providers.runtime import open_runtime
from backend.retention import cleaning, queries
from backend.retention.models import Cleanup
from backend.wiring import build


async def main(settings: Settings) -> None:
    engine = db.create_engine(settings.database)
    sessions = db.create_sessions(engine, build(settings))
    async with open_runtime(settings, sessions, refuses=False) as runtime:
        while await asyncio.to_thread(sys.stdin.readline):
            began = time.perf_counter()
            async with db.transaction(sessions) as session:
                (org_id,) = await queries.list_organisations_with_policy(session)
                cleanup = Cleanup(org_id=org_id)
                session.add(cleanup)
            await cleaning.clean_organisation(runtime, cleanup)
            async with db.transaction(sessions) as session:
                done = await queries.lock_cleanup(session, cleanup.id)
            removed = done.removed.get("calls", 0)
            print(removed, time.perf_counter() - began, flush=True)
    await engine.dispose()


if __name__ == "__main__":
    with ready_settings(GivenSettings()) as ready:
        asyncio.run(main(ready))
