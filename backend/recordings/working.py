"""Working on a recording for as long as it is wanted, and telling how far it is."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar
from uuid import UUID

from backend.platform import db
from backend.platform.errors import Conflict
from backend.providers.runtime import Runtime
from backend.recordings import service
from backend.recordings.models import RecordingStep

T = TypeVar("T")

_LOOK_SECONDS = 1.0


class NoLongerWanted(Conflict):
    code, title = "recording-no-longer-wanted", "The recording is done with"


async def while_wanted(
    runtime: Runtime, org_id: UUID, recording_id: UUID, work: Coroutine[Any, Any, T]
) -> T:
    """Do the work; end it when the recording is canceled or deleted. Raises NoLongerWanted."""
    working = asyncio.ensure_future(work)
    try:
        while True:
            done, _ = await asyncio.wait({working}, timeout=_LOOK_SECONDS)
            if done:
                return working.result()
            async with db.transaction(runtime.sessions) as session:
                recording = await service.get_recording(session, org_id, recording_id)
            if recording.status.is_over:
                raise NoLongerWanted(f"Recording {recording_id} is {recording.status.value}.")
    finally:
        if not working.done():
            working.cancel()
            await asyncio.wait({working})


class Progress:
    """Tells how far a step is, at most once a second."""

    def __init__(self, runtime: Runtime, org_id: UUID, recording_id: UUID) -> None:
        self._runtime, self._org_id, self._recording_id = runtime, org_id, recording_id
        self._told_at = 0.0

    async def tell(self, step: RecordingStep, percent: int, *, at_once: bool = False) -> None:
        """Say it, unless that was done a moment ago. Raises NoLongerWanted."""
        if not at_once and time.monotonic() - self._told_at < 1.0:
            return
        self._told_at = time.monotonic()
        async with db.transaction(self._runtime.sessions) as session:
            is_wanted = await service.progress_to(
                session, self._org_id, self._recording_id, step, percent
            )
        if not is_wanted:
            raise NoLongerWanted(f"Recording {self._recording_id} is done with.")
