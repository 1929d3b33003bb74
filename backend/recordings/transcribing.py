"""The second step: one chunk is heard by a provider."""

import json
from dataclasses import asdict
from uuid import UUID

import zstandard
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock, db, events
from backend.platform.errors import NotFound
from backend.providers.runtime import Runtime
from backend.providers.transcription.heard import Ask, Heard, Word
from backend.recordings import queries, service
from backend.recordings.events import RecordingHeard
from backend.recordings.hearing import hear
from backend.recordings.models import RecordingChunk, RecordingStatus, RecordingStep
from backend.recordings.preparing import DECODED_PERCENT, transcribers_for
from backend.recordings.voiceprints import drop_voiceprints, keep_voiceprints
from backend.recordings.working import NoLongerWanted, Progress, while_wanted

_HEARD_PERCENT = 95


async def transcribe_chunk(
    runtime: Runtime, org_id: UUID, recording_id: UUID, chunk_id: UUID, *, key: str | None = None
) -> None:
    """Have a chunk heard, unless it was. The last one brings the joining."""
    async with db.transaction(runtime.sessions) as session:
        recording = await service.get_recording(session, org_id, recording_id)
        chunk = await queries.find_chunk(session, org_id, chunk_id)
        if recording.status.is_over or chunk is None or chunk.done_at is not None:
            return
        names = await transcribers_for(session, runtime, recording)
        chunks = await queries.list_chunks(session, org_id, recording_id, heard=False)
    is_alone = len({each.channel for each in chunks}) == 1

    async def on_submitted(external_id: str) -> None:
        async with db.transaction(runtime.sessions) as session:
            stored = await queries.find_chunk(session, org_id, chunk_id)
            if stored is not None:
                stored.external_id = external_id

    async def heard_by_one() -> Heard:
        source = f"{recording.folder}/chunks/{chunk.name}"
        async with runtime.storage.local_copy(source) as path:
            wanted = Ask(
                path=path,
                seconds=(chunk.end_ms - chunk.start_ms) / 1000,
                language=recording.wishes.get("language"),
                speakers=recording.wishes.get("speakers"),
                on_submitted=on_submitted,
                diarise=is_alone,
                external_id=chunk.external_id,
            )
            # Another's key is for one provider: no other is tried with it, nor without it.
            return await hear(runtime, names[:1] if key else names, wanted, key)

    heard = await while_wanted(runtime, org_id, recording_id, heard_by_one())
    await keep_voiceprints(runtime, recording, chunk, heard.voiceprints)
    try:
        async with db.transaction(runtime.sessions) as session:
            percent = await _store(session, org_id, recording_id, chunk_id, heard)
    except (NotFound, NoLongerWanted):
        # Whoever erases, or joins, deletes after that is stored: one of us sees the file.
        await drop_voiceprints(runtime, recording, chunk)
        raise
    if percent is not None:
        await Progress(runtime, org_id, recording_id).tell(
            RecordingStep.TRANSCRIBING, percent, at_once=True
        )


async def _store(
    session: AsyncSession, org_id: UUID, recording_id: UUID, chunk_id: UUID, heard: Heard
) -> int | None:
    """Keep what was heard, once. Returns the progress; None when nobody wants it any more.

    Raises NoLongerWanted when its call has been made, so that nothing else is kept of it.
    """
    recording = await service.lock_recording(session, org_id, recording_id)
    if recording.status is RecordingStatus.COMPLETED:
        raise NoLongerWanted(f"Recording {recording_id} is done with.")
    chunk = await queries.find_chunk(session, org_id, chunk_id)
    if chunk is None or chunk.done_at is not None:
        return None
    # Also of what was given up meanwhile: it is paid for, and may be tried again.
    chunk.heard, chunk.raw = packed(heard), zstandard.compress(heard.raw)
    chunk.transcriber, chunk.done_at = heard.transcriber, clock.now()
    await session.flush()
    if recording.status.is_over:
        return None
    total, done = await queries.count_chunks(session, recording_id)
    if done == total and recording.key_held_until is None:
        await events.publish(session, RecordingHeard(**service.about(recording)))
    return DECODED_PERCENT + (_HEARD_PERCENT - DECODED_PERCENT) * done // total


def packed(heard: Heard) -> bytes:
    content = {
        "language": heard.language,
        "language_confidence": heard.language_confidence,
        "words": [list(asdict(word).values()) for word in heard.words],
    }
    return zstandard.compress(json.dumps(content).encode())


def unpacked(chunk: RecordingChunk) -> Heard:
    assert chunk.heard is not None  # noqa: S101 - it is done
    content = json.loads(zstandard.decompress(chunk.heard))
    return Heard(
        words=tuple(Word(*values) for values in content["words"]),
        language=content["language"],
        language_confidence=content["language_confidence"],
        raw=b"",
        transcriber=chunk.transcriber or "",
        seconds=(chunk.end_ms - chunk.start_ms) / 1000,
    )
