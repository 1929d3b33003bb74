"""The last step: what was heard becomes turns, the turns a call."""

import asyncio
import importlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import transcripts, uploads
from backend.calls.models import Turn
from backend.calls.uploads import UploadedCall
from backend.platform import clock, db, events, ids
from backend.providers.runtime import Runtime
from backend.providers.transcription.heard import Heard, Word
from backend.recordings import muting, queries, service
from backend.recordings.events import RecordingTranscribed
from backend.recordings.models import (
    Recording,
    RecordingChunk,
    RecordingStatus,
    RecordingStep,
)
from backend.recordings.roles import Told, tell_roles
from backend.recordings.stitching import Piece, shifted, stitch
from backend.recordings.transcribing import unpacked
from backend.recordings.turns import Voiced, turns_of, without_crosstalk
from backend.recordings.voiceprints import read_voiceprints
from backend.recordings.working import Progress

VOICES_APPROXIMATE = "voices_approximate"


async def join(runtime: Runtime, org_id: UUID, recording_id: UUID) -> None:
    """Make the call of a recording whose chunks are all heard. Done once, however often asked."""
    async with db.transaction(runtime.sessions) as session:
        recording = await service.get_recording(session, org_id, recording_id)
        chunks = await queries.list_chunks(session, org_id, recording_id, heard=True)
    if recording.status is RecordingStatus.COMPLETED:
        # Whoever made the call of it was killed before this.
        await _delete_sound(runtime, recording)
        await muting.keep_muted(runtime, recording)
    if recording.status.is_over:
        return
    await Progress(runtime, org_id, recording_id).tell(RecordingStep.JOINING, 96, at_once=True)
    by_channel = _heard_by_channel(chunks)
    voiced = voiced_of(by_channel)
    if not voiced:
        async with db.transaction(runtime.sessions) as session:
            await service.fail_recording(
                session, org_id, recording_id, "no_speech", "No words were heard in it."
            )
        return
    apart = await _told_apart(runtime, recording, chunks, voiced)
    told = await tell_roles(runtime, recording, apart or voiced)
    turns = _with_evidence(turns_of(apart or voiced, told.roles), told)
    if apart:
        turns = [turn.model_copy(update={"is_voice_approximate": True}) for turn in turns]
    async with db.transaction(runtime.sessions) as session:
        await _complete(session, runtime, recording, chunks, turns)
    await _delete_sound(runtime, recording)
    await muting.keep_muted(runtime, recording)


async def _told_apart(
    runtime: Runtime,
    recording: Recording,
    chunks: Sequence[RecordingChunk],
    voiced: Sequence[Voiced],
) -> list[Voiced] | None:
    """Tell voices of one channel apart by their sound, where the transcriber took it down."""
    prints = await read_voiceprints(runtime, recording, chunks)
    if not prints or any(each.word.speaker for each in voiced):
        return None

    def tell() -> list[Voiced] | None:
        voices = importlib.import_module("backend.recordings.voices")  # numpy takes long to load
        found: list[Voiced] | None = voices.tell_apart(
            voiced, prints, recording.wishes.get("speakers")
        )
        return found

    return await asyncio.to_thread(tell)


async def _delete_sound(runtime: Runtime, recording: Recording) -> None:
    """Delete what the chunks were heard from."""
    await runtime.storage.delete_under(f"{recording.folder}/chunks")


def _heard_by_channel(
    chunks: Sequence[RecordingChunk],
) -> Mapping[int, list[tuple[RecordingChunk, Heard]]]:
    by_channel: dict[int, list[tuple[RecordingChunk, Heard]]] = defaultdict(list)
    for chunk in chunks:
        by_channel[chunk.channel].append((chunk, unpacked(chunk)))
    return by_channel


def voiced_of(
    by_channel: Mapping[int, Sequence[tuple[RecordingChunk, Heard]]],
) -> list[Voiced]:
    """Join the chunks of each channel, and the channels."""
    words: dict[int, list[Word]] = {}
    for channel, parts in by_channel.items():
        pieces = [
            Piece(chunk.start_ms, chunk.end_ms, shifted(heard.words, chunk.start_ms))
            for chunk, heard in parts
        ]
        words[channel] = stitch(pieces)
    if 1 in words:
        return without_crosstalk(words.get(0, []), words[1])
    return [Voiced(word, 0) for word in words.get(0, [])]


def _with_evidence(turns: Sequence[Turn], told: Told) -> list[Turn]:
    if told.quote is None:
        return list(turns)
    return [
        turn.model_copy(update={"role_evidence": told.quote})
        if (turn.channel or 0, turn.speaker) == told.quoted_voice
        else turn
        for turn in turns
    ]


async def _complete(
    session: AsyncSession,
    runtime: Runtime,
    recording: Recording,
    chunks: Sequence[RecordingChunk],
    turns: Sequence[Turn],
) -> None:
    locked = await service.lock_recording(session, recording.org_id, recording.id)
    if locked.status.is_over:
        return
    heard = [unpacked(chunk) for chunk in chunks]
    locked.language, locked.language_confidence = _language(heard)
    locked.transcriber = heard[0].transcriber
    locked.cost_cents = _cost(runtime, heard)
    if any(turn.is_voice_approximate for turn in turns):
        locked.warnings = [*locked.warnings, VOICES_APPROXIMATE]
    locked.call_id = await _give_to_call(session, locked, turns)
    locked.status, locked.step, locked.progress = RecordingStatus.COMPLETED, None, 100
    locked.key_held_until = None
    locked.finished_at = clock.now()
    await session.flush()
    await events.publish(session, RecordingTranscribed(**service.about(locked)))


async def _give_to_call(session: AsyncSession, recording: Recording, turns: Sequence[Turn]) -> UUID:
    """Make a call of it, or give the call that it is of another transcript."""
    if recording.is_of_call and recording.call_id is not None:
        await transcripts.revise(
            session,
            recording.org_id,
            recording.call_id,
            turns=turns,
            transcriber=recording.transcriber or "",
            recording_id=recording.id,
        )
        return recording.call_id
    made = UploadedCall(
        call_id=recording.call_id or ids.new_id(),
        agent_id=recording.agent_id,
        recording_id=recording.id,
        file_name=recording.file_name,
        occurred_at=recording.occurred_at,
        duration_ms=recording.duration_ms or 0,
        turns=turns,
        metadata=recording.recording_metadata,
        language=recording.language,
    )
    await uploads.add_uploaded_call(session, recording.org_id, made)
    return made.call_id


def _language(heard: Sequence[Heard]) -> tuple[str | None, float | None]:
    """Take the language that most words are in, and how sure the providers were of it."""
    weights: dict[str, int] = defaultdict(int)
    sure: dict[str, list[float]] = defaultdict(list)
    for each in heard:
        if each.language is None or not each.words:
            continue
        code = re.split(r"[-_]", each.language)[0].lower()
        weights[code] += len(each.words)
        if each.language_confidence is not None:
            sure[code].append(each.language_confidence)
    if not weights:
        return None, None
    code = max(weights, key=lambda name: weights[name])
    confidence = sum(sure[code]) / len(sure[code]) if sure[code] else None
    return code, None if confidence is None else round(confidence, 3)


def _cost(runtime: Runtime, heard: Sequence[Heard]) -> float | None:
    """Reckon what it cost by `TRANSCRIBER_PRICES`; None when a price is not known."""
    prices = runtime.settings.transcriber_prices
    if any(each.transcriber not in prices and each.transcriber != "local" for each in heard):
        return None
    return round(sum(prices.get(each.transcriber, 0.0) * each.seconds / 60 for each in heard), 4)
