"""Copies with silence in them: each is made once, and none outlasts what it was made from."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from backend.platform import db
from backend.platform.storage import Storage, Written
from backend.recordings import muting, service
from backend.recordings.errors import RecordingUnknown, SoundNotMuted
from backend.recordings.models import Recording
from backend.recordings.service import NewRecording
from tests.support import builders
from tests.support.room import Room
from tests.support.sound import encoded, mono

CONTENT = encoded(mono())


async def _kept(room: Room) -> Recording:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.agent(session, room.org.id)
        new = NewRecording("a.wav", agent.id, size_bytes=len(CONTENT))
        recording = await service.add_recording(session, room.org.id, new, room.runtime.settings)

    async def once() -> AsyncIterator[bytes]:
        yield CONTENT

    await room.runtime.storage.put(recording.source_key, once())
    return recording


async def _files(room: Room, recording: Recording) -> set[str]:
    listed = room.runtime.storage.list_under(recording.folder)
    return {each.key async for each in listed} - {recording.source_key}


async def test_whoever_asks_at_the_same_time_gets_one_copy(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = await _kept(room)
    put: list[str] = []
    put_file = Storage.put_file

    async def counted(storage: Storage, key: str, path: Path) -> Written:
        put.append(key)
        return await put_file(storage, key, path)

    monkeypatch.setattr(Storage, "put_file", counted)
    keys = await asyncio.gather(
        *(muting.muted_copy(room.runtime, recording, [(0, 500)]) for _ in range(5))
    )

    assert len(set(keys)) == 1
    assert put == [keys[0]]


async def test_a_copy_for_other_silences_takes_the_place_of_the_former(room: Room) -> None:
    recording = await _kept(room)
    former = await muting.muted_copy(room.runtime, recording, [(0, 500)])

    copy = await muting.muted_copy(room.runtime, recording, [(0, 900)])

    assert copy != former
    assert await _files(room, recording) == {copy}


async def test_a_copy_of_what_was_erased_meanwhile_is_not_kept(room: Room) -> None:
    recording = await _kept(room)
    async with db.transaction(room.runtime.sessions) as session:
        await session.delete(await service.get_recording(session, room.org.id, recording.id))

    with pytest.raises(RecordingUnknown):
        await muting.muted_copy(room.runtime, recording, [(0, 500)])

    assert await _files(room, recording) == set()


async def test_a_copy_may_be_silent_at_more_times_than_fit_into_an_argument(room: Room) -> None:
    recording = await _kept(room)
    silences = [(at, at + 1) for at in range(1_000_000, 9_000_000, 400)]

    assert await muting.muted_copy(room.runtime, recording, silences)


async def test_a_copy_is_no_longer_than_the_recording_was_read_to_be(room: Room) -> None:
    recording = await _kept(room)
    recording.duration_ms = -60_000

    with pytest.raises(SoundNotMuted):
        await muting.muted_copy(room.runtime, recording, [(0, 500)])


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50))))
def test_joined_stretches_are_silent_when_any_of_them_is(stretches: list[tuple[int, int]]) -> None:
    wanted = [(start, start + length) for start, length in stretches]
    found = muting.joined(wanted)

    for at in range(101):
        is_silent = any(start <= at <= end for start, end in wanted)
        assert any(start <= at <= end for start, end in found) == is_silent
    assert all(before[1] < after[0] for before, after in pairwise(found))
