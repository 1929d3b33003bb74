"""Running the API, the worker, or both in one process, until a signal comes."""

import asyncio
import gc
import resource
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from functools import partial

import uvicorn
from loguru import logger

from backend.auth.organisations import OrganisationSettings
from backend.cli.connection import Connection, end_overdue
from backend.cli.startup import ensure_accounts
from backend.cli.worker_health import tell_health
from backend.main import create_app
from backend.platform import db, epochs
from backend.platform.jobs import run_worker
from backend.platform.scratch import remove_abandoned
from backend.platform.services import services_of
from backend.platform.settings import Settings
from backend.platform.supervision import keep_running
from backend.providers.runtime import open_runtime
from backend.stream.feed import Feed
from backend.wiring import build

GRACE_SECONDS = 10
# Longer than proxies keep theirs, or one that they use again is closed under the request.
_KEEP_ALIVE_SECONDS = 75
# uvicorn ticks ten times a second.
_TICKS_A_LOOK = 5
# Files a process needs for other things than the connections of its API.
_OTHER_FILES = 200


class Server(uvicorn.Server):
    """uvicorn without its own signal handlers: streams must end before it can."""

    def __init__(self, config: uvicorn.Config, settings: Settings, ready: asyncio.Event) -> None:
        super().__init__(config)
        self._settings = settings
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            logger.info("api.ready", url=self._settings.own_url)
            if not self._settings.can_be_reached:
                logger.warning("webhooks.unreachable", reason="PUBLIC_URL is not set")
            self._ready.set()

    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS_A_LOOK == 0:
            end_overdue(self.server_state.connections, asyncio.get_running_loop().time())
        return await super().on_tick(counter)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def stop_on_signals() -> AsyncIterator[asyncio.Event]:
    """Give an event that SIGTERM or Ctrl-C sets. The second signal ends the process at once."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        logger.info("service.stopping", signal=number.name)
        stopping.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    try:
        yield stopping
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def serve(settings: Settings, stopping: asyncio.Event, ready: asyncio.Event) -> None:
    """Serve the API until told to stop."""
    app = create_app(settings)
    server = Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http=Connection,
            ws="none",
            limit_concurrency=_most_connections(settings),
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=list(settings.trusted_proxies),
        ),
        settings,
        ready,
    )
    serving = asyncio.create_task(server.serve())
    stop = asyncio.create_task(stopping.wait())
    await asyncio.wait({serving, stop}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    feed = services_of(app).find(Feed)
    if feed is not None:
        feed.close()
    server.should_exit = True
    await serving


async def work(settings: Settings, stopping: asyncio.Event, ready: asyncio.Event) -> None:
    """Run jobs until told to stop."""
    wiring = build(settings)
    engine = db.create_engine(settings.database)
    sessions = db.create_sessions(engine, wiring)

    loading: list[asyncio.Task[None]] = []
    await asyncio.to_thread(remove_abandoned)
    try:
        own_settings = OrganisationSettings(settings, sessions)
        async with open_runtime(settings, sessions, own_settings) as runtime:

            def on_ready() -> None:
                logger.info("worker.ready")
                ready.set()
                loading.append(asyncio.create_task(runtime.llm.prepare()))
                loading.append(asyncio.create_task(runtime.retell.prepare()))

            parts = [
                asyncio.create_task(keep_running(partial(part, runtime), stopping))
                for part in wiring.parts
            ]
            await run_worker(
                settings.database.direct_dsn, wiring, runtime, stopping, on_ready=on_ready
            )
            await asyncio.gather(*loading, *parts)
    finally:
        await engine.dispose()


async def run(
    settings: Settings, *, api: bool, worker: bool, health_port: int | None = None
) -> None:
    """Run what is asked for. When one part ends by itself, the others end as well."""
    _allow_many_connections()
    async with stop_on_signals() as stopping:
        await prepare(settings)
        # What the imports have made stays; each full collection would take a tenth of a second.
        gc.collect()
        gc.freeze()
        parts = []
        if api:
            parts.append(asyncio.create_task(serve(settings, stopping, asyncio.Event())))
        if worker:
            parts.append(asyncio.create_task(work(settings, stopping, asyncio.Event())))
        if health_port is not None:
            parts.append(asyncio.create_task(tell_health(settings, health_port, stopping)))
        done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        stopping.set()
        await asyncio.gather(*parts)
        for part in done:
            part.result()


def _most_connections(settings: Settings) -> int | None:
    """How many connections the API may have open: what is set, and what the system has room for."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    possible = max(most - _OTHER_FILES, 1) if most != resource.RLIM_INFINITY else None
    wanted = [limit for limit in (settings.limit.connections, possible) if limit]
    return min(wanted, default=None)


def _allow_many_connections() -> None:
    """Raise the limit of open files to what the system allows; each stream is one.

    The usual limit of 1,024 is that low for programs that could not deal with more.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


async def prepare(settings: Settings) -> None:
    """Find out what is special about this start: a restored database, or nobody to log in."""
    engine = db.create_engine(settings.database)
    sessions = db.create_sessions(engine, build(settings))
    try:
        async with db.driver_connection(sessions) as connection:
            await epochs.ensure_epoch(connection)
        await ensure_accounts(sessions, settings)
    finally:
        await engine.dispose()
