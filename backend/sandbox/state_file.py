"""Keeps the simulated Retell on disk, so that a restarted sandbox still knows its calls."""

import asyncio
import contextlib
import json
import logging
import os
import time
from pathlib import Path

from backend.sandbox.retell.provider import Retell

logger = logging.getLogger(__name__)

QUIET_SECONDS = 0.1
# Of the time, no more than this share goes into writing.
BUSY_SHARE = 0.1


class StateFile:
    def __init__(self, path: Path, retell: Retell) -> None:
        self._path = path
        self._retell = retell
        self._is_dirty = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def load(self) -> None:
        """Take over what a sandbox before this one knew, if there was one."""
        if self._path.exists():
            self._retell.store.load(json.loads(self._path.read_text("utf-8")))

    def start(self) -> None:
        """Write after changes, a moment later, so that many changes make one write."""
        self._retell.store.changed = self._is_dirty.set
        self._task = asyncio.create_task(self._keep_writing())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        self.write()

    def write(self) -> None:
        """Replace the file in one step: a reader sees the old one or the new one."""
        written = self._path.with_suffix(f"{self._path.suffix}.new")
        with written.open("w", encoding="utf-8", errors="backslashreplace") as file:
            json.dump(self._retell.store.as_json(), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        written.replace(self._path)

    async def _keep_writing(self) -> None:
        while True:
            await self._is_dirty.wait()
            await asyncio.sleep(QUIET_SECONDS)
            self._is_dirty.clear()
            started = time.monotonic()
            try:
                self.write()
            except OSError:
                logger.exception("cannot write the state file")
            await asyncio.sleep((time.monotonic() - started) / BUSY_SHARE)
