"""Who watches a worker is told whether it can work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr

from backend.cli import worker_health
from backend.platform.settings import Settings
from tests.support.network import network_to
from tests.support.processes import free_port
from tests.support.waiting import until


@asynccontextmanager
async def telling(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    port, stopping = free_port(), asyncio.Event()
    task = asyncio.create_task(worker_health.tell_health(settings, port, stopping))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
    finally:
        stopping.set()
        await task


async def _status_is(client: httpx.AsyncClient, status: int) -> None:
    async def probe() -> bool:
        try:
            return (await client.get("/health")).status_code == status
        except httpx.ConnectError:
            return False

    await until(probe, f"status {status}")


async def test_a_worker_tells_whether_its_database_lets_it_work(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_health, "SILENT_SECONDS", 0.5)
    monkeypatch.setattr(worker_health, "_PAUSE_SECONDS", 0.05)
    assert settings.database.url is not None
    async with network_to(settings.database.url.get_secret_value()) as network:
        database = settings.database.model_copy(update={"url": SecretStr(network.dsn)})
        async with telling(settings.model_copy(update={"database": database})) as client:
            await _status_is(client, 200)

            await network.go_down()
            await _status_is(client, 503)

            await network.come_up()
            await _status_is(client, 200)
