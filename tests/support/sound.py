"""Recordings for tests: synthetic speech in files of every kind."""

import io
from collections.abc import Sequence
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from backend.sandbox.transcription.speech import speak

Samples = NDArray[np.int16]
RATE = 8000
LINES = (
    "agent: Hi Mike, this is dispatch.",
    "user: I'm running two hours late.",
    "agent: Okay, drive safely.",
)


def silence(seconds: float, rate: int = RATE) -> Samples:
    return np.zeros(round(seconds * rate), np.int16)


def mono(*lines: str, rate: int = RATE, pause: float = 0.5) -> Samples:
    """Say the lines one after the other on one channel."""
    parts = [silence(pause, rate)]
    for line in lines or LINES:
        parts += [_said(line, rate), silence(pause, rate)]
    return np.concatenate(parts)[None, :]


def _said(line: str, rate: int) -> Samples:
    return speak(line.partition(": ")[2] or line, rate, _side(line))


def _side(line: str) -> int:
    return 1 if line.startswith("user: ") else 0


def stereo(*lines: str, rate: int = RATE, pause: float = 0.5, crosstalk: float = 0.0) -> Samples:
    """Say the agent's lines on the left and the others on the right."""
    sides: list[list[Samples]] = [[silence(pause, rate)], [silence(pause, rate)]]
    for line in lines or LINES:
        spoken = _said(line, rate)
        side = _side(line)
        heard = (spoken * crosstalk).astype(np.int16)
        sides[side] += [spoken, silence(pause, rate)]
        sides[1 - side] += [heard, silence(pause, rate)]
    return np.stack([np.concatenate(side) for side in sides])


def encoded(
    samples: Samples,
    codec: str = "pcm_mulaw",
    form: str = "wav",
    *,
    rate: int = RATE,
    muxer: dict[str, str] | None = None,
    **options: Any,
) -> bytes:
    """Write samples, channels by time, as a file of this kind."""
    target = io.BytesIO()
    container = av.open(target, "w", format=form, options=muxer or {})
    stream = container.add_stream(codec, rate=rate, **options)
    layout = "stereo" if samples.shape[0] == 2 else "mono"
    stream.layout = layout  # type: ignore[union-attr]  # a stream of sound has one
    context: Any = stream.codec_context
    resampler = av.AudioResampler(format=context.format, layout=layout, rate=rate)
    fifo = av.AudioFifo()
    for piece in [*resampler.resample(_frame(samples, layout, rate)), *resampler.resample(None)]:
        fifo.write(piece)
    while (frame := fifo.read(context.frame_size or 1024, partial=True)) is not None:
        container.mux(stream.encode(frame))  # type: ignore[arg-type, union-attr]  # as above
    container.mux(stream.encode(None))  # type: ignore[union-attr]  # as above
    container.close()
    return target.getvalue()


def _frame(samples: Samples, layout: str, rate: int) -> av.AudioFrame:
    interleaved = np.ascontiguousarray(samples.T.reshape(1, -1))
    frame = av.AudioFrame.from_ndarray(interleaved, format="s16", layout=layout)
    frame.sample_rate = rate
    frame.pts = 0
    return frame


def words(lines: Sequence[str] = LINES) -> list[str]:
    return [word for line in lines for word in line.partition(": ")[2].split()]
