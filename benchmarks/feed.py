"""The live feed: how soon a thousand clients hear, how many it can have, and what both cost.

Three figures, in one run: a thousand clients at twenty events a second; the most clients whose
events still come within a second; and as many events as commit, beside asyncio alone that writes
the same bytes to as many clients.
"""

import asyncio
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from _customer import customer_of
from _report import in_ms, percentile, report
from _stage import HERE, RINGBACK, Server, Stage, Tool, stage
from pydantic import SecretStr

from backend.calls.events import CallStarted
from backend.platform import clock, db, events, ids
from backend.platform.db import Sessions
from backend.platform.settings import DatabaseSettings, GivenSettings
from backend.stream.entries import Position, logged
from backend.wiring import build

CLIENTS = 1000
EVENTS_PER_SECOND = 20
WARM_UP = 40
EVENTS = 200
BURST = 400
# Numbers of clients to try, until their events come too late.
STEPS = (4000, 8000, 10_000, 12_000, 14_000, 16_000)
STEP_EVENTS = 60
LATEST_SECONDS = 1.0


@dataclass(frozen=True)
class Heard:
    """What a crowd heard of some events: a delay for each client and event, in seconds."""

    delays: Sequence[float]
    last_client: Sequence[float]
    seconds: float

    @classmethod
    def of(cls, sent: Mapping[int, float], heard: Mapping[int, list[float]], first: int) -> "Heard":
        counted = {number: times for number, times in heard.items() if number >= first}
        return cls(
            [at - sent[number] for number, times in counted.items() for at in times],
            [max(times) - sent[number] for number, times in counted.items()],
            max(map(max, counted.values())) - sent[first],
        )


@dataclass(frozen=True)
class Crowd:
    """Clients of one server, in a process of their own."""

    tool: Tool
    port: int
    token: str

    async def join(self, count: int) -> None:
        await asyncio.to_thread(
            self.tool.ask, do="join", port=self.port, token=self.token, count=count
        )

    async def hears(self, count: int) -> dict[int, list[float]]:
        heard = (await asyncio.to_thread(self.tool.ask, do="listen", events=count))["heard"]
        return {int(number): times for number, times in heard.items()}

    async def leave(self) -> None:
        await asyncio.to_thread(self.tool.ask, do="leave")


@dataclass(frozen=True)
class Log:
    """Where events are published, one transaction each."""

    sessions: Sessions
    org_id: UUID

    async def publish(self, count: int, rate: float | None) -> dict[int, float]:
        """Return when each was committed."""
        began = time.monotonic()
        committed = {}
        for number in range(count):
            wait = began + number / rate - time.monotonic() if rate else 0
            await asyncio.sleep(max(0, wait))
            async with db.transaction(self.sessions) as session:
                await events.publish(session, self.event(number))
                # The wait for the disk counts as well.
                committed[number] = time.monotonic()
        return committed

    def event(self, number: int) -> CallStarted:
        data = {"status": "in_progress", "answered_by": "human", "number": number}
        return CallStarted(
            org_id=self.org_id, agent_id=ids.new_id(), call_id=ids.new_id(), data=data
        )


async def main(running: Stage, service: Server) -> None:
    crowd, log = await open_feed(running, service)
    await crowd.join(1)  # whatever a first client loads is no client's share
    alone = resident_bytes(service)
    await crowd.join(CLIENTS)
    crowded = resident_bytes(service)
    paced, cpu = await measure(crowd, log, service, EVENTS, EVENTS_PER_SECOND)
    after = resident_bytes(service)
    burst, burst_cpu = await measure(crowd, log, service, BURST, None)
    plain = await Plain.open(running, CLIENTS + 1)
    message = as_message(log.event(0))
    yardstick, yardstick_cpu = await plain.measure(message, EVENTS, EVENTS_PER_SECOND)
    plain_burst, plain_burst_cpu = await plain.measure(message, BURST, None)
    await plain.crowd.leave()
    report(
        "feed",
        clients=CLIENTS,
        events_per_second=EVENTS_PER_SECOND,
        messages=len(paced.delays),
        commit_to_client=in_ms(paced.delays, 0.5, 0.99) | {"to_reach_p99_ms": 250},
        last_client_p50_ms=round(1000 * percentile(paced.last_client, 0.5), 2),
        kib_per_client=round((crowded - alone) / CLIENTS / 1024, 1),
        kib_per_client_after=round((after - alone) / CLIENTS / 1024, 1),
        to_reach_kib=64,
        cpu_us_per_delivery=round(cpu, 1),
        plain_commit_to_client=in_ms(yardstick.delays, 0.5, 0.99),
        plain_cpu_us_per_delivery=round(yardstick_cpu, 1),
    )
    fast, plain_fast = (len(each.delays) / each.seconds for each in (burst, plain_burst))
    report(
        "feed_deliveries",
        clients=CLIENTS,
        events=BURST,
        deliveries_per_second=round(fast),
        plain_deliveries_per_second=round(plain_fast),
        ratio=round(fast / plain_fast, 2),
        cpu_us_per_delivery=round(burst_cpu, 1),
        plain_cpu_us_per_delivery=round(plain_burst_cpu, 1),
    )
    await find_the_most(crowd, log, service, CLIENTS + 1)


async def open_feed(running: Stage, service: Server) -> tuple[Crowd, Log]:
    async with customer_of(service.url) as customer:
        org_id = UUID((await customer.ask("GET", "/auth/me"))["organisation"]["id"])
        token = customer.client.headers["Authorization"].removeprefix("Bearer ")
    database = DatabaseSettings(url=SecretStr(running.environment["DATABASE_URL"]))
    settings = GivenSettings(_env_file=None)
    sessions = db.create_sessions(db.create_engine(database), build(settings))
    listeners = running.tool(str(HERE / "_listeners.py"))
    return Crowd(listeners, service.port, token), Log(sessions, org_id)


async def measure(
    crowd: Crowd, log: Log, service: Server, count: int, rate: float | None
) -> tuple[Heard, float]:
    """Publish, and return what was heard, and the processor's microseconds for each delivery."""
    warm_up = WARM_UP if rate else 0
    before = cpu_seconds(service.process.pid)
    listening = asyncio.create_task(crowd.hears(warm_up + count))
    committed = await log.publish(warm_up + count, rate)
    heard = await listening
    used = cpu_seconds(service.process.pid) - before
    return Heard.of(committed, heard, warm_up), 1e6 * used / sum(map(len, heard.values()))


@dataclass(frozen=True)
class Plain:
    """The yardstick, with a crowd as large."""

    server: Tool
    crowd: Crowd

    @classmethod
    async def open(cls, running: Stage, clients: int) -> "Plain":
        server = running.tool(str(HERE / "_plain_writes.py"))
        port = server.hear()["port"]
        crowd = Crowd(running.tool(str(HERE / "_listeners.py")), port, "none")
        await crowd.join(clients)
        return cls(server, crowd)

    async def measure(self, message: str, count: int, rate: float | None) -> tuple[Heard, float]:
        pid = self.server.process.pid
        before = cpu_seconds(pid)
        listening = asyncio.create_task(self.crowd.hears(count))
        answer = await asyncio.to_thread(self.server.ask, message=message, count=count, rate=rate)
        heard = await listening
        sent = {int(number): at for number, at in answer["sent"].items()}
        used = cpu_seconds(pid) - before
        return Heard.of(sent, heard, 0), 1e6 * used / sum(map(len, heard.values()))


def as_message(event: CallStarted) -> str:
    """Write an event as the feed would; its number is filled in by the yardstick."""
    position = Position(1_000_000, 1_000_000)
    data = event.data | {"number": "NUMBER"}
    whole = logged(position, event.name, clock.now(), (event.call_id, event.agent_id), data)
    return whole.decode().replace('"NUMBER"', "NUMBER")


async def find_the_most(crowd: Crowd, log: Log, service: Server, joined: int) -> None:
    """Let ever more clients join, until their events come too late."""
    most, at_most, tried = joined, {}, joined
    for tried in STEPS:
        began = time.monotonic()
        await crowd.join(tried - joined)
        rate = (tried - joined) / (time.monotonic() - began)
        joined = tried
        heard, _ = await measure(crowd, log, service, STEP_EVENTS, EVENTS_PER_SECOND)
        late = percentile(heard.delays, 0.99)
        if late >= LATEST_SECONDS:
            break
        most = tried
        at_most = in_ms(heard.delays, 0.5, 0.99) | {"connects_per_second": round(rate)}
    report(
        "feed_most_clients",
        events_per_second=EVENTS_PER_SECOND,
        clients=most,
        **at_most,
        tried=tried,
        p99_of_last_tried_ms=round(1000 * late),
        resident_mib=round(resident_bytes(service) / 1024**2),
    )


def resident_bytes(service: Server) -> int:
    status = Path(f"/proc/{service.process.pid}/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def cpu_seconds(pid: int) -> float:
    """Return the time that a process has had a processor, in its own code and in the kernel."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    with stage() as running:
        asyncio.run(main(running, running.serve(*RINGBACK, "serve")))
