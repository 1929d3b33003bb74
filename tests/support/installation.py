"""An installation as it is operated: sandbox, APIs, workers and PostgreSQL, each a process."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import httpx

from backend.platform import db
from backend.platform.embedded_postgres.server import EmbeddedPostgres
from backend.wiring import build
from tests.support.embedded import family, is_down, until
from tests.support.processes import (
    Process,
    Processes,
    free_port,
    is_ready,
    processes_in,
    says,
)
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.service import EMAIL, PASSWORD, SECRET, Service, log_in, test_settings

# Times that let repair happen within a test; everything else is as operators get it.
SETTINGS = {
    "RETELL_API_KEY": API_KEY,
    "RETELL_FROM_NUMBER": "+14155550199",
    "OPENAI_API_KEY": "sandbox",
    "LLM_MODEL": "openai/sandbox-stand-in",
    "ADMIN_EMAIL": EMAIL,
    "ADMIN_PASSWORD": PASSWORD,
    "SECRET_KEY": SECRET,
    "DIAL_STARTS_PER_SECOND": "1000",
    "DIAL_TICK_SECONDS": "0.2",
    "DIAL_LIMIT_SECONDS": "1",
    "LIMIT_LOGINS_PER_MINUTE": "0",
    "DEADLINE_CHECK_SECONDS": "0.2",
    "DEADLINE_DIALING_SECONDS": "3",
    "DEADLINE_IN_PROGRESS_SECONDS": "3",
    "DEADLINE_ANALYSIS_SECONDS": "2",
    "SWEEP_INTERVAL_SECONDS": "2",
}


class Installation:
    """Processes that share a folder. Those that were killed are started again by `restart`."""

    def __init__(
        self, processes: Processes, *, apis: int, workers: int, options: tuple[str, ...]
    ) -> None:
        self.data_dir = processes.folder / "data"
        self.sandbox = Sandbox(f"http://127.0.0.1:{free_port()}")
        self.urls = [f"http://127.0.0.1:{free_port()}" for _ in range(apis)]
        self._processes = processes
        self._options = options
        self._worker_count = workers
        self._clients: list[httpx.AsyncClient] = []

    async def start(self, settings: dict[str, str]) -> None:
        """Start every process, and return when all are ready."""
        shared = SETTINGS | {
            "DATA_DIR": str(self.data_dir),
            "PUBLIC_URL": self.urls[0],
            "RETELL_BASE_URL": self.sandbox.url,
            "OPENAI_BASE_URL": f"{self.sandbox.url}/v1",
            "DEEPGRAM_BASE_URL": f"{self.sandbox.url}/deepgram",
        }
        shared |= settings
        self._shared = shared
        start = self._processes.start
        self.provider = start(
            "sandbox", "python", "-m", "backend.sandbox", *self._sandbox_options()
        )
        self.apis = [
            start(f"api-{number}", "ringback", "serve", **shared, PORT=url.rpartition(":")[2])
            for number, url in enumerate(self.urls, start=1)
        ]
        self.workers = [
            start(f"worker-{number}", "ringback", "worker", **shared)
            for number in range(1, self._worker_count + 1)
        ]
        await self.ready(*self.all)

    async def join(self, **settings: str) -> None:
        """Start one more API and worker, as on another host, with settings of their own."""
        number, port = len(self.urls) + 1, str(free_port())
        shared = self._shared | settings
        start = self._processes.start
        self.urls.append(f"http://127.0.0.1:{port}")
        self.apis.append(start(f"api-{number}", "ringback", "serve", **shared, PORT=port))
        self.workers.append(start(f"worker-{number}", "ringback", "worker", **shared))
        await self.ready(self.apis[-1], self.workers[-1])

    def _sandbox_options(self) -> list[str]:
        port = self.sandbox.url.rpartition(":")[2]
        options = ["--port", port, "--api-key", API_KEY, "--no-limits", "--log-level", "warning"]
        return [*options, "--state-file", "sandbox.json", *self._options]

    @property
    def all(self) -> list[Process]:
        return [self.provider, *self.apis, *self.workers]

    async def ready(self, *processes: Process) -> None:
        await asyncio.gather(*map(self._is_ready, processes))

    async def _is_ready(self, process: Process) -> None:
        if process in self.apis:
            await is_ready(self.urls[self.apis.index(process)], process)
        else:
            await says(process, "worker.ready" if process in self.workers else '"url"')

    async def restart(self, *processes: Process) -> None:
        """Start processes that have ended, and return when they are ready."""
        for process in processes:
            process.restart()
        await self.ready(*processes)

    async def customer(self, api: int = 0) -> Service:
        """Log in as an administrator, at one of the APIs."""
        client = httpx.AsyncClient(base_url=self.urls[api], timeout=60)
        self._clients.append(client)
        client.headers["Authorization"] = f"Bearer {await log_in(client)}"
        settings = test_settings(EmbeddedPostgres(self.data_dir).dsn, self.sandbox)
        return Service(
            settings,
            db.create_sessions(db.create_engine(settings.database), build(settings)),
            client,
        )

    def kill_postgres(self) -> None:
        """Kill PostgreSQL with its parent and children; whoever uses it starts it again."""
        for pid in family(self.data_dir):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def dials(self) -> dict[str, int]:
        """Count how often Retell dialled for each of our calls."""
        dialled = [call["metadata"]["ringback_call_id"] for call in await self.sandbox.calls()]
        return {call_id: dialled.count(call_id) for call_id in dialled}

    async def close(self) -> None:
        for client in self._clients:
            await client.aclose()


@asynccontextmanager
async def installed(
    folder: Path,
    migrated: Path,
    *,
    apis: int = 1,
    workers: int = 1,
    sandbox: tuple[str, ...] = ("--speed", "20"),
    **settings: str,
) -> AsyncIterator[Installation]:
    """Run an installation on a copy of migrated data. In the end nothing of it is left running."""
    # Not by Python: the files keep their owner, who is not ourselves when we are root.
    copy = ["/bin/cp", "-a", str(migrated), str(folder / "data")]
    copying = await asyncio.create_subprocess_exec(*copy)
    assert await copying.wait() == 0
    try:
        with processes_in(folder) as processes:
            installation = Installation(processes, apis=apis, workers=workers, options=sandbox)
            await installation.start(settings)
            yield installation
            await installation.close()
    finally:
        await until(lambda: is_down(folder / "data"))
        shutil.rmtree(folder / "data")
