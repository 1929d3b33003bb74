"""A thousand clients on one process's feed: how soon they hear, and what memory they take."""

import asyncio
import time
from pathlib import Path
from uuid import UUID

from _customer import customer_of
from _report import in_ms, percentile, report
from _stage import HERE, RINGBACK, Server, Stage, Tool, stage
from pydantic import SecretStr

from backend.calls.events import CallStarted
from backend.platform import db, events, ids
from backend.platform.db import Sessions
from backend.platform.settings import DatabaseSettings, Settings
from backend.wiring import build

CLIENTS = 1000
EVENTS_PER_SECOND = 20
WARM_UP = 40
EVENTS = 400


async def main(running: Stage, service: Server) -> None:
    crowd = running.tool(str(HERE / "_listeners.py"))
    async with customer_of(service.url) as customer:
        org_id = UUID((await customer.ask("GET", "/auth/me"))["organisation"]["id"])
        token = customer.client.headers["Authorization"].removeprefix("Bearer ")
    await join(crowd, service, token, 1)  # whatever a first client loads is no client's share
    alone = resident_bytes(service)
    await join(crowd, service, token, CLIENTS)
    crowded = resident_bytes(service)
    committed, heard = await publish_to(crowd, running, org_id)
    delays = [at - committed[n] for n, times in heard.items() for at in times if n >= WARM_UP]
    report(
        "feed",
        clients=CLIENTS,
        events_per_second=EVENTS_PER_SECOND,
        messages=len(delays),
        commit_to_client=in_ms(delays, 0.5, 0.99) | {"to_reach_p99_ms": 250},
        last_client_p50_ms=round(1000 * percentile(last_client(committed, heard), 0.5), 2),
        kib_per_client=round((crowded - alone) / CLIENTS / 1024, 1),
        kib_per_client_after=round((resident_bytes(service) - alone) / CLIENTS / 1024, 1),
        to_reach_kib=64,
    )


async def join(crowd: Tool, service: Server, token: str, count: int) -> None:
    await asyncio.to_thread(crowd.ask, do="join", port=service.port, token=token, count=count)


async def publish_to(
    crowd: Tool, running: Stage, org_id: UUID
) -> tuple[dict[int, float], dict[int, list[float]]]:
    """Publish at the rate, and return when each event was committed and when it was heard."""
    database = DatabaseSettings(url=SecretStr(running.environment["DATABASE_URL"]))
    settings = Settings(_env_file=None, database=database)
    engine = db.create_engine(database)
    count = WARM_UP + EVENTS
    listening = asyncio.create_task(asyncio.to_thread(crowd.ask, do="listen", events=count))
    committed = await publish(db.create_sessions(engine, build(settings)), org_id, count)
    heard = (await listening)["heard"]
    await engine.dispose()
    return committed, {int(number): times for number, times in heard.items()}


async def publish(sessions: Sessions, org_id: UUID, count: int) -> dict[int, float]:
    began = time.monotonic()
    committed = {}
    for number in range(count):
        await asyncio.sleep(began + number / EVENTS_PER_SECOND - time.monotonic())
        about = {"status": "in_progress", "answered_by": "human", "number": number}
        event = CallStarted(org_id=org_id, agent_id=ids.new_id(), call_id=ids.new_id(), data=about)
        async with db.transaction(sessions) as session:
            await events.publish(session, event)
            # The wait for the disk counts as well.
            committed[number] = time.monotonic()
    return committed


def last_client(committed: dict[int, float], heard: dict[int, list[float]]) -> list[float]:
    """Return for each event how long the last client waited for it."""
    return [max(times) - committed[n] for n, times in heard.items() if n >= WARM_UP]


def resident_bytes(service: Server) -> int:
    status = Path(f"/proc/{service.process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    with stage() as running:
        asyncio.run(main(running, running.serve(*RINGBACK, "serve")))
