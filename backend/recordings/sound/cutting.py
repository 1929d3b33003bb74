"""Cutting one channel into chunks at silences, while it is being decoded."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import webrtcvad  # type: ignore[import-untyped]  # it has neither stubs nor a py.typed
from numpy.typing import NDArray

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


@dataclass(frozen=True)
class Chunk:
    """A part of a channel: what its file holds, in milliseconds of the recording."""

    channel: int
    index: int
    start_ms: int
    end_ms: int


class Cutter:
    """Takes a channel in pieces of any length and writes it into chunk files.

    A chunk begins with speech and ends in a pause once it is `target_ms` long, or after half as
    much again where nobody pauses; the next one then begins `OVERLAP_MS` earlier. `open_file` is
    called for each chunk, `on_chunk` when it is complete.
    """

    def __init__(
        self,
        channel: int,
        rate: int,
        target_ms: int,
        open_file: Callable[[int], ChunkFile],
        on_chunk: Callable[[Chunk], None],
    ) -> None:
        self.speech_ms = 0
        self._channel, self._rate, self._target_ms = channel, rate, target_ms
        self._open_file, self._on_chunk = open_file, on_chunk
        self._vad = webrtcvad.Vad(2)
        self._frame = rate * FRAME_MS // 1000
        self._rest: Channel = np.zeros(0, np.int16)
        self._at_ms = 0
        self._recent: deque[Channel] = deque(maxlen=OVERLAP_MS // FRAME_MS)
        self._file: ChunkFile | None = None
        self._index = 0
        self._start_ms = 0
        self._quiet_ms = 0

    def feed(self, samples: Channel) -> None:
        joined = np.concatenate([self._rest, samples]) if self._rest.size else samples
        whole = joined.size // self._frame * self._frame
        self._rest = joined[whole:].copy()
        frames = joined[:whole].reshape(-1, self._frame)
        is_loud = (frames.max(axis=1) > _QUIET) | (frames.min(axis=1) < -_QUIET)
        for frame, loud in zip(frames, is_loud.tolist(), strict=True):
            self._take(frame, is_speech=loud and self._vad.is_speech(frame.tobytes(), self._rate))

    def finish(self) -> None:
        """Take what is left, and close the last chunk."""
        if self._rest.size:
            self.feed(np.zeros(self._frame - self._rest.size, np.int16))
        self._close()

    def _take(self, frame: Channel, *, is_speech: bool) -> None:
        self._at_ms += FRAME_MS
        self.speech_ms += FRAME_MS if is_speech else 0
        self._quiet_ms = 0 if is_speech else self._quiet_ms + FRAME_MS
        self._recent.append(frame)
        if self._file is None:
            if is_speech:
                self._begin(_LEAD_MS)
            return
        self._file.write(frame)
        length = self._at_ms - self._start_ms
        if length >= self._target_ms and self._quiet_ms >= _PAUSE_MS:
            self._close()
        elif length >= self._target_ms * 3 // 2:
            self._close()
            self._begin(OVERLAP_MS)

    def _begin(self, before_ms: int) -> None:
        """Begin a chunk with what was taken last, the newest frame included."""
        frames = list(self._recent)[-(before_ms // FRAME_MS) :]
        self._start_ms = self._at_ms - len(frames) * FRAME_MS
        self._file = self._open_file(self._index)
        for frame in frames:
            self._file.write(frame)

    def _close(self) -> None:
        if self._file is None:
            return
        self._file.close()
        self._file = None
        self._on_chunk(Chunk(self._channel, self._index, self._start_ms, self._at_ms))
        self._index += 1
