"""What nobody completed goes on when it is all there; else nothing of it stays."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.platform import clock, db
from backend.platform.settings import Settings
from backend.recordings import service, sweeping
from backend.recordings.errors import RecordingNotWaiting
from backend.recordings.models import Recording, RecordingStatus
from backend.recordings.service import NewRecording
from tests.support import builders
from tests.support.room import Room, open_room
from tests.support.sound import encoded, mono

CONTENT = encoded(mono())
HALF = len(CONTENT) // 2


@pytest.fixture
async def room(settings: Settings, tmp_path: Path) -> AsyncIterator[Room]:
    """One with a storage of its own, since sweeps go through all of it."""
    storage = settings.storage.model_copy(update={"url": f"file://{tmp_path}/files"})
    async with open_room(settings.model_copy(update={"storage": storage})) as room:
        yield room


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "PART_BYTES", HALF + 1)


async def _opened(room: Room, *, hours_ago: int = 0) -> Recording:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.agent(session, room.org.id)
        new = NewRecording("a.wav", agent.id, size_bytes=len(CONTENT))
        recording = await service.add_recording(session, room.org.id, new, room.runtime.settings)
        recording.created_at = clock.now() - timedelta(hours=hours_ago)
    return recording


async def _put(room: Room, key: str, content: bytes) -> None:
    async def once() -> AsyncIterator[bytes]:
        yield content

    await room.runtime.storage.put(key, once())


async def _seen(room: Room, recording: Recording) -> tuple[Recording, list[str]]:
    """Return the recording as it is now, and which files there are of it."""
    async with db.transaction(room.runtime.sessions) as session:
        found = await service.get_recording(session, room.org.id, recording.id)
    listed = room.runtime.storage.list_under(recording.folder)
    return found, [each.key.removeprefix(f"{recording.folder}/") async for each in listed]


@pytest.mark.parametrize("in_parts", [False, True])
async def test_what_is_all_there_after_a_day_goes_on_once(room: Room, *, in_parts: bool) -> None:
    recording = await _opened(room, hours_ago=25)
    if in_parts:
        await _put(room, recording.part_key(0), CONTENT[: HALF + 1])
        await _put(room, recording.part_key(1), CONTENT[HALF + 1 :])
    else:
        await _put(room, recording.source_key, CONTENT)

    await asyncio.gather(*(sweeping.close_overdue(room.runtime) for _ in range(2)))
    await sweeping.close_overdue(room.runtime)
    await room.run_jobs()

    found, files = await _seen(room, recording)
    assert (found.status, found.size_bytes) == (RecordingStatus.COMPLETED, len(CONTENT))
    assert "source" in files
    assert not any(name.startswith("parts/") for name in files)


@pytest.mark.parametrize("content", [CONTENT[:HALF], b"<html>".ljust(len(CONTENT))])
async def test_what_did_not_come_within_a_day_or_is_no_sound_leaves_nothing(
    room: Room, content: bytes
) -> None:
    recording = await _opened(room, hours_ago=25)
    await _put(room, recording.source_key, content)

    await asyncio.gather(*(sweeping.close_overdue(room.runtime) for _ in range(2)))

    found, files = await _seen(room, recording)
    assert (found.status, found.error and found.error["code"]) == (
        RecordingStatus.FAILED,
        "never_uploaded",
    )
    assert files == []


async def test_what_still_has_time_is_left_alone(room: Room) -> None:
    recording = await _opened(room, hours_ago=23)
    await _put(room, recording.part_key(0), CONTENT[: HALF + 1])

    await sweeping.close_overdue(room.runtime)
    await sweeping.delete_orphans(room.runtime, older_than=timedelta(0))

    found, files = await _seen(room, recording)
    assert (found.status, len(files)) == (RecordingStatus.AWAITING_UPLOAD, 1)


async def test_what_a_signed_address_takes_after_the_end_is_swept_and_not_tried_again(
    room: Room,
) -> None:
    recording = await _opened(room)
    async with db.transaction(room.runtime.sessions) as session:
        await service.cancel_recording(session, room.org.id, recording.id)
    await _put(room, recording.source_key, CONTENT)

    deleted = await sweeping.delete_orphans(room.runtime, older_than=timedelta(0))

    _, files = await _seen(room, recording)
    assert (deleted, files) == (1, [])
    with pytest.raises(RecordingNotWaiting):
        async with db.transaction(room.runtime.sessions) as session:
            await service.retry_recording(session, room.org.id, recording.id, has_own_key=False)


async def test_the_same_bytes_sent_twice_are_kept_once(room: Room) -> None:
    """As when the API died before it had answered, and the sender sent all again."""
    first, second = [await _opened(room, hours_ago=25) for _ in range(2)]
    for recording in (first, second):
        await _put(room, recording.source_key, CONTENT)

    await sweeping.close_overdue(room.runtime)
    await room.run_jobs()

    seen = [await _seen(room, recording) for recording in (first, second)]
    kept, gone = sorted(seen, key=lambda each: each[0].status is RecordingStatus.FAILED)
    assert kept[0].status is RecordingStatus.COMPLETED
    assert gone[0].error is not None
    assert (gone[0].error["code"], gone[1]) == ("duplicate", [])
