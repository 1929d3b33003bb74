"""The parent of an embedded PostgreSQL: starts it, bounds its log, stops it when nobody is left.

Runs as a script of its own, apart from our packages: it may import the standard library only.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
from pathlib import Path

TURN = "turn.lock"
MEMBERS = "members.lock"
LOG = "server.log"
LOG_BYTES = 5_000_000
POLL_SECONDS = 0.5
# Fast, immediate, forced: what PostgreSQL is asked for, and how long it gets.
SHUTDOWN = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))


def lock_now(descriptor: int, operation: int = fcntl.LOCK_EX) -> bool:
    """Take the lock, unless another holds it."""
    try:
        fcntl.flock(descriptor, operation | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def main(
    folder: Path,
    data: str,
    account: tuple[int, int],
    server: int,
    command: list[str],
    *,
    is_temporary: bool,
) -> None:
    """Live exactly as long as PostgreSQL. `server` is the descriptor it inherits, locked."""
    turn, members = (os.open(folder / name, os.O_RDWR) for name in (TURN, MEMBERS))

    def finish(*_: object) -> None:
        if is_temporary and _is_unused(turn, members):
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(0)

    signal.signal(signal.SIGCHLD, finish)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # whatever the thread that started us blocked
    postmaster = _start(data, account, command)
    os.close(server)
    os.chdir("/")
    while True:
        time.sleep(POLL_SECONDS)
        _bound_log(folder / f"{LOG}.1")
        if _is_unused(turn, members):
            _shut_down(postmaster)


def _start(data: str, account: tuple[int, int], command: list[str]) -> int:
    if child := os.fork():
        return child
    try:
        os.chdir(data)
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(account[1])
            os.setuid(account[0])
        # Our environment may hold secrets; PostgreSQL needs none of it.
        os.execve(command[0], command, {"LC_ALL": "C"})  # noqa: S606 - no shell wanted
    except OSError as error:
        os.write(2, f"error: {error}\n".encode())
    os._exit(1)


def _is_unused(turn: int, members: int) -> bool:
    """Tell whether no member is left; if so, keep any from joining until we are gone."""
    if not lock_now(turn):
        return False
    if lock_now(members):
        return True
    fcntl.flock(turn, fcntl.LOCK_UN)
    return False


def _shut_down(postmaster: int) -> None:
    for request, seconds in SHUTDOWN:
        os.kill(postmaster, request)
        time.sleep(seconds)


def _bound_log(former: Path) -> None:
    """Keep the last full log beside the current one. All writers append, so it can be emptied."""
    if os.fstat(1).st_size > LOG_BYTES:
        with contextlib.suppress(OSError):
            former.write_bytes(os.pread(1, LOG_BYTES, 0))
        os.truncate(1, 0)


if __name__ == "__main__":
    where, directory, uid, gid, inherited, temporary, *program = sys.argv[1:]
    owner = (int(uid), int(gid))
    main(Path(where), directory, owner, int(inherited), program, is_temporary=temporary == "1")
