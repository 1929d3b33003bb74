"""A recording as those hear it who may not hear everything: a copy with silence in it.

It is made when it is first asked for, and kept beside the recording for as long as what is silent
in it stays the same.
"""

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import Iterable, Sequence
from weakref import WeakKeyDictionary, WeakValueDictionary

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import redacting
from backend.calls import masking, service as calls
from backend.calls.masking import Hearing
from backend.platform import db
from backend.platform.errors import NotFound
from backend.platform.events import JsonObject
from backend.platform.scratch import scratch_folder
from backend.providers.runtime import Runtime
from backend.recordings import queries, service
from backend.recordings.errors import SoundNotMuted
from backend.recordings.models import Recording
from backend.redaction.muting import MARGIN_MS

_PREFIX = "muted-"


async def find_hearing(
    session: AsyncSession, recording: Recording, *, with_originals: bool
) -> Hearing:
    """Find what of it may be heard by who may or may not hear originals.

    Nothing is before somebody has written down what was said.
    """
    if recording.call_id is not None:
        call = await calls.get_call(session, recording.org_id, recording.call_id)
        return await masking.find_hearing(session, call, with_originals=with_originals)
    found = await redacting.find(session, recording.agent_id, None)
    is_heard = not found.kinds or (with_originals and found.keeps_original)
    return Hearing(is_silent=not is_heard)


async def keep_muted(runtime: Runtime, recording: Recording) -> None:
    """Have the muted copy take the place of a recording whose original is not to be kept.

    One that cannot be muted is not kept at all.
    """
    async with db.transaction(runtime.sessions) as session:
        recording = await service.get_recording(session, recording.org_id, recording.id)
        if recording.call_id is None:
            return
        call = await calls.get_call(session, recording.org_id, recording.call_id)
        if await masking.find_lasting_mask(session, call) is None:
            return
        hearing = await masking.find_hearing(session, call, with_originals=True)
        for chunk in await queries.list_chunks(session, recording.org_id, recording.id, heard=True):
            chunk.heard = chunk.raw = None
    if await runtime.storage.find(recording.source_key) is None:
        return
    silences = await hearing.silences()
    try:
        key = await muted_copy(runtime, recording, silences) if silences else None
    except SoundNotMuted:
        await runtime.storage.delete(recording.source_key, recording.copy_key)
        return
    if key is None:
        return
    async with runtime.storage.local_copy(key) as path:
        await runtime.storage.put_file(recording.copy_key, path)
    async with db.transaction(runtime.sessions) as session:
        locked = await service.lock_recording(session, recording.org_id, recording.id)
        locked.has_copy = True
    await runtime.storage.delete(recording.source_key, key)


async def muted_copy(
    runtime: Runtime, recording: Recording, silences: Sequence[tuple[int, int]]
) -> str:
    """Return the key of the copy that is silent at these times. Raises SoundNotMuted.

    It is made once, however many ask for it at a time, and takes the place of those before it.
    """
    quiet = joined((max(0, start - MARGIN_MS), end + MARGIN_MS) for start, end in silences)
    digest = hashlib.sha256(json.dumps(quiet).encode()).hexdigest()[:16]
    key = f"{recording.folder}/{_PREFIX}{digest}.flac"
    making = _MAKING.setdefault(asyncio.get_running_loop(), _Making())
    async with making.lock_of(key):
        if await runtime.storage.find(key) is None:
            async with making.places:
                await _make(runtime, recording, key, quiet)
    return key


def joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join stretches that overlap or touch, in the order of time."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


class _Making:
    """Copies that are being made by this process: each by one, and few at a time."""

    def __init__(self) -> None:
        self.places = asyncio.Semaphore(_MOST_AT_A_TIME)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def lock_of(self, key: str) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())


_MOST_AT_A_TIME = 2
# What the length of a file and that of what is decoded of it may differ by.
_SLACK_SECONDS = 60.0
_MAKING: WeakKeyDictionary[asyncio.AbstractEventLoop, _Making] = WeakKeyDictionary()


async def _make(
    runtime: Runtime, recording: Recording, key: str, quiet: Sequence[tuple[int, int]]
) -> None:
    with scratch_folder() as folder:
        target = folder / "muted.flac"
        async with runtime.storage.local_copy(recording.playable_key) as path:
            order: JsonObject = {
                "path": str(path),
                "file_name": recording.file_name,
                "target": str(target),
                "silences": quiet,
                "longest_seconds": _longest_seconds(runtime, recording),
            }
            await _mute(order)
        await runtime.storage.put_file(key, target)
    try:
        async with db.transaction(runtime.sessions) as session:
            await service.get_recording(session, recording.org_id, recording.id)
    except NotFound:
        # Erased meanwhile. Whoever erases looks after the rows are gone: one of us sees the file.
        await runtime.storage.delete(key)
        raise
    former = [stored.key async for stored in runtime.storage.list_under(recording.folder)]
    is_former = f"{recording.folder}/{_PREFIX}"
    await runtime.storage.delete(
        *(each for each in former if each.startswith(is_former) and each != key)
    )


def _longest_seconds(runtime: Runtime, recording: Recording) -> float:
    """Say how long it may be: as long as it was read to be."""
    if recording.duration_ms is None:
        return runtime.settings.recording.max_minutes * 60.0
    return recording.duration_ms / 1000 + _SLACK_SECONDS


async def _mute(order: JsonObject) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "backend.recordings.sound.muting"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # noqa: TID251 - handed on
    )
    try:
        said, _ = await process.communicate(json.dumps(order).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if said.strip() != b'{"done": true}':
        raise SoundNotMuted(
            "Something in it is not for you to hear, and it could not be muted in this file."
        )
