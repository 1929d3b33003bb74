"""The sound of a call: a hum for every word, lower for the agent than for the person.

With a channel for each of them it is the sandbox's own speech, which its transcribers understand.
"""

import io
import math
import wave
from collections.abc import Sequence
from functools import cache

import numpy as np

from backend.sandbox.retell.speech import Turn
from backend.sandbox.transcription.speech import speak

RATE = 8_000
_PITCH = {"agent": 160.0, "user": 220.0}
_SILENCE = b"\x80"
_BREATH = RATE // 2


def wav(turns: Sequence[Turn], channels: int) -> bytes:
    """Return sound that is at least as long as the turns; of two channels the agent has the second.

    Speech takes longer than the words of a call do: who speaks then begins where there is room.
    """
    length = round((turns[-1].end + 0.5 if turns else 0.5) * RATE)
    if channels == 2:
        return _container(_spoken(turns, length), channels)
    track = bytearray(_SILENCE * length)
    for turn in turns:
        for word in turn.words:
            start, end = round(word.start * RATE), round(word.end * RATE)
            track[start:end] = _hum(turn.line.role, end - start)
    return _container(bytes(track), channels)


def _spoken(turns: Sequence[Turn], length: int) -> bytes:
    placed, at = [], 0
    for turn in turns:
        if turn.words:
            is_agent = turn.line.role == "agent"
            sound = speak(turn.line.text, RATE, 0 if is_agent else 1)
            at = max(at, round(turn.words[0].start * RATE))
            placed.append((at, sound, 1 if is_agent else 0))
            at += sound.size + _BREATH
    samples = np.zeros((max(length, at), 2), np.uint8) + _SILENCE[0]
    for begin, sound, side in placed:
        samples[begin : begin + sound.size, side] = (sound >> 8) + _SILENCE[0]
    return samples.tobytes()


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
