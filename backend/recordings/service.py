"""Recordings: taking them in, moving them on, and what becomes of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.agents.errors import AgentArchived
from backend.calls import service as calls
from backend.platform import clock, events, ids, sealing
from backend.platform.events import JsonObject
from backend.platform.settings import Settings
from backend.recordings import queries
from backend.recordings.errors import (
    RecordingBusy,
    RecordingDuplicate,
    RecordingNotOver,
    RecordingNotWaiting,
    RecordingOver,
    RecordingTooLarge,
    RecordingUnknown,
)
from backend.recordings.events import (
    RecordingCanceled,
    RecordingProgressed,
    RecordingQueued,
    RecordingRefused,
    RecordingUploaded,
)
from backend.recordings.models import Recording, RecordingStatus, RecordingStep
from backend.recordings.parts import PART_BYTES
from backend.recordings.queries import RecordingFilter as RecordingFilter

# How long signed addresses work, and how long an upload is waited for.
UPLOAD_LIFETIME = timedelta(hours=24)
KEY_LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class NewRecording:
    """What is known before the bytes. `wishes`: language, speakers, channels."""

    file_name: str
    agent_id: UUID
    content_type: str | None = None
    size_bytes: int | None = None
    occurred_at: datetime | None = None
    wishes: JsonObject | None = None
    metadata: JsonObject | None = None
    allows_duplicate: bool = False
    has_own_key: bool = False


async def add_recording(
    session: AsyncSession, org_id: UUID, new: NewRecording, settings: Settings
) -> Recording:
    """Open a recording that waits for its bytes."""
    refuse_too_large(new.size_bytes, settings)
    agent = await agents.get_agent(session, org_id, new.agent_id)
    if agent.archived_at is not None:
        raise AgentArchived(f"Agent {agent.id} is archived and takes no recordings.")
    recording = Recording(
        id=ids.new_id(),
        org_id=org_id,
        agent_id=agent.id,
        status=RecordingStatus.AWAITING_UPLOAD,
        file_name=new.file_name,
        content_type=new.content_type,
        size_bytes=new.size_bytes,
        occurred_at=new.occurred_at,
        wishes=new.wishes or {},
        recording_metadata=new.metadata or {},
        allows_duplicate=new.allows_duplicate,
        part_bytes=PART_BYTES if new.size_bytes else None,
        upload_expires_at=clock.now() + UPLOAD_LIFETIME,
        key_held_until=clock.now() + KEY_LEASE if new.has_own_key else None,
    )
    session.add(recording)
    await session.flush()
    return recording


def refuse_too_large(size_bytes: int | None, settings: Settings) -> None:
    most = settings.recording.max_bytes
    if size_bytes is not None and size_bytes > most:
        raise RecordingTooLarge(
            f"The recording has {size_bytes} bytes; RECORDING_MAX_BYTES allows {most}."
        )


async def get_recording(session: AsyncSession, org_id: UUID, recording_id: UUID) -> Recording:
    recording = await queries.find_recording(session, org_id, recording_id)
    if recording is None:
        raise RecordingUnknown(f"There is no recording {recording_id}.")
    return recording


async def lock_recording(session: AsyncSession, org_id: UUID, recording_id: UUID) -> Recording:
    recording = await queries.lock_recording(session, org_id, recording_id)
    if recording is None:
        raise RecordingUnknown(f"There is no recording {recording_id}.")
    return recording


async def list_recordings(
    session: AsyncSession,
    org_id: UUID,
    wanted: RecordingFilter,
    *,
    cursor: UUID | None,
    limit: int,
) -> Sequence[Recording]:
    return await queries.list_recordings(session, org_id, wanted, cursor=cursor, limit=limit)


async def queue_uploaded(
    session: AsyncSession,
    org_id: UUID,
    recording_id: UUID,
    *,
    size_bytes: int,
    sha256: str | None,
    has_own_key: bool = False,
) -> Recording:
    """Its bytes are there: announce it, and have it worked on. Twice is a conflict.

    The same bytes once more are a conflict too, which names the recording that has them.
    """
    recording = await lock_recording(session, org_id, recording_id)
    if recording.status is not RecordingStatus.AWAITING_UPLOAD:
        raise RecordingNotWaiting(f"The recording is {recording.status.value}.")
    if sha256 is not None:
        await refuse_duplicate(session, recording, sha256)
    recording.size_bytes, recording.sha256 = size_bytes, sha256
    if has_own_key:
        recording.key_held_until = clock.now() + KEY_LEASE
    recording.status = RecordingStatus.QUEUED
    await session.flush()
    await events.publish(session, RecordingUploaded(**about(recording)))
    await hand_to_workers(session, recording)
    return recording


async def discard_unsent(session: AsyncSession, org_id: UUID, recording_id: UUID) -> None:
    """Forget a recording whose bytes were refused as they came."""
    recording = await queries.lock_recording(session, org_id, recording_id)
    if recording is not None and recording.status is RecordingStatus.AWAITING_UPLOAD:
        await session.delete(recording)


async def queue_from_url(
    session: AsyncSession, recording: Recording, url: str, settings: Settings
) -> None:
    """Have it fetched. The address is sealed: it may carry the right to fetch."""
    _seal_url(recording, url, settings)
    recording.status = RecordingStatus.QUEUED
    await session.flush()
    await hand_to_workers(session, recording)


def read_url(recording: Recording, settings: Settings) -> str | None:
    if recording.sealed_url is None:
        return None
    return sealing.unseal(recording.sealed_url, _about_url(recording), settings.secret_keys)


def _seal_url(recording: Recording, url: str, settings: Settings) -> None:
    recording.sealed_url = sealing.seal(url, _about_url(recording), settings.secret_keys[0])


async def reseal_urls(session: AsyncSession, settings: Settings) -> int:
    """Encrypt addresses to fetch from with the current SECRET_KEY. Return how many there are."""
    found = await queries.lock_with_urls(session)
    for recording in found:
        _seal_url(recording, read_url(recording, settings) or "", settings)
    return len(found)


def _about_url(recording: Recording) -> str:
    return f"{recording.org_id} {recording.id} url"


async def hand_to_workers(session: AsyncSession, recording: Recording) -> None:
    """Have any worker take it, unless one process alone can, since it holds the key."""
    if recording.key_held_until is None:
        await events.publish(session, RecordingQueued(**about(recording)))


async def refuse_duplicate(session: AsyncSession, recording: Recording, sha256: str) -> None:
    if recording.allows_duplicate:
        return
    same = await queries.find_same(session, recording.org_id, sha256, recording.id)
    if same is not None:
        raise RecordingDuplicate(
            f"Recording {same.id} has the same bytes. To take them all the same, send "
            "?duplicates=allow.",
            recording_id=str(same.id),
            call_id=str(same.call_id) if same.call_id else None,
        )


async def progress_to(
    session: AsyncSession, org_id: UUID, recording_id: UUID, step: RecordingStep, percent: int
) -> bool:
    """Say how far it is. False when it is no longer wanted; it never goes back."""
    recording = await lock_recording(session, org_id, recording_id)
    if recording.status.is_over:
        return False
    if percent <= recording.progress and step is recording.step:
        return True
    recording.status, recording.step = RecordingStatus.PROCESSING, step
    recording.progress = max(recording.progress, percent)
    await session.flush()
    await events.publish(session, RecordingProgressed(**about(recording)))
    return True


async def fail_recording(
    session: AsyncSession, org_id: UUID, recording_id: UUID, code: str, detail: str
) -> None:
    """Close it with a reason. What is over stays as it is."""
    recording = await lock_recording(session, org_id, recording_id)
    if recording.status.is_over:
        return
    _expect_no_bytes(recording)
    recording.status, recording.step = RecordingStatus.FAILED, None
    recording.error = {"code": code, "detail": detail}
    recording.key_held_until = None
    recording.finished_at = clock.now()
    await session.flush()
    logger.warning("recording.failed", recording_id=str(recording_id), reason=code)
    await events.publish(session, RecordingRefused(**about(recording)))


async def cancel_recording(session: AsyncSession, org_id: UUID, recording_id: UUID) -> Recording:
    """Stop it before it is done, in whatever step it is. What is over is a conflict."""
    recording = await lock_recording(session, org_id, recording_id)
    if recording.status.is_over:
        raise RecordingOver(f"The recording is {recording.status.value} already.")
    _expect_no_bytes(recording)
    recording.status, recording.step = RecordingStatus.CANCELED, None
    recording.key_held_until = None
    recording.finished_at = clock.now()
    await session.flush()
    await events.publish(session, RecordingCanceled(**about(recording)))
    return recording


def _expect_no_bytes(recording: Recording) -> None:
    """Of what still waits for its bytes, forget how many were to come: there is nothing to retry.

    What a signed address takes after that belongs to nobody, and the sweep deletes it.
    """
    if recording.status is RecordingStatus.AWAITING_UPLOAD:
        recording.size_bytes = None


async def retry_recording(
    session: AsyncSession, org_id: UUID, recording_id: UUID, *, has_own_key: bool
) -> Recording:
    """Try one again that failed or was canceled. It goes on with what was transcribed by then."""
    recording = await lock_recording(session, org_id, recording_id)
    if recording.status not in {RecordingStatus.FAILED, RecordingStatus.CANCELED}:
        raise RecordingNotOver(
            f"The recording is {recording.status.value}; only one that has failed or was canceled "
            "can be tried again."
        )
    if recording.size_bytes is None and recording.sealed_url is None:
        raise RecordingNotWaiting("Its bytes never came. Send it again as a new recording.")
    if recording.is_of_call and recording.call_id is not None:
        await _refuse_outdated(session, recording, recording.call_id)
    recording.status, recording.step, recording.error = RecordingStatus.QUEUED, None, None
    recording.progress, recording.finished_at = 0, None
    for chunk in await queries.list_chunks(session, org_id, recording_id, heard=False):
        # What a provider had begun may be what failed.
        chunk.external_id = None
    recording.key_held_until = clock.now() + KEY_LEASE if has_own_key else None
    await session.flush()
    await events.publish(session, RecordingProgressed(**about(recording)))
    await hand_to_workers(session, recording)
    return recording


async def _refuse_outdated(session: AsyncSession, recording: Recording, call_id: UUID) -> None:
    """Let a call have one recording transcribed at a time, and no newer transcript replaced."""
    await calls.lock_call(session, recording.org_id, call_id)
    for other in await queries.list_of_call(session, recording.org_id, call_id):
        if not other.status.is_over:
            raise RecordingBusy("The call is being transcribed.", recording_id=str(other.id))
        if other.id > recording.id:
            raise RecordingOver(
                f"Recording {other.id} of the call is newer. Transcribe the call again instead.",
                recording_id=str(other.id),
            )


async def renew_key(
    session: AsyncSession, org_id: UUID, recording_id: UUID
) -> RecordingStatus | None:
    """Say that the key is still held. Returns where the recording stands; None: it is gone."""
    recording = await queries.lock_recording(session, org_id, recording_id)
    if recording is None:
        return None
    if recording.key_held_until is not None:
        recording.key_held_until = clock.now() + KEY_LEASE
    return recording.status


async def lock_to_delete(session: AsyncSession, org_id: UUID, recording_id: UUID) -> Recording:
    """Lock one that is to be deleted. One that is worked on is a conflict."""
    recording = await lock_recording(session, org_id, recording_id)
    if not recording.status.is_over and recording.status is not RecordingStatus.AWAITING_UPLOAD:
        raise RecordingNotOver(f"The recording is {recording.status.value}; cancel it first.")
    return recording


def about(recording: Recording) -> JsonObject:
    """Fill in an event about the recording."""
    return {
        "org_id": recording.org_id,
        "agent_id": recording.agent_id,
        "call_id": recording.call_id,
        "recording_id": recording.id,
        "data": {
            "recording_id": str(recording.id),
            "status": recording.status.value,
            "step": recording.step.value if recording.step else None,
            "progress": recording.progress,
            "file_name": recording.file_name,
            "error": recording.error,
        },
    }
