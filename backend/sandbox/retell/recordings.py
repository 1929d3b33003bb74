"""The sound of a call: a hum for every word, lower for the agent than for the person."""

import io
import math
import wave
from collections.abc import Sequence
from functools import cache

from backend.sandbox.retell.speech import Turn

RATE = 8_000
_PITCH = {"agent": 160.0, "user": 220.0}
_SILENCE = b"\x80"


def wav(turns: Sequence[Turn], channels: int) -> bytes:
    """Return 8-bit sound as long as the turns; of two channels the agent has the second."""
    length = round((turns[-1].end + 0.5 if turns else 0.5) * RATE)
    tracks = [bytearray(_SILENCE * length) for _ in range(channels)]
    for turn in turns:
        track = tracks[-1 if turn.line.role == "agent" else 0]
        for word in turn.words:
            start, end = round(word.start * RATE), round(word.end * RATE)
            track[start:end] = _hum(turn.line.role, end - start)
    frames = bytearray(channels * length)
    for number, track in enumerate(tracks):
        frames[number::channels] = track
    return _container(bytes(frames), channels)


def _hum(role: str, length: int) -> bytes:
    second = _second_of_hum(role)
    return (second * (length // RATE + 1))[:length]


@cache
def _second_of_hum(role: str) -> bytes:
    step = 2 * math.pi * _PITCH[role] / RATE
    return bytes(_SILENCE[0] + round(24 * math.sin(step * sample)) for sample in range(RATE))


def _container(frames: bytes, channels: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(frames)
    return file.getvalue()
