"""What the simulated providers hear in a file: each channel's words, as they were spoken.

A recording of anything else gets a scripted conversation, spread over its length.
"""

import io
from dataclasses import dataclass

import av
import numpy as np
from av.error import FFmpegError

from backend.sandbox.transcription.speech import Samples, SpokenWord, understand

RATE = 8000
_LOUD = 300
_SCRIPT = (
    "Thank you for calling, this is dispatch. How can I help you today? Hello, I am running about "
    "two hours late because of traffic near Flagstaff. I should be there by eight in the morning. "
    "Thank you for telling us. Is the load secure? Yes, it is. Have a safe drive. Goodbye."
)


class Unreadable(Exception):
    """The file is no sound."""


@dataclass(frozen=True)
class Hearing:
    channels: list[list[SpokenWord]]
    seconds: float

    @property
    def speakers(self) -> list[int]:
        """The voices in the order in which they are first heard: how providers count them."""
        return list(dict.fromkeys(word.voice for word in self.words))

    @property
    def words(self) -> list[SpokenWord]:
        """All channels mixed, in the order in which they were spoken."""
        return sorted((w for channel in self.channels for w in channel), key=lambda w: w.start)


def hear(content: bytes) -> Hearing:
    """Decode a file and find its words. Raises Unreadable."""
    samples = _decode(content)
    seconds = samples.shape[1] / RATE
    channels = [understand(channel, RATE) for channel in samples]
    if not any(channels) and int(np.abs(samples.astype(np.int32)).max(initial=0)) > _LOUD:
        channels[0] = _scripted(seconds)
    return Hearing(channels, seconds)


def _decode(content: bytes) -> Samples:
    try:
        with av.open(io.BytesIO(content), "r") as opened:
            count = min(opened.streams.audio[0].channels, 2)
            layout = "stereo" if count == 2 else "mono"
            resampler = av.AudioResampler(format="s16p", layout=layout, rate=RATE)
            frames = [*opened.decode(audio=0), None]
            pieces = [p.to_ndarray() for frame in frames for p in resampler.resample(frame)]
    except (FFmpegError, IndexError, ValueError) as error:
        raise Unreadable from error
    if not pieces:
        raise Unreadable
    joined: Samples = np.concatenate(pieces, axis=1)
    return joined


def _scripted(seconds: float) -> list[SpokenWord]:
    words = _SCRIPT.split()
    step = max(seconds, 0.1) / len(words)
    spoken, voice = [], 0
    for n, word in enumerate(words):
        spoken.append(SpokenWord(word, n * step, n * step + 0.8 * step, voice))
        voice = 1 - voice if word.endswith((".", "?")) else voice
    return spoken
