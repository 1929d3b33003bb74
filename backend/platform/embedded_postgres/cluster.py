"""The data of the embedded PostgreSQL: made whole or not at all, and checked before use."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from backend.platform.embedded_postgres import accounts, binaries
from backend.platform.embedded_postgres.accounts import Account
from backend.platform.embedded_postgres.errors import EmbeddedPostgresFailed, failed

DATABASE = "ringback"
SUPERUSER = "postgres"
ENVIRONMENT = {"LC_ALL": "C"}
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# Written into the data's postgresql.conf, where an operator may change them.
_DEFAULTS = ("max_connections=200", "random_page_cost=1.1", "timezone=UTC")
_SETTINGS = (
    "listen_addresses=",
    "port=5432",
    # Relative to the data folder, which only its owner can enter. That is what makes `trust` safe.
    "unix_socket_directories=.",
    "unix_socket_permissions=0700",
    # A container may be granted none of the huge pages it sees, and dies when it touches them.
    "huge_pages=off",
    "cluster_name=ringback",
    "log_timezone=UTC",
    "log_checkpoints=off",
    # Errors of statements go to the client. In the log they would show rows of personal data.
    "log_min_messages=log",
)


def address(data: Path) -> str:
    """Name the data folder for a program that is started in it.

    By the working directory the account reaches the data below folders that are closed to it, such
    as root's home, whatever the length and the characters of the path.
    """
    here = Path("/proc/self/cwd")
    return str(here if here.exists() else data)


def server_command(data: Path, account: Account, *, durable: bool) -> list[str]:
    postgres = binaries.locate(account) / "postgres"
    settings = _SETTINGS if durable else (*_SETTINGS, *_NOT_DURABLE)
    return [str(postgres), "-D", address(data), *(part for s in settings for part in ("-c", s))]


def prepare(folder: Path, data: Path, *, durable: bool) -> None:
    """Leave data of our version in place, with the database. Only one process at a time may."""
    account = accounts.choose(data)
    if not data.exists():
        _create(folder, data, account, durable=durable)
        return
    if account.is_other and not account.owns(data):
        accounts.hand_over(data, account)
    found = (data / "PG_VERSION").read_text().strip()
    if found != str(binaries.MAJOR):
        raise EmbeddedPostgresFailed(
            f"{data} was written by PostgreSQL {found}, and this release runs "
            f"{binaries.MAJOR}; export it with the release that wrote it, or set DATA_DIR "
            "to another folder."
        )


def _create(folder: Path, data: Path, account: Account, *, durable: bool) -> None:
    """Make the data beside its place and move it there, so that a crash leaves nothing half."""
    _remove_leftovers(folder)
    with tempfile.TemporaryDirectory(prefix="new-", dir=folder) as staging:
        new = Path(staging, "data")
        new.mkdir(mode=0o700)
        if account.is_other:
            accounts.hand_over(new, account)
        _initdb(new, account, durable=durable)
        _create_database(new, account)
        new.rename(data)
    # The initdb of a start that was killed goes on for a moment, and writes where it was removed.
    _remove_leftovers(folder)
    if durable:
        _sync(folder)


def _remove_leftovers(folder: Path) -> None:
    for leftover in folder.glob("new-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _initdb(data: Path, account: Account, *, durable: bool) -> None:
    # The collation is PostgreSQL's own, so that the same data sorts alike on every machine.
    options = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin"]
    options += ["--builtin-locale=C.UTF-8", f"--username={SUPERUSER}"]
    options += ["--auth-local=trust", "--auth-host=reject"]
    options += [f"--set={default}" for default in _DEFAULTS]
    if not durable:
        options.append("--no-sync")
    _run("initdb", ["-D", address(data), *options], data, account)


def _create_database(data: Path, account: Account) -> None:
    arguments = ["--single", "-c", "exit_on_error=on", "-D", address(data), "template1"]
    _run("postgres", arguments, data, account, f"CREATE DATABASE {DATABASE}\n")


def _run(
    program: str, arguments: list[str], data: Path, account: Account, statements: str = ""
) -> None:
    done = subprocess.run(  # noqa: S603 - our own programs
        [str(binaries.locate(account) / program), *arguments],
        cwd=data,
        env=ENVIRONMENT,
        input=statements,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
        # A terminal's Ctrl-C is for us alone.
        start_new_session=True,
        user=account.uid if account.is_other else None,
        group=account.gid if account.is_other else None,
        extra_groups=[] if account.is_other else None,
    )
    if done.returncode != 0:
        raise failed(
            f"PostgreSQL data could not be made in {data.parents[1]}",
            done.stdout,
            otherwise="set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL",
        )


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
