"""Playing what is in the storage, with ranges, so that a browser can seek in it."""

import re

from fastapi import Response
from fastapi.responses import StreamingResponse

from backend.platform.storage import ObjectNotFound, Storage
from backend.recordings.models import Recording

_TYPES = {
    "wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg",
    "mov": "audio/mp4", "matroska": "audio/webm", "aac": "audio/aac",
}  # fmt: skip
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


async def play(
    storage: Storage, recording: Recording, wanted: str | None, *, muted_key: str | None = None
) -> Response:
    """Answer 200, 206 for a part, or 416 for a part that is not there.

    `muted_key` is of a copy that is played in its place.
    """
    key = muted_key or recording.playable_key
    found = await storage.find(key)
    if found is None:
        raise ObjectNotFound("The sound is no longer there, or has not arrived yet.")
    is_flac = muted_key is not None or recording.has_copy
    media_type = "audio/flac" if is_flac else _TYPES.get(recording.container or "", "")
    headers = {
        "accept-ranges": "bytes",
        "cache-control": "private, no-cache",
        "content-disposition": f'inline; filename="{recording.id}"',
        # What was sent is not believed to be what its name says.
        "content-type": media_type or "application/octet-stream",
    }
    part = _part(wanted, found.size_bytes)
    if part is None:
        headers["content-range"] = f"bytes */{found.size_bytes}"
        return Response(status_code=416, headers=headers)
    start, end = part
    headers["content-length"] = str(end - start)
    is_part = wanted is not None and _RANGE.fullmatch(wanted.replace(" ", "")) is not None
    if is_part:
        headers["content-range"] = f"bytes {start}-{end - 1}/{found.size_bytes}"
    status = 206 if is_part else 200
    return StreamingResponse(storage.read(key, start, end), status_code=status, headers=headers)


def _part(wanted: str | None, size: int) -> tuple[int, int] | None:
    """Read one range. Several, or what is none, get the whole; None: outside of what is there."""
    match = _RANGE.fullmatch(wanted.replace(" ", "")) if wanted else None
    if match is None or match.group(0) == "bytes=-":
        return 0, size
    first, last = match.groups()
    if not first:
        start = max(0, size - int(last))
        return (start, size) if int(last) else None
    start, end = int(first), min(int(last) + 1 if last else size, size)
    if start >= size or (last and int(last) < start):
        return None
    return start, end
