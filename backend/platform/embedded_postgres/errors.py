"""How the embedded PostgreSQL fails: one sentence that names the thing and says what to do."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.platform.errors import Unavailable

_FULL = "free some space, or set DATA_DIR to a folder on another disk"
_CLOSED = "run as the user who owns it, or set DATA_DIR to a folder this one may write to"
_REMEDIES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EACCES: _CLOSED,
    errno.EPERM: _CLOSED,
    errno.EROFS: _CLOSED,
    errno.ENOTDIR: "set DATA_DIR to a folder",
    errno.EEXIST: "set DATA_DIR to a folder",
}


class EmbeddedPostgresFailed(Unavailable):
    code, title = "embedded-postgres-failed", "The embedded PostgreSQL cannot run"


def failed(what: str, output: str, *, otherwise: str) -> EmbeddedPostgresFailed:
    """Say what failed, why by the last telling line of a program's output, and what to do."""
    remedies = (text for code, text in _REMEDIES.items() if os.strerror(code) in output)
    advice = next(remedies, otherwise)
    return EmbeddedPostgresFailed(f"{what}: {telling_line(output)}; {advice}.")


# What clients are told that come while it starts or stops is no error of its own.
_TELLING = re.compile(r"\b(?:PANIC|FATAL(?!:\s+the database system is)|ERROR|error|could not)\b.*")


def telling_line(output: str) -> str:
    """Return the last line that names an error, or the last one, without what goes before it."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for line in reversed(lines):
        if found := _TELLING.search(line):
            return found.group()
    return lines[-1] if lines else "it said nothing"


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Turn what the operating system refuses into a failure that names the folder."""
    try:
        yield
    except OSError as error:
        where = error.filename or folder
        raise failed(
            f"The embedded PostgreSQL cannot use {where}",
            error.strerror or str(error),
            otherwise="set DATA_DIR to another folder, or DATABASE_URL to a PostgreSQL",
        ) from error
