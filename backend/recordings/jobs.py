"""The recordings room's jobs, one for each step, and what runs by the clock."""

import random
from datetime import timedelta

from backend.platform import clock, db, events
from backend.platform.events import CallEvent
from backend.providers.llm_errors import LlmPaced
from backend.providers.runtime import Runtime
from backend.recordings import again, joining, preparing, service, sweeping, transcribing
from backend.recordings.events import (
    ChunkCut,
    RecordingEvent,
    RecordingHeard,
    RecordingQueued,
)


async def prepare(runtime: Runtime, event: RecordingQueued) -> None:
    """Read the file and cut it."""
    await preparing.prepare(await runtime.of(event.org_id), event.org_id, event.recording_id)


async def transcribe_chunk(runtime: Runtime, event: ChunkCut) -> None:
    """Have a chunk heard, or come back when the provider's limits allow."""
    try:
        await transcribing.transcribe_chunk(
            await runtime.of(event.org_id), event.org_id, event.recording_id, event.chunk_id
        )
    except LlmPaced as paced:
        wait = timedelta(seconds=(paced.retry_after or 1.0) * random.uniform(1.0, 1.5))  # noqa: S311 - jitter
        async with db.transaction(runtime.sessions) as session:
            await events.publish(session, event, at=clock.now() + wait)


async def join(runtime: Runtime, event: RecordingHeard) -> None:
    """Make the call of it."""
    await joining.join(await runtime.of(event.org_id), event.org_id, event.recording_id)


async def transcribe_call(runtime: Runtime, event: CallEvent) -> None:
    """Transcribe a call of Retell's here as well, where its agent wants that."""
    await again.transcribe_if_wanted(await runtime.of(event.org_id), event.org_id, event.call_id)


async def delete_orphans(runtime: Runtime) -> None:
    """Delete files that belong to no recording."""
    await sweeping.delete_orphans(runtime)


async def close_overdue(runtime: Runtime) -> None:
    """Close what is waited for in vain."""
    await sweeping.close_overdue(runtime)


async def give_up(runtime: Runtime, event: RecordingEvent, reason: str) -> None:
    """Close it: nothing may be worked on for ever."""
    async with db.transaction(runtime.sessions) as session:
        await service.fail_recording(session, event.org_id, event.recording_id, "gave_up", reason)
