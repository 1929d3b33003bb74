"""Uploads in parts, each of which can be sent again: a cut connection costs one part at the most.

Parts are files of their own until a worker puts them together, so any storage will do.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from backend.platform.storage import ObjectNotFound, Storage
from backend.recordings.models import Recording

PART_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Part:
    """The bytes from `start` up to, not including, `end`."""

    number: int
    start: int
    end: int

    @property
    def size_bytes(self) -> int:
        return self.end - self.start


def parts_of(recording: Recording) -> list[Part]:
    """Divide a recording into the parts that it was opened for."""
    size, step = recording.size_bytes, recording.part_bytes
    if not size or not step:
        return []
    starts = range(0, size, step)
    return [Part(n, start, min(start + step, size)) for n, start in enumerate(starts)]


async def missing_parts(storage: Storage, recording: Recording) -> list[Part]:
    """List the parts that are not there, in order."""
    there = {
        stored.key: stored.size_bytes
        async for stored in storage.list_under(f"{recording.folder}/parts")
    }
    return [
        part
        for part in parts_of(recording)
        if there.get(recording.part_key(part.number)) != part.size_bytes
    ]


async def put_together(storage: Storage, recording: Recording) -> None:
    """Make one file of the parts, where the bytes came in parts. Done once, however often asked."""
    if not parts_of(recording):
        return
    if not await _is_whole(storage, recording):
        try:
            await storage.put(recording.source_key, _bytes_of_parts(storage, recording))
        except ObjectNotFound:
            # Another worker, taken for dead, has put them together and deleted them meanwhile.
            if not await _is_whole(storage, recording):
                raise
    await storage.delete_under(f"{recording.folder}/parts")


async def _is_whole(storage: Storage, recording: Recording) -> bool:
    found = await storage.find(recording.source_key)
    return found is not None and found.size_bytes == recording.size_bytes


async def _bytes_of_parts(storage: Storage, recording: Recording) -> AsyncIterator[bytes]:
    for part in parts_of(recording):
        async for chunk in storage.read(recording.part_key(part.number)):
            yield chunk
