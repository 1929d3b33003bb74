"""Keeping what voices sound like until all chunks are heard: beside the sound, and no longer.

It tells people apart, so it is in no table, and is deleted with the chunks it was heard in.
"""

import base64
import json
from collections.abc import AsyncIterator, Sequence

from backend.platform.storage import ObjectNotFound
from backend.providers.runtime import Runtime
from backend.providers.transcription.heard import Voiceprint
from backend.recordings.models import Recording, RecordingChunk


async def keep_voiceprints(
    runtime: Runtime, recording: Recording, chunk: RecordingChunk, prints: Sequence[Voiceprint]
) -> None:
    if not prints:
        return
    content = [
        [each.start_ms, each.end_ms, base64.b64encode(each.vector).decode()] for each in prints
    ]
    await runtime.storage.put(_key(recording, chunk), _once(json.dumps(content).encode()))


async def drop_voiceprints(runtime: Runtime, recording: Recording, chunk: RecordingChunk) -> None:
    await runtime.storage.delete(_key(recording, chunk))


async def read_voiceprints(
    runtime: Runtime, recording: Recording, chunks: Sequence[RecordingChunk]
) -> list[Voiceprint]:
    """Read those of all chunks, in times of the recording. None are of what names voices itself."""
    found = []
    for chunk in chunks:
        try:
            read = [part async for part in runtime.storage.read(_key(recording, chunk))]
        except ObjectNotFound:
            continue
        found += [
            Voiceprint(chunk.start_ms + start, chunk.start_ms + end, base64.b64decode(vector))
            for start, end, vector in json.loads(b"".join(read))
        ]
    return found


def _key(recording: Recording, chunk: RecordingChunk) -> str:
    return f"{recording.folder}/chunks/{chunk.name}.voices"


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
