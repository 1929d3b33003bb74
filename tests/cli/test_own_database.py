"""Without DATABASE_URL: processes of one folder share a PostgreSQL, a secret and the data."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Ringback
from tests.support.commands import Command
from tests.support.embedded import is_down, times_started, until, was_shut_down
from tests.support.processes import free_port, is_ready, says
from tests.support.service import EMAIL, PASSWORD, log_in

OWN = {"SECRET_KEY": "", "ADMIN_EMAIL": EMAIL, "ADMIN_PASSWORD": PASSWORD}


@pytest.fixture
async def data_dir(tmp_path: Path, ringback: Ringback) -> AsyncIterator[Path]:
    """Give the folder that commands use by default, and see that no server stays behind."""
    yield tmp_path / ".ringback"
    for command in ringback.started:
        command.kill()
    await until(lambda: is_down(tmp_path / ".ringback"))


def url_of(port: int) -> str:
    return f"http://127.0.0.1:{port}"


async def end(*commands: Command) -> list[int]:
    for command in commands:
        command.ask_to_end()
    return [await asyncio.to_thread(code_of, command) for command in commands]


def code_of(command: Command) -> int:
    return command.code


async def test_processes_that_start_at_once_share_database_and_secret(
    ringback: Ringback, data_dir: Path
) -> None:
    assert ringback("migrate", **OWN).code == 0
    (data_dir / "secret_key").unlink()
    ports = free_port(), free_port()

    first, second = [ringback("serve", PORT=port, **OWN) for port in ports]
    worker = ringback("worker", **OWN)
    await asyncio.gather(
        is_ready(url_of(ports[0]), first),
        is_ready(url_of(ports[1]), second),
        says(worker, "worker.ready"),
    )
    for port, server in zip(ports, (first, second), strict=True):
        await says(server, f"api.ready url={url_of(port)}")

    async with (
        httpx.AsyncClient(base_url=url_of(ports[0])) as here,
        httpx.AsyncClient(base_url=url_of(ports[1])) as there,
    ):
        token = await log_in(here)
        answer = await there.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert await end(first, second, worker) == [0, 0, 0]
    # Once to migrate, and once for all three.
    assert times_started(data_dir) == 2


async def test_a_service_that_retell_cannot_reach_says_so(
    ringback: Ringback, data_dir: Path
) -> None:
    service = ringback("up", PORT=free_port(), RETELL_BASE_URL="", RETELL_API_KEY="key_1", **OWN)

    await says(service, "webhooks.unreachable reason=PUBLIC_URL is not set")
    assert await end(service) == [0]


async def test_two_that_make_everything_at_once_both_run(
    ringback: Ringback, data_dir: Path
) -> None:
    ports = free_port(), free_port()

    both = [ringback("up", PORT=port, **OWN) for port in ports]
    await asyncio.gather(
        *(is_ready(url_of(port), up) for port, up in zip(ports, both, strict=True))
    )

    assert await end(*both) == [0, 0]
    assert times_started(data_dir) == 1


async def test_data_and_secret_survive_a_restart(ringback: Ringback, data_dir: Path) -> None:
    port = free_port()
    before = ringback("up", PORT=port, **OWN)
    await is_ready(url_of(port), before)
    async with httpx.AsyncClient(base_url=url_of(port)) as client:
        client.headers["Authorization"] = f"Bearer {await log_in(client)}"
        agent = {"name": "Check-in", "prompt": "Be kind."}
        made = (await client.post("/api/v1/agents", json=agent)).json()
    assert await end(before) == [0]
    assert was_shut_down(data_dir)

    after = ringback("up", PORT=port, **OWN)
    await is_ready(url_of(port), after)

    async with httpx.AsyncClient(base_url=url_of(port), headers=client.headers) as again:
        kept = await again.get(f"/api/v1/agents/{made['id']}")
    assert kept.json() == made
    assert await end(after) == [0]


async def test_the_secret_is_for_its_owner_alone(ringback: Ringback, data_dir: Path) -> None:
    assert ringback("migrate", **OWN).code == 0

    assert (data_dir / "secret_key").stat().st_mode & 0o777 == 0o600
    assert len((data_dir / "secret_key").read_text()) >= 32


def test_a_secret_that_was_cut_off_is_not_used(ringback: Ringback, tmp_path: Path) -> None:
    (tmp_path / ".ringback").mkdir()
    (tmp_path / ".ringback" / "secret_key").write_text("half")

    command = ringback("up", **OWN)

    assert command.code == 1
    assert "secret_key does not hold a secret" in command.stderr
