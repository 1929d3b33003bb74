"""Cutting one channel into chunks at silences, while it is being decoded."""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import webrtcvad  # type: ignore[import-untyped]  # it has neither stubs nor a py.typed
from numpy.typing import NDArray

from backend.recordings.sound.order import Chunk

Channel = NDArray[np.int16]

FRAME_MS = 30
# So long nobody speaks where a cut is made.
_PAUSE_MS = 420
# Before the first word, so that its beginning is heard.
_LEAD_MS = 300
# Where nobody pauses, both chunks hear this much of the same.
OVERLAP_MS = 3000
# Quieter than this is nothing that anybody said (about -57 dBFS).
_QUIET = 45


class ChunkFile(Protocol):
    def write(self, samples: Channel) -> None: ...
    def close(self) -> None: ...


class Cutter:
    """Takes a channel in pieces of any length and writes it into chunk files.

    A chunk begins with speech and ends in a pause once it is `target_ms` long, or after half as
    much again where nobody pauses; the next one then begins `OVERLAP_MS` earlier. `open_file` is
    called for each chunk, `on_chunk` when it is complete. Only where a chunk may begin or end is it
    asked whether somebody speaks: that is what takes time.
    """

    def __init__(
        self,
        channel: int,
        rate: int,
        target_ms: int,
        open_file: Callable[[int], ChunkFile],
        on_chunk: Callable[[Chunk], None],
    ) -> None:
        self.has_speech = False
        self._channel, self._rate = channel, rate
        self._open_file, self._on_chunk = open_file, on_chunk
        self._vad = webrtcvad.Vad(2)
        self._frame = rate * FRAME_MS // 1000
        self._target = _frames(target_ms)
        self._rest: Channel = np.zeros(0, np.int16)
        # The newest frames, whole ones, that a chunk may begin with, and how many came in all.
        self._held: Channel = np.zeros(0, np.int16)
        self._at = 0
        self._file: ChunkFile | None = None
        self._index = self._start = self._quiet = 0

    def feed(self, samples: Channel) -> None:
        joined = np.concatenate([self._rest, samples]) if self._rest.size else samples
        whole = joined.size // self._frame * self._frame
        self._rest = joined[whole:].copy()
        before = self._held.size // self._frame
        held = np.concatenate([self._held, joined[:whole]])
        frames = held.reshape(-1, self._frame)
        at = before
        while at < len(frames):
            file = self._file
            at = self._search(frames, at) if file is None else self._go_on(file, frames, at)
        self._at += len(frames) - before
        self._held = held[-_frames(OVERLAP_MS) * self._frame :].copy()

    def finish(self) -> None:
        """Take what is left, and close the last chunk."""
        if self._rest.size:
            self.feed(np.zeros(self._frame - self._rest.size, np.int16))
        self._close(self._at)

    def close(self) -> None:
        """Let go of a chunk that will not be complete."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _search(self, frames: Channel, at: int) -> int:
        """Find where somebody speaks, and begin a chunk a little before. Return what is next."""
        for here in range(at, len(frames)):
            if self._is_speech(frames[here]):
                self.has_speech = True
                self._begin(frames, here + 1, _frames(_LEAD_MS))
                return here + 1
        return len(frames)

    def _go_on(self, file: ChunkFile, frames: Channel, at: int) -> int:
        """Write on; near the length that is wanted, look for a pause. Return what is next."""
        first = self._at - self._held.size // self._frame
        watched = self._start + self._target - _frames(_PAUSE_MS) - first
        if at < watched:
            until = min(watched, len(frames))
            file.write(frames[at:until].reshape(-1))
            self._quiet = 0
            return until
        file.write(frames[at])
        self._quiet = 0 if self._is_speech(frames[at]) else self._quiet + 1
        length = first + at + 1 - self._start
        if length >= self._target and self._quiet >= _frames(_PAUSE_MS):
            self._close(first + at + 1)
        elif length >= self._target * 3 // 2:
            self._close(first + at + 1)
            self._begin(frames, at + 1, _frames(OVERLAP_MS))
        return at + 1

    def _is_speech(self, frame: Channel) -> bool:
        is_loud = frame.max() > _QUIET or frame.min() < -_QUIET
        return bool(is_loud and self._vad.is_speech(frame.tobytes(), self._rate))

    def _begin(self, frames: Channel, until: int, count: int) -> None:
        """Begin a chunk with so many frames, the last of which was looked at just now."""
        begin = max(0, until - count)
        self._start = self._at - self._held.size // self._frame + begin
        self._quiet = 0
        self._file = self._open_file(self._index)
        self._file.write(frames[begin:until].reshape(-1))

    def _close(self, end: int) -> None:
        if self._file is None:
            return
        self._file.close()
        self._file = None
        start_ms, end_ms = self._start * FRAME_MS, end * FRAME_MS
        self._on_chunk(Chunk(self._channel, self._index, start_ms, end_ms))
        self._index += 1


def _frames(ms: int) -> int:
    return ms // FRAME_MS
