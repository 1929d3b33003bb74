"""What is wrong with the settings is said at once, in a sentence that names the setting."""

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from backend.cli import startup
from tests.cli.conftest import Ringback
from tests.support import databases
from tests.support.commands import FAILED, USAGE, Command
from tests.support.embedded import cluster, running


def refusal(command: Command) -> str:
    """Wait for the end, and return what was said, however it was broken into lines."""
    assert command.code != 0
    said = " ".join(command.stderr.split())
    assert "Traceback" not in said
    assert said.endswith(".")
    assert command.stdout == ""
    return said


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("DATABASE_URL", "mysql://localhost/ringback", "must be a URL such as postgresql://"),
        ("DATABASE_URL", "postgresql://localhost:port/ringback", "must be a URL such as"),
        ("DATABASE_URL", "localhost", "must be a URL such as postgresql://"),
        ("DATABASE_POOL", "none", "'session' or 'transaction'"),
        ("PUBLIC_URL", "ringback.example.com", "must be a URL such as https://"),
        ("PUBLIC_URL", "ftp://ringback.example.com", "must be a URL such as https://"),
        ("RETELL_BASE_URL", "api.retellai.com", "must be a URL such as https://"),
        ("CORS_ORIGINS", "*", "must be a URL such as https://"),
        ("SECRET_KEY", "short", "must have at least 32 characters"),
        ("LOG_LEVEL", "LOUD", "'TRACE', 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("LOG_FORMAT", "xml", "'text' or 'json'"),
        ("DIAL_STARTS_PER_SECOND", "0", "greater than 0"),
        ("DIAL_STARTS_PER_SECOND", "fast", "valid number"),
        ("PORT", "70000", "less than or equal to 65535"),
        ("ADMIN_EMAIL", "nobody", "valid email address"),
        ("ADMIN_PASSWORD", "short", "must have at least 8 characters"),
        ("LLM_MODEL", "gpt-5", "must be written provider/model"),
        ("LLM_MODEL", "acme/large", "acme"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_the_reason(
    ringback: Ringback, setting: str, value: str, sentence: str
) -> None:
    command = ringback("serve", **{setting: value})

    said = refusal(command)

    assert setting in said
    assert sentence in said
    assert command.code == USAGE


def test_several_wrong_settings_are_all_named(ringback: Ringback) -> None:
    command = ringback("worker", PORT="http", LOG_LEVEL="LOUD", PUBLIC_URL="here")

    said = refusal(command)

    assert all(f"{name} " in said for name in ("PORT", "LOG_LEVEL", "PUBLIC_URL"))
    assert command.code == USAGE


def test_an_administrator_without_a_password_is_refused(ringback: Ringback) -> None:
    command = ringback("up", ADMIN_EMAIL="admin@example.com")

    assert "ADMIN_EMAIL and ADMIN_PASSWORD go together" in refusal(command)
    assert command.code == USAGE


def test_a_wrong_secret_is_not_shown(ringback: Ringback) -> None:
    said = refusal(ringback("serve", SECRET_KEY="hunter2", DATABASE_URL="x://u:hunter3@h/d"))

    assert "hunter" not in said


@pytest.mark.parametrize("command_name", ["up", "serve", "worker", "migrate"])
def test_a_database_of_ones_own_needs_a_secret_of_ones_own(
    ringback: Ringback, dsn: str, command_name: str
) -> None:
    command = ringback(command_name, DATABASE_URL=dsn, SECRET_KEY="")

    assert "SECRET_KEY is missing" in refusal(command)
    assert command.code == USAGE


@pytest.mark.parametrize("key", ["RETELL_API_KEY", "OPENAI_API_KEY"])
@pytest.mark.parametrize("command_name", ["serve", "worker"])
def test_a_missing_key_is_named_before_anything_runs(
    ringback: Ringback, dsn: str, command_name: str, key: str
) -> None:
    command = ringback(command_name, DATABASE_URL=dsn, **{key: ""})

    assert key in refusal(command)
    assert command.code == USAGE


@pytest.mark.parametrize("command_name", ["up", "serve"])
def test_a_port_in_use_is_said_before_anything_is_started(
    ringback: Ringback, tmp_path: Path, command_name: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = ringback(command_name, PORT=port)

        assert f"PORT {port} on HOST 127.0.0.1 cannot be used" in refusal(command)

    assert command.code == FAILED
    assert not (tmp_path / ".ringback").exists()


def test_a_host_that_is_not_ours_is_named(ringback: Ringback) -> None:
    command = ringback("serve", HOST="192.0.2.1", PORT=8000)

    assert "HOST 192.0.2.1" in refusal(command)
    assert command.code == FAILED


@pytest.mark.parametrize("command_name", ["up", "serve", "worker", "migrate"])
def test_a_database_that_does_not_answer_is_named(ringback: Ringback, command_name: str) -> None:
    command = ringback(
        command_name, DATABASE_URL="postgresql://ringback:hunter2@127.0.0.1:9/ringback"
    )

    said = refusal(command)

    assert "DATABASE_URL does not lead to a database that answers" in said
    assert "hunter2" not in said
    assert command.code == FAILED


def test_a_database_that_does_not_exist_is_named(ringback: Ringback, dsn: str) -> None:
    command = ringback("up", DATABASE_URL=databases.dsn_of(dsn, "nowhere"))

    said = refusal(command)

    assert "DATABASE_URL" in said
    assert '"nowhere" does not exist' in said
    assert command.code == FAILED


async def test_a_wrong_password_is_said(ringback: Ringback, tmp_path: Path) -> None:
    async with running(tmp_path / "guarded") as server:
        connection = await asyncpg.connect(server.dsn)
        await connection.execute("create role guarded login password 'a right one'")
        rules = cluster(tmp_path / "guarded") / "pg_hba.conf"
        rules.write_text(f"local all guarded scram-sha-256\n{rules.read_text()}")
        await connection.execute("select pg_reload_conf()")
        await connection.close()
        dsn = server.dsn.replace("postgres@", "guarded:a-wrong-one@")
        command = ringback("up", DATABASE_URL=dsn)

        said = refusal(command)

    assert "DATABASE_URL" in said
    assert "password authentication failed" in said
    assert "a-wrong-one" not in said
    assert command.code == FAILED


@pytest.mark.parametrize("command_name", ["serve", "worker"])
async def test_tables_that_are_not_there_are_for_migrate_to_make(
    ringback: Ringback, postgres: str, worker_id: str, command_name: str
) -> None:
    empty = await databases.create_database(postgres, f"unmigrated_{worker_id}")
    try:
        command = ringback(command_name, DATABASE_URL=empty)

        assert "Run `ringback migrate` first" in refusal(command)
        assert command.code == FAILED
    finally:
        await databases.drop_database(postgres, f"unmigrated_{worker_id}")


@pytest.mark.parametrize("command_name", ["serve", "worker", "migrate", "up"])
async def test_tables_of_a_later_release_are_left_alone(
    ringback: Ringback, dsn: str, command_name: str
) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("update alembic_version set version_num = '20990101_0000'")
    await connection.close()

    command = ringback(command_name, DATABASE_URL=dsn)

    assert "revision 20990101_0000, which this release does not know" in refusal(command)
    assert command.code == FAILED


@pytest.mark.parametrize("place", ["a-file", "a-file/below", "/proc/ringback", "/dev/null"])
def test_a_data_folder_that_cannot_be_made_is_named(
    ringback: Ringback, tmp_path: Path, place: str
) -> None:
    (tmp_path / "a-file").touch()

    command = ringback("up", DATA_DIR=place)

    said = refusal(command)
    assert f"DATA_DIR {place} cannot be written to" in said
    assert command.code == FAILED


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_data_folder_that_is_closed_to_us_is_named(ringback: Ringback, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)

    command = ringback("up", DATA_DIR="closed")

    assert "DATA_DIR closed cannot be written to" in refusal(command)
    assert command.code == FAILED


def test_processes_that_start_at_once_do_not_take_the_data_folder_for_closed(
    tmp_path: Path,
) -> None:
    with ThreadPoolExecutor(8) as starts:
        for _ in starts.map(startup.make_data_dir, [tmp_path / "data"] * 400):
            pass

    assert list((tmp_path / "data").iterdir()) == []
