"""The first step: the bytes are read once, and become chunks, an outline and a copy to play."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.platform import db, events
from backend.platform.errors import Conflict
from backend.platform.scratch import scratch_folder
from backend.platform.storage import ObjectNotFound
from backend.providers.runtime import Runtime
from backend.recordings import queries, service
from backend.recordings.child import read_in_child
from backend.recordings.events import ChunkCut, RecordingHeard
from backend.recordings.fetching import fetch_if_needed
from backend.recordings.models import (
    Recording,
    RecordingChunk,
    RecordingStatus,
    RecordingStep,
)
from backend.recordings.parts import put_together
from backend.recordings.sound.order import Chunk, Order, Sound
from backend.recordings.sound.refusals import SoundRefused
from backend.recordings.working import Progress, while_wanted

# Where a provider takes whole recordings, two channels are still heard side by side in parts.
_CHUNK_SECONDS = 600.0
# Decoding is a small part of the whole; most of the time is the provider's.
DECODED_PERCENT = 20


async def prepare(runtime: Runtime, org_id: UUID, recording_id: UUID) -> list[UUID]:
    """Decode and cut, unless that is done. Returns the chunks that are still to be transcribed."""
    progress = Progress(runtime, org_id, recording_id)
    async with db.transaction(runtime.sessions) as session:
        recording = await service.get_recording(session, org_id, recording_id)
        if recording.status.is_over:
            return []
        chunks = await queries.list_chunks(session, org_id, recording_id, heard=False)
        names = await transcribers_for(session, runtime, recording)
    if chunks:
        async with db.transaction(runtime.sessions) as session:
            return await _go_on(session, org_id, recording_id)
    await progress.tell(RecordingStep.CHECKING, 1, at_once=True)
    if not await fetch_if_needed(runtime, recording):
        return []
    try:
        await put_together(runtime.storage, recording)
        await while_wanted(
            runtime, org_id, recording_id, _read(runtime, recording, progress, names[0])
        )
    except SoundRefused as refused:
        async with db.transaction(runtime.sessions) as session:
            await service.fail_recording(
                session, org_id, recording_id, refused.code, refused.detail
            )
        # The same bytes again are of no use; others stay, for another try.
        is_double = isinstance(refused, _Duplicate)
        folder = recording.folder if is_double else f"{recording.folder}/chunks"
        await runtime.storage.delete_under(folder)
        return []
    except ObjectNotFound:
        async with db.transaction(runtime.sessions) as session:
            await service.fail_recording(
                session, org_id, recording_id, "file_lost", "The file is no longer there."
            )
        return []
    async with db.transaction(runtime.sessions) as session:
        return await _go_on(session, org_id, recording_id)


async def transcribers_for(
    session: AsyncSession, runtime: Runtime, recording: Recording
) -> tuple[str, ...]:
    """Name who is asked, in order: the agent's own choice goes before the settings'."""
    agent = await agents.get_agent(session, recording.org_id, recording.agent_id)
    first = recording.wishes.get("transcriber") or agent.draft.transcriber
    fallbacks = runtime.settings.transcriber_fallbacks
    return (first or runtime.settings.transcriber, *fallbacks)


async def _go_on(session: AsyncSession, org_id: UUID, recording_id: UUID) -> list[UUID]:
    """Have the chunks that are left transcribed; with none left, have all of it joined."""
    recording = await service.lock_recording(session, org_id, recording_id)
    if recording.status.is_over:
        return []
    chunks = await queries.list_chunks(session, org_id, recording_id, heard=False)
    left = [chunk.id for chunk in chunks if chunk.done_at is None]
    recording.status, recording.step = RecordingStatus.PROCESSING, RecordingStep.TRANSCRIBING
    await session.flush()
    if recording.key_held_until is None:
        about = service.about(recording)
        if left:
            cut = [ChunkCut(**about, chunk_id=chunk_id) for chunk_id in left]
            await events.publish(session, *cut)
        else:
            await events.publish(session, RecordingHeard(**about))
    return left


async def _read(runtime: Runtime, recording: Recording, progress: Progress, name: str) -> None:
    transcriber = runtime.transcription.capabilities(name)
    storage = runtime.storage
    with scratch_folder() as folder:
        async with storage.local_copy(recording.source_key) as path:
            sha256 = recording.sha256
            if sha256 is None:
                sha256 = await asyncio.to_thread(_hash, path)
            await _refuse_duplicate(runtime, recording, sha256)
            await progress.tell(RecordingStep.DECODING, 2, at_once=True)
            longest = transcriber.longest_chunk_seconds or _CHUNK_SECONDS
            # Voices that were told apart have other names in each chunk: where they are, and the
            # provider takes whole recordings, there is one.
            is_whole = transcriber.diarises and transcriber.longest_chunk_seconds is None
            longest_seconds = runtime.settings.recording.max_minutes * 60.0
            order = Order(
                path=path,
                folder=folder,
                file_name=recording.file_name,
                chunk_ms=round(longest * 1000),
                longest_seconds=longest_seconds,
                alone_ms=round(longest_seconds * 1000) if is_whole else None,
                channels=_mixing(recording),
            )
            chunks: list[Chunk] = []

            async def on_seconds(seconds: float) -> None:
                # How long it is, nobody knows yet: it gets ever nearer.
                percent = round(2 + (DECODED_PERCENT - 4) * seconds / (seconds + 600))
                await progress.tell(RecordingStep.DECODING, percent)

            async def on_chunk(chunk: Chunk) -> None:
                made = _row(recording, chunk)
                file = folder / made.name
                await storage.put_file(f"{recording.folder}/chunks/{made.name}", file)
                file.unlink()
                chunks.append(chunk)

            sound = await read_in_child(order, on_seconds=on_seconds, on_chunk=on_chunk)
            if sound.copy is not None:
                await storage.put_file(recording.copy_key, folder / sound.copy)
        await storage.put(recording.outline_key, _once(_outline(sound)))
    async with db.transaction(runtime.sessions) as session:
        await _store(session, recording, sound, chunks, sha256)


def _mixing(recording: Recording) -> Literal["separate", "mix"] | None:
    """Take two channels as two people where the sender says who is on which."""
    if recording.wishes.get("channels"):
        return "separate"
    return None


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def _refuse_duplicate(runtime: Runtime, recording: Recording, sha256: str) -> None:
    """Find out where nobody could before, since the bytes went to the store directly."""
    if recording.sha256 is not None:
        return
    async with db.transaction(runtime.sessions) as session:
        try:
            await service.refuse_duplicate(session, recording, sha256)
        except Conflict as duplicate:
            raise _Duplicate(duplicate.detail) from duplicate
        locked = await service.lock_recording(session, recording.org_id, recording.id)
        locked.sha256 = sha256


class _Duplicate(SoundRefused):
    code = "duplicate"


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _outline(sound: Sound) -> bytes:
    return json.dumps({"duration_ms": sound.duration_ms, "peaks": sound.peaks}).encode()


def _row(recording: Recording, chunk: Chunk) -> RecordingChunk:
    return RecordingChunk(
        org_id=recording.org_id,
        recording_id=recording.id,
        channel=chunk.channel,
        number=chunk.index,
        start_ms=chunk.start_ms,
        end_ms=chunk.end_ms,
    )


async def _store(
    session: AsyncSession, recording: Recording, sound: Sound, chunks: list[Chunk], sha256: str
) -> None:
    """Keep what the file turned out to be. Done by another worker meanwhile, it stays as it is."""
    locked = await service.lock_recording(session, recording.org_id, recording.id)
    if locked.status.is_over or (await queries.count_chunks(session, recording.id))[0]:
        return
    locked.sha256 = sha256
    locked.duration_ms, locked.codec, locked.container = (
        sound.duration_ms,
        sound.codec,
        sound.container,
    )
    locked.sample_rate, locked.channels = sound.sample_rate, sound.channels
    locked.has_copy = sound.copy is not None
    locked.warnings = ["cut_off"] if sound.was_cut_off else []
    locked.progress = max(locked.progress, DECODED_PERCENT)
    session.add_all(_row(recording, chunk) for chunk in chunks)
    await session.flush()
