"""A PostgreSQL of this machine's own, for who has none: started on demand, shared, kept running.

Three file locks in its folder say all there is to know, and the kernel drops a dead process's:
`turn` is held around each start and stop, `members` is shared by all who use the server, `server`
is held by PostgreSQL's own processes for as long as one of them lives.
"""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path

from loguru import logger

from backend.platform.embedded_postgres import accounts, cluster, guard
from backend.platform.embedded_postgres.errors import EmbeddedPostgresFailed, explained, failed
from backend.platform.embedded_postgres.guard import lock_now

START_SECONDS = 120.0
LAUNCHES = 3
POLL_SECONDS = 0.01
ORPHAN_SECONDS = 2.0  # for processes that have lost their postmaster: they leave by themselves
SUPERVISION_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 5.0
_SOCKET = ".s.PGSQL.5432"
# The shortest limit of a socket's path is that of macOS, and its last byte is a zero.
_SOCKET_PATH_BYTES = 103


class EmbeddedPostgres:
    """The PostgreSQL in `data_dir / "postgres"`, shared by all processes that start it.

    The first to start runs it, others join, the last to stop shuts it down. A member that is killed
    has left. Everything blocks: async code calls it by `asyncio.to_thread`.

    Without `durable`, a crash of the machine may destroy the data, and writing is fast: for tests.
    Who starts the server decides. When `temporary`, the last to leave removes the data.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, temporary: bool = False) -> None:
        self._folder = (data_dir / "postgres").resolve()
        self._data = self._folder / "data"
        self._durable = durable
        self._temporary = temporary
        self._membership: int | None = None
        self._alias: Path | None = None

    @property
    def dsn(self) -> str:
        """Where to connect while started. Stays the same when PostgreSQL is restarted."""
        return (
            f"postgresql://{cluster.SUPERUSER}@/{cluster.DATABASE}"
            f"?host={self._alias or self._data}&port=5432"
        )

    def start(self) -> None:
        """Become a member; make the data and start PostgreSQL where that has not happened yet."""
        if self._membership is not None:
            return
        with explained(self._folder), self._turn(is_first=True), ExitStack() as undo:
            membership = self._open_lock(guard.MEMBERS)
            undo.callback(os.close, membership)
            fcntl.flock(membership, fcntl.LOCK_SH)
            self._alias = _alias_when_needed(self._data)
            undo.callback(self._remove_alias)
            cluster.prepare(self._folder, self._data, durable=self._durable)
            self._bring_up()
            self._membership = membership
            undo.pop_all()

    def stop(self) -> None:
        """Leave. When the last member leaves, return once PostgreSQL has shut down."""
        membership, self._membership = self._membership, None
        if membership is None:
            return
        try:
            # Without the folder there is nothing to look up: the guard sees to its server.
            with explained(self._folder), suppress(FileNotFoundError), self._turn():
                if self._is_current(membership) and lock_now(membership):
                    self._shut_down()
                    if self._temporary:
                        shutil.rmtree(self._folder)
        finally:
            _release(membership)
            self._remove_alias()

    def ensure_running(self) -> bool:
        """Start PostgreSQL again when it has died; tell whether it had. Many may ask at once."""
        with explained(self._folder):
            if not self._is_down():
                return False
            with self._turn():
                return self._membership is not None and self._bring_up()

    @contextmanager
    def _turn(self, *, is_first: bool = False) -> Iterator[None]:
        turn = self._take_first_turn() if is_first else self._take_turn()
        try:
            yield
        finally:
            _release(turn)

    def _take_turn(self) -> int:
        turn = self._open_lock(guard.TURN)
        fcntl.flock(turn, fcntl.LOCK_EX)
        return turn

    def _take_first_turn(self) -> int:
        """Make the folder and take a turn in it, again if it was removed while waiting for it."""
        while True:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileNotFoundError):
                turn = self._take_turn()
                if os.fstat(turn).st_nlink > 0:
                    return turn
                os.close(turn)

    def _open_lock(self, name: str) -> int:
        return os.open(self._folder / name, os.O_RDWR | os.O_CREAT, 0o600)

    def _is_current(self, membership: int) -> bool:
        """Tell whether we are a member of what is there now, and not of a folder since removed."""
        current = (self._folder / guard.MEMBERS).stat()
        return os.path.samestat(os.fstat(membership), current)

    def _is_down(self) -> bool:
        with self._claimed_server(fcntl.LOCK_SH) as server:
            return server is not None

    @contextmanager
    def _claimed_server(self, operation: int = fcntl.LOCK_EX) -> Iterator[int | None]:
        """Give the server's lock, which proves that none of its processes is left."""
        descriptor = self._open_lock("server.lock")
        try:
            yield descriptor if lock_now(descriptor, operation) else None
        finally:
            os.close(descriptor)

    def _bring_up(self) -> bool:
        """Return once PostgreSQL takes connections; tell whether it had to be started."""
        log = self._folder / guard.LOG
        said_before = log.stat().st_size if log.exists() else 0
        deadline = time.monotonic() + START_SECONDS
        launches = 0
        while not self._answers():
            with self._claimed_server() as server:
                # More than once, because it may be killed while it starts.
                if (launches == LAUNCHES and server is not None) or time.monotonic() > deadline:
                    raise self._did_not_start(log, said_before)
                if server is not None:
                    self._launch(server, log)
                    launches += 1
            time.sleep(POLL_SECONDS)
        return launches > 0

    def _answers(self) -> bool:
        """Tell by what PostgreSQL wrote last, and by the socket, as it may have been killed."""
        try:
            state = (self._data / "postmaster.pid").read_text().splitlines()[7].strip()
            if state != "ready":
                return False
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(str((self._alias or self._data) / _SOCKET))
        except (OSError, IndexError):
            return False
        return True

    def _launch(self, server: int, log: Path) -> None:
        """Hand the server's lock to a guard, which hands it to PostgreSQL."""
        account = accounts.choose(self._data)
        command = cluster.server_command(self._data, account, durable=self._durable)
        # The lock proves that these are stale, even where another process now has the same pid.
        for name in ("postmaster.pid", _SOCKET, f"{_SOCKET}.lock"):
            (self._data / name).unlink(missing_ok=True)
        script = [sys.executable, "-I", "-S", guard.__file__]
        arguments = [self._folder, self._data, *account, server, int(self._temporary)]
        with log.open("ab+") as output:
            guarding = subprocess.Popen(  # noqa: S603 - ourselves
                [*script, *map(str, arguments), *command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=(server,),
                # A terminal's Ctrl-C is for us alone.
                start_new_session=True,
            )
        threading.Thread(target=guarding.wait, name="postgres-guard", daemon=True).start()

    def _did_not_start(self, log: Path, said_before: int) -> EmbeddedPostgresFailed:
        with log.open("rb") as lines:
            lines.seek(said_before)
            said = lines.read().decode(errors="replace")
        return failed(f"PostgreSQL did not start in {self._folder}", said, otherwise=f"see {log}")

    def _shut_down(self) -> None:
        for request, seconds in guard.SHUTDOWN:
            postmaster = self._postmaster()
            if postmaster is not None:
                with suppress(ProcessLookupError):
                    os.kill(postmaster, request)
            if self._is_down_within(seconds if postmaster is not None else ORPHAN_SECONDS):
                return

    def _is_down_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not (is_down := self._is_down()) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        return is_down

    def _postmaster(self) -> int | None:
        """Find the running server's pid, unless another program has it by now."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:  # no such folder on this system, or nothing in it for us
            return pid
        return pid if name == "postgres" else None

    def _remove_alias(self) -> None:
        if self._alias is not None:
            shutil.rmtree(self._alias.parent, ignore_errors=True)
            self._alias = None


@contextmanager
def embedded_postgres(
    data_dir: Path, *, durable: bool = True, temporary: bool = False, supervised: bool = True
) -> Iterator[str]:
    """Give the DSN of the machine's own PostgreSQL, which runs for as long as this is open."""
    server = EmbeddedPostgres(data_dir, durable=durable, temporary=temporary)
    server.start()
    try:
        with supervision(server) if supervised else nullcontext():
            yield server.dsn
    finally:
        server.stop()


@contextmanager
def supervision(server: EmbeddedPostgres) -> Iterator[None]:
    """Start PostgreSQL again, from a thread, whenever it dies."""
    is_over = threading.Event()
    thread = threading.Thread(
        target=_supervise, args=(server, is_over), name="postgres-supervision", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _supervise(server: EmbeddedPostgres, is_over: threading.Event) -> None:
    pause = SUPERVISION_SECONDS
    while not is_over.wait(pause):
        try:
            if server.ensure_running():
                logger.warning("postgres.restarted")
            pause = SUPERVISION_SECONDS
        except EmbeddedPostgresFailed as failure:
            logger.error("postgres.down", reason=failure.detail)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def _release(lock: int) -> None:
    """Unlock, since closing would not: a forked child may hold a copy of the descriptor."""
    fcntl.flock(lock, fcntl.LOCK_UN)
    os.close(lock)


def _alias_when_needed(data: Path) -> Path | None:
    """Make a short, plain name for a folder whose own would not do in a socket's path or a DSN."""
    if _is_plain(data):
        return None
    for place in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - short, whatever TMPDIR says
        folder = Path(tempfile.mkdtemp(prefix="ringback-", dir=place))
        alias = folder / "data"
        if _is_plain(alias):
            alias.symlink_to(data)
            return alias
        folder.rmdir()
    return None


def _is_plain(path: Path) -> bool:
    is_short = len(os.fsencode(path / _SOCKET)) <= _SOCKET_PATH_BYTES
    return is_short and re.fullmatch(r"[A-Za-z0-9/._-]+", str(path)) is not None
