"""Keys that senders bring for their own recordings (`X-Transcriber-Key`).

A key is in the memory of the process that took it and nowhere else. So that process does the work
itself; when it ends first, the recording has failed with `key_lost`.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field
from uuid import UUID

from loguru import logger
from pydantic import SecretStr

from backend.platform import db
from backend.platform.attempts import is_worth_retrying
from backend.platform.errors import AppError, Conflict, Retryable
from backend.providers.runtime import Runtime
from backend.recordings import joining, preparing, service, transcribing
from backend.recordings.models import RecordingStatus

_LOOK_SECONDS = 1.0
_AT_ONCE = 2
_CHUNKS_AT_ONCE = 4
_ATTEMPTS = 6
LOST = "The process that held the key has ended. Try again, with the key."


@dataclass
class _Held:
    org_id: UUID
    key: SecretStr
    work: asyncio.Task[None] | None = field(default=None)


class KeyHolder:
    """Holds the keys of one process, and transcribes with them."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._held: dict[UUID, _Held] = {}
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._news = asyncio.Event()

    def take(self, org_id: UUID, recording_id: UUID, key: SecretStr | None) -> None:
        """Keep a key until its recording is over; none, and nothing is kept."""
        if key is not None:
            self._held[recording_id] = _Held(org_id, key)
            self._news.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Look after the recordings whose keys are held, for as long as the process runs."""
        while not stopping.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _LOOK_SECONDS)
            self._news.clear()
            for recording_id in list(self._held):
                await self._look_after(recording_id)

    async def _look_after(self, recording_id: UUID) -> None:
        held = self._held[recording_id]
        async with db.transaction(self._runtime.sessions) as session:
            status = await service.renew_key(session, held.org_id, recording_id)
        if status is None or status.is_over:
            self._forget(recording_id)
        elif status is not RecordingStatus.AWAITING_UPLOAD and held.work is None:
            held.work = asyncio.create_task(self._transcribe(recording_id, held))

    def _forget(self, recording_id: UUID) -> None:
        held = self._held.pop(recording_id)
        if held.work is not None:
            held.work.cancel()

    async def _transcribe(self, recording_id: UUID, held: _Held) -> None:
        async with self._places:
            try:
                await self._work(recording_id, held)
            except Conflict:
                logger.debug("recording.no_longer_wanted")
            except Exception as error:  # noqa: BLE001 - nobody else answers for this task
                is_expected = isinstance(error, AppError)
                logger.opt(exception=not is_expected).warning("recording.own_key_failed")
                detail = error.detail if isinstance(error, AppError) else "Something went wrong."
                async with db.transaction(self._runtime.sessions) as session:
                    await service.fail_recording(
                        session, held.org_id, recording_id, "gave_up", detail
                    )

    async def _work(self, recording_id: UUID, held: _Held) -> None:
        runtime, org_id = await self._runtime.of(held.org_id), held.org_id
        chunks = await preparing.prepare(runtime, org_id, recording_id)
        places = asyncio.Semaphore(_CHUNKS_AT_ONCE)

        async def hear(chunk_id: UUID) -> None:
            async with places:
                await _again_and_again(runtime, org_id, recording_id, chunk_id, held.key)

        async with asyncio.TaskGroup() as group:
            for chunk_id in chunks:
                group.create_task(hear(chunk_id))
        await joining.join(runtime, org_id, recording_id)

    async def close(self) -> None:
        """Let go of all keys: what they were for has failed."""
        held, self._held = self._held, {}
        for recording_id, each in held.items():
            if each.work is not None:
                each.work.cancel()
            with contextlib.suppress(Exception):
                async with db.transaction(self._runtime.sessions) as session:
                    await service.fail_recording(
                        session, each.org_id, recording_id, "key_lost", LOST
                    )


async def _again_and_again(
    runtime: Runtime, org_id: UUID, recording_id: UUID, chunk_id: UUID, key: SecretStr
) -> None:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            await transcribing.transcribe_chunk(
                runtime, org_id, recording_id, chunk_id, key=key.get_secret_value()
            )
        except AppError as error:
            if attempt == _ATTEMPTS or not is_worth_retrying(error):
                raise
            wait = error.retry_after if isinstance(error, Retryable) else None
            await asyncio.sleep(wait or 2.0**attempt)
        else:
            return
