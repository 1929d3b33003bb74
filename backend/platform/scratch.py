"""Folders for a moment. What a killed process leaves of them, the next to start removes."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from backend.platform.embedded_postgres.guard import lock_now

_PREFIX = "ringback-scratch-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Lend a folder that is gone afterwards, also when this process is killed before."""
    path, lock = _made()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(lock)


def _made() -> tuple[Path, int]:
    while True:
        path = Path(mkdtemp(prefix=_PREFIX))
        lock = os.open(path, os.O_RDONLY)
        # Somebody who cleans up may have been faster between the two lines above.
        if lock_now(lock) and path.exists():
            return path, lock
        os.close(lock)


def remove_abandoned() -> int:
    """Remove folders whose processes have ended. Return how many there were."""
    count = 0
    for path in Path(gettempdir()).glob(f"{_PREFIX}*"):
        try:
            lock = os.open(path, os.O_RDONLY)
        except OSError:  # gone by now, or another account's
            continue
        try:
            if lock_now(lock):
                shutil.rmtree(path, ignore_errors=True)
                count += 1
        finally:
            os.close(lock)
    return count
