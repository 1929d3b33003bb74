"""The account that runs the embedded PostgreSQL, which refuses to run as root."""

import fcntl
import os
import pwd
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from backend.platform.embedded_postgres.errors import EmbeddedPostgresFailed

NAME = "pgserver"
# The second is for busybox.
_CREATE = (
    f"useradd --system --user-group --no-create-home --shell /usr/sbin/nologin {NAME}",
    f"adduser -S -D -H -s /sbin/nologin {NAME}",
)
_CREATION_SECONDS = 5.0


class Account(NamedTuple):
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def owns(self, path: Path) -> bool:
        return path.stat().st_uid == self.uid


def choose(data: Path) -> Account:
    """Ourselves; for root, whoever owns the data already, else an account made for it."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    owner = data.stat() if data.exists() else None
    if owner is not None and owner.st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    return _find() or _find_or_create()


def hand_over(folder: Path, account: Account) -> None:
    """Give a tree of root's to the account; the top last, so that a crash in between shows."""
    try:
        for parent, folders, files in os.walk(folder, topdown=False):
            for name in (*folders, *files):
                os.chown(Path(parent, name), *account, follow_symlinks=False)
        os.chown(folder, *account)
    except OSError as error:
        raise EmbeddedPostgresFailed(
            f"PostgreSQL refuses to run as root, and this root may not give {folder} to another "
            f"account ({error.strerror}); run as a user other than root."
        ) from error


def _find() -> Account | None:
    try:
        entry = pwd.getpwnam(NAME)
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid)


def _find_or_create() -> Account:
    """Create one at a time: two at once can end as two accounts of the same name."""
    with _locked(Path("/etc")):
        deadline = time.monotonic() + _CREATION_SECONDS
        while (account := _find()) is None:
            is_possible = any(_run(command) for command in _CREATE)
            if not is_possible or time.monotonic() > deadline:
                raise EmbeddedPostgresFailed(
                    f"PostgreSQL refuses to run as root, and an account {NAME!r} to run it could "
                    f"not be created; create it with `{_CREATE[0]}`, or run as a user other than "
                    "root."
                )
            time.sleep(0.05)  # in case another program holds the lock of the account database
        return account


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _run(command: str) -> bool:
    """Tell whether there is such a program; what it did, the account database tells."""
    try:
        subprocess.run(command.split(), capture_output=True, check=False)  # noqa: S603 - ours
    except FileNotFoundError:
        return False
    return True
