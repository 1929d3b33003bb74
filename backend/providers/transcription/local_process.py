"""The process that transcribes on this machine: `python -m … FOLDER THREADS`. It serves one client.

A line in is `{"path", "language", "voices"}`, a line out `{"words", "language", "confidence",
"voices"}`, `{"failure"}` or `{"refused"}`. The models are loaded when they are first needed.
"""

import base64
import importlib
import json
import os
import sys
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from backend.providers.transcription.voice_encoder import RATE, VoiceEncoder, leveled
from backend.providers.transcription.voice_weights import (
    WeightsRefused,
    find_weights,
    read_weights,
)
from backend.providers.transcription.voice_windows import windows


def main() -> None:
    # What a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder, threads = sys.argv[1], int(sys.argv[2])
    model: Any = None
    voices = Voices()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if asked["voices"]:
                # First: weights that are refused are not found out after an hour of hearing.
                voices.load()
            if model is None:
                whisper = importlib.import_module("faster_whisper")  # an extra

                model = whisper.WhisperModel(
                    folder, device="cpu", compute_type="int8", cpu_threads=threads
                )
            answer = _hear(model, voices, asked)
        except WeightsRefused as refused:
            answer = {"refused": str(refused)}
        except Exception as error:  # noqa: BLE001 - the client answers for it
            answer = {"failure": type(error).__name__}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


class Voices:
    """What tells voices apart; nothing, where its package is not installed."""

    def __init__(self) -> None:
        self._encoder: VoiceEncoder | None = None
        self._path = find_weights()

    def load(self) -> None:
        """Load what `prints` needs, unless that was done. Raises WeightsRefused."""
        if self._path is not None and self._encoder is None:
            self._encoder = VoiceEncoder(read_weights(self._path))

    def prints(self, sound: NDArray[np.float32], words: list[list[Any]]) -> list[list[Any]]:
        """Give stretches of speech, each with its vector as half-precision floats in Base64."""
        if self._encoder is None or not words:
            return []
        spans = windows([(text, start, end) for text, start, end, _ in words])
        samples = [(start * RATE // 1000, end * RATE // 1000) for start, end in spans]
        vectors = self._encoder.encode(leveled(sound), samples).astype("<f2")
        return [
            [start, end, base64.b64encode(vector.tobytes()).decode()]
            for (start, end), vector in zip(spans, vectors, strict=True)
        ]


def _hear(model: Any, voices: Voices, asked: dict[str, Any]) -> dict[str, Any]:
    sound = _decode(asked["path"])
    segments, info = model.transcribe(
        sound,
        language=asked["language"],
        beam_size=1,
        vad_filter=True,
        word_timestamps=True,
        condition_on_previous_text=False,
    )
    words = [
        [
            each.word.strip(),
            round(each.start * 1000),
            round(each.end * 1000),
            float(each.probability),
        ]
        for segment in segments
        for each in segment.words or ()
        if each.word.strip()
    ]
    # Of silence, a language is told as well.
    language = info.language if words else None
    confidence = float(info.language_probability) if words and not asked["language"] else None
    prints = voices.prints(sound, words) if asked["voices"] else []
    return {"words": words, "language": language, "confidence": confidence, "voices": prints}


def _decode(path: str) -> NDArray[np.float32]:
    """Bring a chunk to the one rate that the model takes; another would be heard wrongly."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(path) as opened:
        frames = [*opened.decode(audio=0), None]
        pieces = [piece.to_ndarray()[0] for frame in frames for piece in resampler.resample(frame)]
    joined = np.concatenate(pieces).astype(np.float32)
    scaled: NDArray[np.float32] = joined / np.float32(32768)
    return scaled


if __name__ == "__main__":
    main()
