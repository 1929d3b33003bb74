"""The feed over real connections: cut, moved between processes, restarted, and by the thousand."""

import asyncio
import re
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import cycle
from random import Random
from uuid import UUID

import httpx
from sqlalchemy import text

from backend.calls.events import CallQueued
from backend.platform import db, events, ids
from tests.journeys.conftest import Install
from tests.support.listening import listening, whole_log
from tests.support.service import Service
from tests.support.waiting import until

SEED = 20_261_121
CLIENTS = 10
RECONNECTS = 100  # of each client: a thousand in all
LONGEST_STAY_SECONDS = 0.04
CONNECTS = 10_000
AT_ONCE = 50
STREAMS = 40
# One caller is thousands here.
UNLIMITED = {"LIMIT_REQUESTS_PER_MINUTE": "0"}


class Log:
    """Writes events by several hands at once, some of which hold their transaction open."""

    def __init__(self, service: Service, org_id: UUID, random: Random) -> None:
        self.written = 0
        self._service = service
        self._org_id = org_id
        self._random = random

    async def write(self) -> None:
        async with db.transaction(self._service.sessions) as session:
            event = CallQueued(org_id=self._org_id, call_id=ids.new_id())
            await events.publish(session, event)
            await asyncio.sleep(self._random.uniform(0, 0.02))
        self.written += 1

    @asynccontextmanager
    async def being_written(self, *, hands: int = 4) -> AsyncIterator[None]:
        enough = asyncio.Event()

        async def write() -> None:
            while not enough.is_set():
                await self.write()

        writing = [asyncio.create_task(write()) for _ in range(hands)]
        try:
            yield
        finally:
            enough.set()
            await asyncio.gather(*writing)


async def log_of(service: Service, random: Random) -> Log:
    me = await service.get("/auth/me")
    return Log(service, UUID(me["organisation"]["id"]), random)


class Restless:
    """A client whose connection is cut at any moment: in requests, replays and messages."""

    def __init__(self, services: list[Service], random: Random) -> None:
        self.ids: list[str] = []
        self._services = cycle(services)
        self._random = random

    async def reconnect(self, times: int) -> None:
        for _ in range(times):
            with suppress(TimeoutError, httpx.HTTPError):
                async with asyncio.timeout(self._random.uniform(0, LONGEST_STAY_SECONDS)):
                    await self._follow(next(self._services))

    async def catch_up(self, last_id: str) -> None:
        async with asyncio.timeout(30):
            while last_id not in self.ids:
                await self._follow(next(self._services), last_id)

    async def _follow(self, service: Service, last_id: str | None = None) -> None:
        headers = {"Last-Event-ID": self.ids[-1] if self.ids else "0"}
        async with service.client.stream("GET", "/api/v1/events", headers=headers) as response:
            assert response.status_code == 200
            position = ""
            async for line in response.aiter_lines():
                if line.startswith("id: "):
                    position = line.removeprefix("id: ")
                elif not line and position:
                    self.ids.append(position)
                    position = ""
                    if self.ids[-1] == last_id:
                        return


async def test_a_thousand_cut_connections_to_two_processes_neither_skip_nor_repeat(
    install: Install,
) -> None:
    """In the middle of it, every connection of the feeds to the database is cut as well."""
    random = Random(SEED)
    async with install(apis=2, workers=0, **UNLIMITED) as running:
        services = [await running.customer(api) for api in range(2)]
        log = await log_of(services[0], random)
        clients = [Restless(services, random) for _ in range(CLIENTS)]
        async with listening(services[0]) as uninterrupted:
            async with log.being_written():
                await asyncio.gather(*(client.reconnect(RECONNECTS // 2) for client in clients))
                cut = await cut_off_the_feeds(services[0])
                await asyncio.gather(*(client.reconnect(RECONNECTS // 2) for client in clients))
            await uninterrupted.sees(lambda: len(uninterrupted.ids) >= log.written, "all events")
            await asyncio.gather(*(client.catch_up(uninterrupted.ids[-1]) for client in clients))

    assert cut >= 4
    assert uninterrupted.connections == 1
    assert len(set(uninterrupted.ids)) == log.written == len(uninterrupted.ids)
    for client in clients:
        assert client.ids == uninterrupted.ids


async def cut_off_the_feeds(service: Service) -> int:
    """End their connections to the database, and return how many."""
    async with db.transaction(service.sessions) as session:
        connection = await session.connection()
        ended = await connection.execute(
            text(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where application_name = 'ringback feed'"
            )
        )
        return len(ended.all())


async def test_a_restart_sends_its_streams_away_one_by_one_and_loses_nothing(
    install: Install,
) -> None:
    async with install(apis=2, workers=0, **UNLIMITED) as running:
        services = [await running.customer(api) for api in range(2)]
        log = await log_of(services[0], Random(SEED))
        async with listening(*services) as listener:
            async with log.being_written():
                await listener.sees(lambda: len(listener.ids) > 10, "some events")
                endings = [asyncio.create_task(last_retry(services[0])) for _ in range(STREAMS)]
                await streams_are_open(services[0], STREAMS + 1)

                code = await running.apis[0].end()

                retries = await asyncio.gather(*endings)
                await running.restart(running.apis[0])
            await listener.sees(lambda: len(listener.ids) >= log.written, "all events")
            everything = await whole_log(services[0], listener.ids[-1])

    assert code == 0, running.apis[0].log
    assert "Traceback" not in running.apis[0].log
    assert listener.ids == everything.ids
    assert listener.connections > 1
    assert max(retries) - min(retries) > 2000
    assert min(retries) >= 1000


async def last_retry(service: Service) -> int:
    """Follow a stream to its end, and return when it asks to come back, in milliseconds."""
    async with service.client.stream("GET", "/api/v1/events", timeout=60) as response:
        retries = [line async for line in response.aiter_lines() if line.startswith("retry: ")]
    assert len(retries) == 2
    return int(retries[-1].removeprefix("retry: "))


async def test_ten_thousand_connects_leave_nothing_behind(install: Install) -> None:
    """Clients leave in every way there is: unheard, while they are served, and without a word."""
    random = Random(SEED)
    async with install(apis=1, workers=0, **UNLIMITED) as running:
        service = await running.customer()
        log = await log_of(service, random)
        async with log.being_written(hands=1):
            await come_and_go(service, random, CONNECTS // 5)  # all that is made once is made
        before = await at_rest(service)
        async with log.being_written(hands=1):
            await come_and_go(service, random, CONNECTS)
        after = await at_rest(service)

    assert after["ringback_feed_streams_opened_total"] > CONNECTS / 2
    assert after["ringback_tasks"] <= before["ringback_tasks"]
    assert after["process_open_fds"] <= before["process_open_fds"] + 5  # of the database's pools
    assert after["connections"] <= before["connections"] + 5
    grown = after["process_resident_memory_bytes"] - before["process_resident_memory_bytes"]
    assert grown < 16 * 1024 * 1024
    assert "Traceback" not in running.apis[0].log


async def come_and_go(service: Service, random: Random, times: int) -> None:
    left = iter(range(times))

    async def one_after_the_other() -> None:
        for _ in left:
            await visit(service, random)

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


async def visit(service: Service, random: Random) -> None:
    token = service.client.headers["Authorization"]
    request = f"GET /api/v1/events HTTP/1.1\r\nHost: here\r\nAuthorization: {token}\r\n\r\n"
    address = (service.client.base_url.host, service.client.base_url.port)
    reader, writer = await asyncio.open_connection(*address)
    writer.write(request.encode())
    way = random.choice(["unheard", "begun", "served", "served"])
    if way != "unheard":
        await reader.readuntil(b"retry: ")
    if way == "served":
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.readuntil(b"data: "), random.uniform(0, 0.2))
    if random.random() < 0.5:
        # Reset the connection rather than close it.
        connection: socket.socket = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()


async def at_rest(service: Service) -> dict[str, float]:
    """Wait until no stream is open, and return what the process holds then."""
    await streams_are_open(service, 0)
    figures = await figures_of(service)
    tasks = figures["ringback_tasks"]

    async def settled() -> bool:
        nonlocal figures, tasks
        before, figures = tasks, await figures_of(service)
        tasks = figures["ringback_tasks"]
        return tasks == before

    await until(settled, "tasks to end")
    async with db.transaction(service.sessions) as session:
        count = text("select count(*) from pg_stat_activity where datname = current_database()")
        figures["connections"] = (await (await session.connection()).execute(count)).scalar_one()
    return figures


async def streams_are_open(service: Service, count: int) -> None:
    async def probe() -> bool:
        return (await figures_of(service))["ringback_feed_streams"] == count

    await until(probe, f"{count} streams to be open")


async def figures_of(service: Service) -> dict[str, float]:
    shown = (await service.client.get("/metrics")).text
    return {name: float(value) for name, value in re.findall(r"^(\w+) (\S+)$", shown, re.MULTILINE)}
