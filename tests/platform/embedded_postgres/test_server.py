import asyncio
import os
import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from backend.platform.embedded_postgres import accounts
from backend.platform.embedded_postgres.guard import LOG_BYTES
from tests.support.embedded import (
    cluster,
    fetch,
    is_down,
    log,
    log_path,
    running,
    times_started,
    until,
    was_shut_down,
)


async def test_data_survives_a_stop_and_a_start(data_dir: Path) -> None:
    async with running(data_dir, durable=True) as server:
        await fetch(server.dsn, "CREATE TABLE calls AS SELECT 42 AS id")
    assert is_down(data_dir)

    async with running(data_dir, durable=True) as server:
        assert await fetch(server.dsn, "SELECT id FROM calls") == 42

    assert "automatic recovery" not in log(data_dir)


async def test_it_answers_to_sqlalchemy_and_has_pgvector(data_dir: Path) -> None:
    async with running(data_dir) as server:
        engine = create_async_engine(server.dsn.replace("postgresql:", "postgresql+asyncpg:"))
        async with engine.begin() as connection:
            await connection.execute(text("CREATE EXTENSION vector"))
            assert (await connection.scalar(text("SELECT current_database()"))) == "ringback"
        await engine.dispose()


async def test_it_writes_safely_and_opens_no_port(data_dir: Path) -> None:
    wanted = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "max_connections": "200",
        "server_encoding": "UTF8",
        "TimeZone": "UTC",
    }

    async with running(data_dir, durable=True) as server:
        found = {name: await fetch(server.dsn, f"SHOW {name}") for name in wanted}

    assert found == wanted


async def test_durability_can_be_given_up_for_tests(data_dir: Path) -> None:
    async with running(data_dir, durable=False) as server:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await fetch(server.dsn, f"SHOW {setting}") == "off"


async def test_text_sorts_and_folds_alike_on_every_machine(data_dir: Path) -> None:
    locale = (
        "SELECT datlocprovider::text || datlocale FROM pg_database "
        "WHERE datname = current_database()"
    )
    async with running(data_dir) as server:
        assert await fetch(server.dsn, locale) == "bC.UTF-8"
        assert await fetch(server.dsn, "SELECT lower('ÄÉ') || ('Z' < 'a')::text") == "äétrue"


async def test_an_operator_may_change_the_number_of_connections(data_dir: Path) -> None:
    async with running(data_dir) as server:
        await fetch(server.dsn, "ALTER SYSTEM SET max_connections = 50")

    async with running(data_dir) as server:
        assert await fetch(server.dsn, "SHOW max_connections") == "50"


@pytest.mark.parametrize("name", ["a b", "ünï", "quo'te\"s", "$(id)`,;:@?%20", "long-" * 40])
async def test_any_path_will_do(tmp_path: Path, name: str) -> None:
    async with running(tmp_path / name) as server:
        assert await fetch(server.dsn, "SELECT 1") == 1
        assert server.dsn.isascii()
        assert "%" not in server.dsn
        alias = Path(server.dsn.split("host=")[1].split("&")[0])

    assert is_down(tmp_path / name)
    assert not alias.parent.exists()


async def test_a_symlink_leads_to_the_same_server(data_dir: Path) -> None:
    link = data_dir.with_name("link")
    link.symlink_to(data_dir)

    async with running(data_dir) as server, running(link) as linked:
        for dsn in (linked.dsn, server.dsn):
            assert await fetch(dsn, "SELECT 1") == 1
        assert times_started(data_dir) == 1


async def test_starting_and_stopping_twice_is_the_same_as_once(data_dir: Path) -> None:
    async with running(data_dir) as server:
        await asyncio.to_thread(server.start)
        await asyncio.to_thread(server.stop)

        assert is_down(data_dir)
        assert was_shut_down(data_dir)
        assert not server.ensure_running()


async def test_nobody_else_gets_to_the_socket(data_dir: Path) -> None:
    async with running(data_dir):
        folder = cluster(data_dir).stat()
        assert stat.S_IMODE(folder.st_mode) == 0o700
        assert folder.st_uid == accounts.choose(cluster(data_dir)).uid


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another account")
async def test_another_account_is_refused_at_the_socket(data_dir: Path) -> None:
    async with running(data_dir) as server:
        os.seteuid(65534)
        try:
            with pytest.raises(PermissionError):
                await fetch(server.dsn, "SELECT 1")
        finally:
            os.seteuid(0)


async def test_the_log_is_bounded_and_goes_on(data_dir: Path) -> None:
    path = log_path(data_dir)
    async with running(data_dir):
        with path.open("ab") as output:
            output.write(b"x" * (LOG_BYTES + 1))

        await until(lambda: path.stat().st_size == 0)

        assert path.with_name("server.log.1").stat().st_size == LOG_BYTES
    assert was_shut_down(data_dir)


async def test_the_log_shows_nothing_of_the_rows(data_dir: Path) -> None:
    async with running(data_dir) as server:
        await fetch(server.dsn, "CREATE TABLE people (phone text UNIQUE)")
        for _ in range(2):
            insert = fetch(server.dsn, "INSERT INTO people VALUES ('+14155550100') RETURNING 1")
            await asyncio.gather(insert, return_exceptions=True)
        assert await fetch(server.dsn, "SELECT count(*) FROM people") == 1

    assert "4155550100" not in log(data_dir)
