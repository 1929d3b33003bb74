"""Looking at an embedded PostgreSQL from outside, and other processes that use it."""

import asyncio
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg

from backend.platform.embedded_postgres.guard import lock_now
from backend.platform.embedded_postgres.server import EmbeddedPostgres
from tests.support.environment import interruptible

REPOSITORY = Path(__file__).parents[2]

# Waits for a line, joins, says where, waits for another line, leaves.
MEMBER = """
import sys
from pathlib import Path
from backend.platform.embedded_postgres.server import embedded_postgres

sys.stdin.readline()
options = {option: True for option in sys.argv[2:]}
with embedded_postgres(Path(sys.argv[1]), **{"durable": False} | options) as dsn:
    print(dsn, flush=True)
    sys.stdin.readline()
"""


class Process:
    """A Python process that is spoken to by lines."""

    def __init__(self, popen: "subprocess.Popen[str]") -> None:
        self.popen = popen

    def go(self) -> None:
        assert self.popen.stdin is not None
        self.popen.stdin.write("\n")
        self.popen.stdin.flush()

    async def answer(self) -> str:
        assert self.popen.stdout is not None
        return (await asyncio.to_thread(self.popen.stdout.readline)).strip()

    async def join(self) -> str:
        self.go()
        return await self.answer()

    def kill(self) -> None:
        self.popen.kill()
        self.popen.wait()


@contextmanager
def python(
    script: str, *arguments: object, interpreter: str = sys.executable, **options: Any
) -> Iterator[Process]:
    """Run a script until the block ends."""
    process: dict[str, Any] = {"start_new_session": True, "cwd": REPOSITORY}
    with interruptible():
        started = subprocess.Popen(
            [interpreter, "-c", script, *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            **process | options,
        )
    with started as popen:
        try:
            yield Process(popen)
        finally:
            popen.kill()


@contextmanager
def member(data_dir: Path, *options: str) -> Iterator[Process]:
    """Run another process that uses the server in `data_dir` once it is told to go."""
    with python(MEMBER, data_dir, *options) as process:
        yield process


@asynccontextmanager
async def running(data_dir: Path, **options: bool) -> AsyncIterator[EmbeddedPostgres]:
    """Use the server in `data_dir` from this process; fast rather than safe, unless told."""
    server = EmbeddedPostgres(data_dir, **{"durable": False} | options)
    await asyncio.to_thread(server.start)
    try:
        yield server
    finally:
        await asyncio.to_thread(server.stop)


async def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.01)


def is_down(data_dir: Path) -> bool:
    """Tell whether no process of the server is left."""
    return is_free(data_dir / "postgres" / "server.lock")


def is_free(lock: Path) -> bool:
    """Tell whether no process holds the lock."""
    try:
        descriptor = os.open(lock, os.O_RDWR)
    except (FileNotFoundError, NotADirectoryError):
        return True
    try:
        return lock_now(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def cluster(data_dir: Path) -> Path:
    return data_dir / "postgres" / "data"


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def log_path(data_dir: Path) -> Path:
    return data_dir / "postgres" / "server.log"


def log(data_dir: Path) -> str:
    return log_path(data_dir).read_text()


def times_started(data_dir: Path) -> int:
    return log(data_dir).count("starting PostgreSQL")


def is_ready(data_dir: Path) -> bool:
    return log(data_dir).endswith("ready to accept connections\n")


def was_shut_down(data_dir: Path) -> bool:
    return log(data_dir).endswith("database system is shut down\n")


def postmaster(data_dir: Path) -> int:
    return int((cluster(data_dir) / "postmaster.pid").read_text().split()[0])


def is_running(pid: int) -> bool:
    """Tell whether the process exists and has not ended: a zombie has no command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except (FileNotFoundError, ProcessLookupError):
        return False


def owner_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def family(data_dir: Path) -> list[int]:
    """Find the guard, the postmaster and its children."""
    parents = dict(_processes())
    head = postmaster(data_dir)
    return [parents[head], head, *(pid for pid, parent in parents.items() if parent == head)]


def _processes() -> Iterator[tuple[int, int]]:
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            yield int(status.parent.name), int(status.read_text().rpartition(")")[2].split()[1])


def opened(path: Path) -> int:
    """Count how often this process has the file open."""
    links = (str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.is_symlink())
    return sum(link == str(path) for link in links)


async def fetch(dsn: str, query: str, *values: object) -> Any:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(query, *values)
    finally:
        await connection.close()
