"""What is looked after by the clock: files of no recording, uploads that never came, lost keys."""

import asyncio
from datetime import timedelta
from uuid import UUID

from loguru import logger

from backend.platform import clock, db
from backend.platform.errors import Conflict, NotFound, UnsupportedKind
from backend.platform.scratch import remove_abandoned
from backend.providers.runtime import Runtime
from backend.recordings import queries, receiving, service
from backend.recordings.models import RecordingStatus
from backend.recordings.own_keys import LOST
from backend.recordings.service import UPLOAD_LIFETIME

# Longer than anything may take between its first byte and its row's end.
_ORPHAN_AGE = timedelta(hours=48)
_BATCH = 100


async def delete_orphans(runtime: Runtime, *, older_than: timedelta = _ORPHAN_AGE) -> int:
    """Delete files that no recording has, in the storage and of processes that were killed.

    Return how many there were in the storage.
    """
    await asyncio.to_thread(remove_abandoned)
    before = clock.now() - older_than
    folders: dict[str, UUID | None] = {}
    async for stored in runtime.storage.list_under("recordings"):
        if stored.modified_at < before:
            folder = "/".join(stored.key.split("/")[:3])
            folders[folder] = _id_in(folder)
    count = await runtime.storage.delete_unfinished("recordings", before)
    for folder, recording_id in folders.items():
        async with db.transaction(runtime.sessions) as session:
            is_known = recording_id is not None and await queries.has_files(session, recording_id)
        if not is_known:
            count += await runtime.storage.delete_under(folder)
    if count:
        logger.warning("recording.orphans_deleted", count=count)
    return count


def _id_in(folder: str) -> UUID | None:
    try:
        return UUID(folder.rpartition("/")[2])
    except ValueError:
        return None


async def close_overdue(runtime: Runtime) -> None:
    """Close uploads that never came, and recordings whose key is held by nobody any more."""
    now = clock.now()
    async with db.transaction(runtime.sessions) as session:
        overdue = await queries.list_never_uploaded(session, now - UPLOAD_LIFETIME, _BATCH)
        lost = await queries.list_lost_keys(session, now, _BATCH)
    for org_id, recording_id in overdue:
        await _go_on_or_close(runtime, org_id, recording_id)
    for org_id, recording_id in lost:
        async with db.transaction(runtime.sessions) as session:
            await service.fail_recording(session, org_id, recording_id, "key_lost", LOST)


async def _go_on_or_close(runtime: Runtime, org_id: UUID, recording_id: UUID) -> None:
    """Go on with what is all there: whoever sent it, or took it in, ended before saying so."""
    try:
        await receiving.complete(runtime, org_id, recording_id)
    except (Conflict, NotFound, UnsupportedKind) as refused:
        logger.info("recording.never_completed", reason=refused.code)
    else:
        return
    async with db.transaction(runtime.sessions) as session:
        recording = await service.get_recording(session, org_id, recording_id)
        if recording.status is not RecordingStatus.AWAITING_UPLOAD:
            return
        detail = "Its bytes did not come within a day."
        await service.fail_recording(session, org_id, recording_id, "never_uploaded", detail)
    await runtime.storage.delete_under(recording.folder)
