import asyncio
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from backend.platform.embedded_postgres import accounts
from backend.platform.embedded_postgres.server import embedded_postgres
from tests.support.embedded import (
    cluster,
    family,
    fetch,
    is_down,
    is_ready,
    log,
    member,
    names_in,
    postmaster,
    running,
    times_started,
    until,
)


async def test_killed_postgres_is_started_again_by_one_of_many(data_dir: Path) -> None:
    async with running(data_dir, durable=True) as server, running(data_dir, durable=True) as other:
        await fetch(server.dsn, "CREATE TABLE calls AS SELECT 42 AS id")
        os.kill(postmaster(data_dir), signal.SIGKILL)
        await until(lambda: is_down(data_dir))

        restarted = await asyncio.gather(
            *(asyncio.to_thread(each.ensure_running) for each in (server, other) * 3)
        )

        assert restarted.count(True) == 1
        assert times_started(data_dir) == 2
        assert await fetch(other.dsn, "SELECT id FROM calls") == 42


async def test_a_supervised_server_comes_back_by_itself(data_dir: Path) -> None:
    def has_started(times: int) -> bool:
        return times_started(data_dir) == times and is_ready(data_dir)

    with embedded_postgres(data_dir, durable=False) as dsn:
        for times in (2, 3):
            os.kill(postmaster(data_dir), signal.SIGKILL)
            await until(partial(has_started, times))
            assert await fetch(dsn, "SELECT 1") == 1


async def test_a_killed_backend_leaves_a_working_server(data_dir: Path) -> None:
    async with running(data_dir) as server:
        connection = await asyncpg.connect(server.dsn)
        os.kill(connection.get_server_pid(), signal.SIGKILL)
        await until(lambda: "all server processes terminated" in log(data_dir))
        connection.terminate()

        await until(lambda: is_ready(data_dir))
        assert await fetch(server.dsn, "SELECT 1") == 1


async def test_the_next_start_recovers_when_everything_was_killed(data_dir: Path) -> None:
    with member(data_dir, "durable") as starter:
        dsn = await starter.join()
        await fetch(dsn, "CREATE TABLE calls AS SELECT 42 AS id")
        for pid in (starter.popen.pid, *family(data_dir)):
            os.kill(pid, signal.SIGKILL)
    await until(lambda: is_down(data_dir))

    async with running(data_dir) as server:
        assert await fetch(server.dsn, "SELECT id FROM calls") == 42
    assert "automatic recovery" in log(data_dir)


async def test_without_its_guard_it_is_stopped_by_the_last_to_leave(data_dir: Path) -> None:
    async with running(data_dir) as server:
        guard, *_ = family(data_dir)
        os.kill(guard, signal.SIGKILL)
        assert await fetch(server.dsn, "SELECT 1") == 1

    assert is_down(data_dir)


async def test_stale_pids_do_not_matter_when_another_process_has_them(data_dir: Path) -> None:
    async with running(data_dir):
        crashed = (cluster(data_dir) / "postmaster.pid").read_text()

    with _process_of_the_same_account(data_dir) as other:
        pid, _, rest = crashed.partition("\n")
        assert pid.isdigit()
        (cluster(data_dir) / "postmaster.pid").write_text(f"{other.pid}\n{rest}")
        (cluster(data_dir) / ".s.PGSQL.5432.lock").write_text(f"{other.pid}\n{rest}")

        async with running(data_dir) as server:
            assert await fetch(server.dsn, "SELECT 1") == 1
        assert other.poll() is None


@pytest.mark.parametrize(
    "moment", ["new-*", "new-*/data/PG_VERSION", "data", "data/postmaster.pid"]
)
async def test_a_first_start_that_is_killed_does_no_harm(empty_dir: Path, moment: str) -> None:
    with member(empty_dir) as starter:
        starter.go()
        await until(lambda: any((empty_dir / "postgres").glob(moment)))
        starter.kill()

    async with running(empty_dir) as server:
        assert await fetch(server.dsn, "SELECT current_database()") == "ringback"
    assert not [name for name in names_in(empty_dir / "postgres") if name.startswith("new-")]


@contextmanager
def _process_of_the_same_account(data_dir: Path) -> Iterator["subprocess.Popen[bytes]"]:
    account = accounts.choose(cluster(data_dir))
    user = account.uid if account.is_other else None
    with subprocess.Popen(["/bin/sleep", "600"], user=user) as process:
        try:
            yield process
        finally:
            process.kill()
