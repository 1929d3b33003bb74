"""Fetching a recording from where its sender says it is, by the client that is kept in bounds."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import httpx

from backend.platform import db, events
from backend.platform.errors import AppError, Conflict, Rejected, UpstreamFailed
from backend.platform.storage import ObjectTooLarge, Written
from backend.providers.runtime import Runtime
from backend.recordings import service
from backend.recordings.errors import NotASoundFile, RecordingInvalid
from backend.recordings.events import RecordingUploaded
from backend.recordings.models import Recording
from backend.recordings.receiving import checked
from backend.recordings.working import while_wanted

# However slowly it comes.
_LONGEST_SECONDS = 3600.0
_GONE = {400, 401, 403, 404, 410}


class FetchRefused(Rejected):
    code, title = "fetch-refused", "The recording cannot be fetched from there"


class FetchFailed(UpstreamFailed):
    code, title = "fetch-failed", "The recording could not be fetched"


def file_name_of(url: str) -> str:
    """Name a recording as its address ends."""
    return (unquote(PurePosixPath(urlsplit(url).path).name) or "recording")[-255:]


async def fetch_if_needed(runtime: Runtime, recording: Recording) -> bool:
    """Bring the bytes here, unless they are. False when the recording was closed by that."""
    url = service.read_url(recording, runtime.settings)
    if url is None:
        return True
    try:
        written = await while_wanted(
            runtime, recording.org_id, recording.id, _fetch(runtime, recording, url)
        )
        async with db.transaction(runtime.sessions) as session:
            await service.refuse_duplicate(session, recording, written.sha256)
            locked = await service.lock_recording(session, recording.org_id, recording.id)
            locked.size_bytes, locked.sha256 = written.size_bytes, written.sha256
            locked.sealed_url = None
            await session.flush()
            await events.publish(session, RecordingUploaded(**service.about(locked)))
    except (FetchRefused, NotASoundFile, RecordingInvalid, ObjectTooLarge, Conflict) as refused:
        await _close(runtime, recording, refused)
        return False
    recording.sha256 = written.sha256
    return True


async def _close(runtime: Runtime, recording: Recording, refused: AppError) -> None:
    code = _CODES.get(refused.code, refused.code.replace("-", "_"))
    async with db.transaction(runtime.sessions) as session:
        await service.fail_recording(session, recording.org_id, recording.id, code, refused.detail)
    await runtime.storage.delete(recording.source_key)


_CODES = {
    "object-too-large": "too_large", "not-audio-or-video": "not_audio",
    "recording-invalid": "empty", "recording-duplicate": "duplicate",
}  # fmt: skip


async def _fetch(runtime: Runtime, recording: Recording, url: str) -> Written:
    try:
        async with (
            asyncio.timeout(_LONGEST_SECONDS),
            runtime.http.stream("GET", url, timeout=60) as response,
        ):
            if response.status_code in _GONE:
                raise FetchRefused(f"The address answers {response.status_code}. Send another.")
            if not response.is_success:
                raise FetchFailed(f"The address answers {response.status_code}.")
            return await runtime.storage.put(
                recording.source_key,
                checked(_bytes_of(response), recording.file_name),
                limit=runtime.settings.recording.max_bytes,
            )
    except httpx.InvalidURL as error:
        raise FetchRefused("This is no address of http or https.") from error
    except httpx.UnsupportedProtocol as error:
        raise FetchRefused("This is no address of http or https.") from error
    except (httpx.HTTPError, TimeoutError) as error:
        raise FetchFailed(f"The address broke off ({type(error).__name__}).") from error


async def _bytes_of(response: httpx.Response) -> AsyncIterator[bytes]:
    async for chunk in response.aiter_bytes(256 * 1024):
        yield chunk
