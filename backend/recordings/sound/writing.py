"""Writing sound: lossless files, and the outline that a player draws."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from backend.recordings.sound.cutting import Channel

_BLOCK_SECONDS = 2
_PEAK_MS = 20
# Its own choice at this level is 27 ms, and each frame passes through Python.
_FLAC_FRAME = 4608
MOST_PEAKS = 4000


class FlacFile:
    """A FLAC file that samples are appended to; one channel or two."""

    def __init__(self, path: Path, rate: int, layout: str = "mono") -> None:
        self.path = path
        self._container = av.open(str(path), "w", format="flac")
        # Level 0 takes a third of the time of the default, for some percent more bytes.
        self._stream = self._container.add_stream(
            "flac", rate=rate, options={"compression_level": "0", "frame_size": str(_FLAC_FRAME)}
        )
        self._stream.layout = layout
        self._rate, self._layout = rate, layout
        self._waiting: list[NDArray[np.int16]] = []
        self._count = 0
        self._written = 0

    def write(self, samples: NDArray[np.int16]) -> None:
        """Append samples, one channel or channels by time."""
        self._waiting.append(samples)
        self._count += samples.shape[-1]
        if self._count >= self._rate * _BLOCK_SECONDS:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def _flush(self) -> None:
        if not self._waiting:
            return
        joined = np.concatenate(self._waiting, axis=-1)
        interleaved = joined.reshape(1, -1) if joined.ndim == 1 else joined.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(interleaved), format="s16", layout=self._layout
        )
        frame.sample_rate = self._rate
        frame.pts = self._written
        self._written += joined.shape[-1]
        self._container.mux(self._stream.encode(frame))
        self._waiting, self._count = [], 0


class Outline:
    """The loudest moments of a channel, evenly spaced: what its waveform is drawn from."""

    def __init__(self, rate: int) -> None:
        self._step = rate * _PEAK_MS // 1000
        self._rest: Channel = np.zeros(0, np.int16)
        self._peaks: list[Channel] = []
        self._per_peak = 1

    def feed(self, samples: Channel) -> None:
        joined = np.concatenate([self._rest, samples]) if self._rest.size else samples
        whole = joined.size // self._step * self._step
        self._rest = joined[whole:].copy()
        if whole:
            blocks = joined[:whole].reshape(-1, self._step)
            self._peaks.append(np.maximum(blocks.max(axis=1), -(blocks.min(axis=1) + 1)))

    def finish(self) -> list[int]:
        """Give at most `MOST_PEAKS` values from 0 to 255."""
        if self._rest.size:
            self._peaks.append(np.array([max(self._rest.max(), -(self._rest.min() + 1))], np.int16))
        if not self._peaks:
            return []
        peaks = np.concatenate(self._peaks)
        if peaks.size > MOST_PEAKS:
            edges = np.linspace(0, peaks.size, MOST_PEAKS, endpoint=False).astype(int)
            peaks = np.maximum.reduceat(peaks, edges)
        return [int(each) for each in peaks >> 7]
