"""Voices that were told apart by their sound make turns that say so, and a person is asked."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from backend.calls.models import Turn
from backend.calls.service import get_call
from backend.platform import clock, db
from backend.platform.settings import Settings
from backend.providers.transcription.heard import Heard, Voiceprint, Word
from backend.providers.transcription.voice_windows import windows
from backend.recordings import queries, service, transcribing
from backend.recordings.errors import RecordingUnknown
from backend.recordings.joining import join
from backend.recordings.models import Recording, RecordingChunk, RecordingStatus
from backend.recordings.service import NewRecording
from backend.recordings.transcribing import packed
from backend.recordings.voiceprints import keep_voiceprints
from backend.recordings.working import NoLongerWanted
from backend.records import queries as records
from backend.records.models import RecordStatus
from tests.support import builders
from tests.support.room import Room, open_room

OPENING = "Hello, this is Lakeside Family Practice. How can I help you?"
SAID = [(OPENING, "a"), ("I would like to come on Friday.", "b"), ("Friday at nine is free.", "a")]
CHUNK_MS = 30_000
SCHEMA = {
    "type": "object",
    "properties": {"day": {"type": ["string", "null"], "description": "When the caller comes."}},
}


@pytest.fixture
async def room(settings: Settings) -> AsyncIterator[Room]:
    async with open_room(settings) as room:
        yield room


def _voiceprint(voice: str, start_ms: int, end_ms: int) -> Voiceprint:
    chance = np.random.default_rng(ord(voice))
    noise = np.random.default_rng(start_ms).normal(0, 0.02, 64)
    vector = (np.abs(chance.normal(size=64)) / 8 + noise).astype("<f2")
    return Voiceprint(start_ms, end_ms, vector.tobytes())


def _heard(lines: list[tuple[str, str]]) -> tuple[Heard, list[Voiceprint]]:
    """Hear lines one after the other, half a second apart."""
    words: list[Word] = []
    prints: list[Voiceprint] = []
    at = 0
    for text, voice in lines:
        said = [Word(word, at + 300 * n, at + 300 * n + 250) for n, word in enumerate(text.split())]
        spans = windows([(word.text, word.start_ms, word.end_ms) for word in said])
        prints += [_voiceprint(voice, *span) for span in spans]
        words += said
        at = said[-1].end_ms + 500
    return Heard(tuple(words), "en", None, b"{}"), prints


async def _all_heard(room: Room, **wishes: Any) -> Recording:
    """Put a recording where its two chunks have been heard on this machine, and none is joined."""
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.agent(
            session, room.org.id, begin_message=OPENING, record_schema=SCHEMA
        )
        new = NewRecording("a.wav", agent.id, size_bytes=1, wishes=wishes)
        recording = await service.add_recording(session, room.org.id, new, room.runtime.settings)
        recording.status, recording.duration_ms = RecordingStatus.PROCESSING, 2 * CHUNK_MS
        await session.flush()
    for number, lines in enumerate((SAID, [*SAID[1:], *SAID[1:]])):
        heard, prints = _heard(lines)
        chunk = RecordingChunk(
            org_id=room.org.id,
            recording_id=recording.id,
            channel=0,
            number=number,
            start_ms=number * CHUNK_MS,
            end_ms=(number + 1) * CHUNK_MS,
            transcriber="local",
            heard=packed(heard),
            done_at=clock.now(),
        )
        await keep_voiceprints(room.runtime, recording, chunk, prints)
        async with db.transaction(room.runtime.sessions) as session:
            session.add(chunk)
    return recording


async def _joined(room: Room, recording: Recording) -> tuple[Recording, list[Turn]]:
    await asyncio.gather(*(join(room.runtime, room.org.id, recording.id) for _ in range(2)))
    await join(room.runtime, room.org.id, recording.id)
    async with db.transaction(room.runtime.sessions) as session:
        found = await service.get_recording(session, room.org.id, recording.id)
        assert found.call_id is not None
        call = await get_call(session, room.org.id, found.call_id)
    return found, [Turn.model_validate(turn) for turn in call.transcript]


async def test_voices_keep_their_names_from_chunk_to_chunk_and_the_opening_tells_the_agent(
    room: Room,
) -> None:
    recording, turns = await _joined(room, await _all_heard(room))

    assert [(turn.role, turn.text) for turn in turns[:4]] == [
        ("agent", OPENING), ("user", SAID[1][0]), ("agent", SAID[2][0]), ("user", SAID[1][0]),
    ]  # fmt: skip
    assert all(turn.is_voice_approximate for turn in turns)
    assert recording.warnings == ["voices_approximate"]


async def test_the_record_of_such_a_call_waits_for_a_person(room: Room) -> None:
    recording, _ = await _joined(room, await _all_heard(room))
    await room.run_jobs()

    assert recording.call_id is not None
    async with db.transaction(room.runtime.sessions) as session:
        [record] = await records.list_revisions(session, room.org.id, recording.call_id)
    assert record.status is RecordStatus.NEEDS_REVIEW
    assert [problem["code"] for problem in record.problems] == ["voices_approximate"]


async def test_nothing_of_what_voices_sound_like_is_kept(room: Room) -> None:
    recording = await _all_heard(room)
    before = [each.key async for each in room.runtime.storage.list_under(recording.folder)]

    await _joined(room, recording)

    assert sum(key.endswith(".voices") for key in before) == 2
    assert [each async for each in room.runtime.storage.list_under(recording.folder)] == []


@pytest.mark.parametrize("meanwhile", ["erased", "joined"])
async def test_what_is_heard_too_late_leaves_no_voices_behind(
    room: Room, monkeypatch: pytest.MonkeyPatch, meanwhile: str
) -> None:
    recording = await _all_heard(room)
    async with db.transaction(room.runtime.sessions) as session:
        chunk = (await queries.list_chunks(session, room.org.id, recording.id, heard=True))[0]
        chunk.done_at = None
    await room.runtime.storage.put(f"{recording.folder}/chunks/{chunk.name}", _bytes(b"sound"))

    async def hear(*_: object) -> Heard:
        async with db.transaction(room.runtime.sessions) as session:
            if meanwhile == "erased":
                await session.delete(
                    await service.get_recording(session, room.org.id, chunk.recording_id)
                )
            else:
                (await session.merge(chunk)).done_at = clock.now()
        if meanwhile == "joined":
            await join(room.runtime, room.org.id, recording.id)
        await room.runtime.storage.delete_under(recording.folder)
        heard, prints = _heard(SAID)
        return replace(heard, voiceprints=tuple(prints))

    async def names(*_: object) -> list[str]:
        return ["local"]

    monkeypatch.setattr(transcribing, "hear", hear)
    monkeypatch.setattr(transcribing, "transcribers_for", names)
    with pytest.raises((RecordingUnknown, NoLongerWanted)):
        await transcribing.transcribe_chunk(room.runtime, room.org.id, recording.id, chunk.id)

    assert [each async for each in room.runtime.storage.list_under(recording.folder)] == []


async def _bytes(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def test_where_one_person_is_said_to_speak_nothing_is_told_apart(room: Room) -> None:
    recording, turns = await _joined(room, await _all_heard(room, speakers=1))

    assert {turn.speaker for turn in turns} == {None}
    assert not any(turn.is_voice_approximate for turn in turns)
    assert recording.warnings == []
