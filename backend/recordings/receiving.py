"""Taking in bytes: from a form, from a signed request to us, or found in the store."""

from collections.abc import AsyncIterable, AsyncIterator
from uuid import UUID

from backend.platform import db
from backend.platform.storage import ObjectTooLarge, Storage
from backend.providers.runtime import Runtime
from backend.recordings import service
from backend.recordings.errors import (
    NotASoundFile,
    RecordingIncomplete,
    RecordingInvalid,
    RecordingNotWaiting,
    RecordingTooLarge,
)
from backend.recordings.models import Recording, RecordingStatus
from backend.recordings.parts import missing_parts, parts_of
from backend.recordings.sound.kinds import HEAD_BYTES, kind_of


async def receive(
    runtime: Runtime, recording: Recording, chunks: AsyncIterable[bytes]
) -> Recording:
    """Store the bytes, and have them worked on. Nothing of them stays when they are refused."""
    most = runtime.settings.recording.max_bytes
    try:
        written = await runtime.storage.put(
            recording.source_key, checked(chunks, recording.file_name), limit=most
        )
    except ObjectTooLarge as error:
        raise RecordingTooLarge(f"RECORDING_MAX_BYTES allows {most} bytes.") from error
    try:
        async with db.transaction(runtime.sessions) as session:
            return await service.queue_uploaded(
                session,
                recording.org_id,
                recording.id,
                size_bytes=written.size_bytes,
                sha256=written.sha256,
            )
    except Exception:
        async with db.transaction(runtime.sessions) as session:
            found = await service.get_recording(session, recording.org_id, recording.id)
        if found.status is RecordingStatus.AWAITING_UPLOAD:
            await runtime.storage.delete(recording.source_key)
        raise


async def checked(chunks: AsyncIterable[bytes], file_name: str) -> AsyncIterator[bytes]:
    """Pass bytes on, the first ones not before they were looked at."""
    head, is_checked = b"", False
    async for chunk in chunks:
        if is_checked:
            yield chunk
            continue
        head += chunk
        if len(head) >= HEAD_BYTES:
            refuse_other_kinds(head, file_name)
            is_checked = True
            yield head
    if not is_checked:
        if not head:
            raise RecordingInvalid("The file is empty. Send it again.")
        refuse_other_kinds(head, file_name)
        yield head


def refuse_other_kinds(head: bytes, file_name: str) -> None:
    if kind_of(head[:HEAD_BYTES], file_name) is None:
        raise NotASoundFile(
            "The file is neither audio nor video, whatever its name is. Send WAV, MP3, M4A, Ogg, "
            "WebM, FLAC, AMR, MP4 or the like."
        )


async def complete(
    runtime: Runtime, org_id: UUID, recording_id: UUID, *, has_own_key: bool = False
) -> Recording:
    """Look at what has arrived in the store, and have it worked on."""
    async with db.transaction(runtime.sessions) as session:
        recording = await service.get_recording(session, org_id, recording_id)
    refuse_unless_waiting(recording)
    begins_in = await _find_all(runtime.storage, recording)
    refuse_other_kinds(await _head(runtime.storage, begins_in), recording.file_name)
    # What was told of one piece says nothing about parts that came instead.
    is_whole = begins_in == recording.source_key
    async with db.transaction(runtime.sessions) as session:
        return await service.queue_uploaded(
            session,
            org_id,
            recording_id,
            size_bytes=recording.size_bytes or 0,
            sha256=recording.sha256 if is_whole else None,
            has_own_key=has_own_key,
        )


async def _find_all(storage: Storage, recording: Recording) -> str:
    """Find all the bytes, in one piece or in parts. Return the key of what they begin in."""
    found = await storage.find(recording.source_key)
    there = found.size_bytes if found else 0
    if found is not None and there == recording.size_bytes:
        return recording.source_key
    missing = await missing_parts(storage, recording)
    if recording.size_bytes and not missing:
        return recording.part_key(0)
    in_parts = (recording.size_bytes or 0) - sum(part.size_bytes for part in missing)
    there = max(there, in_parts)
    raise RecordingIncomplete(
        f"Of {recording.size_bytes} bytes {there} are there. Send them all, then ask again.",
        received_bytes=there,
    )


async def _head(storage: Storage, key: str) -> bytes:
    return b"".join([chunk async for chunk in storage.read(key, 0, HEAD_BYTES)])


async def receive_part(
    runtime: Runtime, recording: Recording, number: int, chunks: AsyncIterable[bytes]
) -> None:
    """Store a part that was sent to an address of ours; the same once more replaces it."""
    refuse_unless_waiting(recording)
    part = parts_of(recording)[number]
    if number == 0:
        chunks = checked(chunks, recording.file_name)
    try:
        await runtime.storage.put(recording.part_key(number), chunks, limit=part.size_bytes)
    except ObjectTooLarge as error:
        raise RecordingTooLarge(f"This part has {part.size_bytes} bytes.") from error


def refuse_unless_waiting(recording: Recording) -> None:
    if recording.status is not RecordingStatus.AWAITING_UPLOAD:
        raise RecordingNotWaiting(f"The recording is {recording.status.value}.")


async def receive_signed(
    runtime: Runtime, recording: Recording, chunks: AsyncIterable[bytes]
) -> None:
    """Store what was sent to an address of ours; `complete` follows, as with any store."""
    refuse_unless_waiting(recording)
    try:
        written = await runtime.storage.put(
            recording.source_key,
            checked(chunks, recording.file_name),
            limit=recording.size_bytes,
        )
    except ObjectTooLarge as error:
        raise RecordingTooLarge(f"{recording.size_bytes} bytes were said to come.") from error
    async with db.transaction(runtime.sessions) as session:
        locked = await service.lock_recording(session, recording.org_id, recording.id)
        if locked.status is RecordingStatus.AWAITING_UPLOAD:
            locked.sha256 = written.sha256
