"""Recordings to play with: conversations in the sandbox's own speech, a channel for each side."""

import io
import wave
from collections.abc import Sequence

import numpy as np

from backend.sandbox.transcription.speech import Samples, speak

RATE = 8000
_PAUSE = np.zeros(RATE // 2, np.int16)


def spoken_wav(lines: Sequence[str], *, is_stereo: bool) -> bytes:
    """Say `agent: …` on the left and everybody else on the right, one after the other."""
    sides: list[list[Samples]] = [[_PAUSE], [_PAUSE]]
    for line in lines:
        who, _, text = line.partition(":")
        speaking = 0 if who.strip() == "agent" else 1
        sound = speak(text, RATE, speaking)
        sides[speaking] += [sound, _PAUSE]
        sides[1 - speaking] += [np.zeros(sound.size, np.int16), _PAUSE]
    left, right = (np.concatenate(side) for side in sides)
    samples = np.stack([left, right], axis=1) if is_stereo else left + right
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(2 if is_stereo else 1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.astype("<i2").tobytes())
    return target.getvalue()
