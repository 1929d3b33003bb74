"""The process that transcribes on this machine: `python -m … FOLDER THREADS`. It serves one client.

A line in is `{"path", "language"}`, a line out `{"words", "language", "confidence"}` or
`{"failure"}`. The model is loaded at the first of them.
"""

import importlib
import json
import os
import sys
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

_RATE = 16000


def main() -> None:
    # What a library prints must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    folder, threads = sys.argv[1], int(sys.argv[2])
    model: Any = None
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if model is None:
                whisper = importlib.import_module("faster_whisper")  # an extra

                model = whisper.WhisperModel(
                    folder, device="cpu", compute_type="int8", cpu_threads=threads
                )
            answer = _hear(model, asked)
        except Exception as error:  # noqa: BLE001 - the client answers for it
            answer = {"failure": type(error).__name__}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


def _hear(model: Any, asked: dict[str, Any]) -> dict[str, Any]:
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
    return {"words": words, "language": language, "confidence": confidence}


def _times(word: Any) -> tuple[int, int]:
    return round(word.start * 1000), round(word.end * 1000)


def _decode(path: str) -> NDArray[np.float32]:
    """Bring a chunk to the one rate that the model takes; another would be heard wrongly."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    with av.open(path) as opened:
        frames = [*opened.decode(audio=0), None]
        pieces = [piece.to_ndarray()[0] for frame in frames for piece in resampler.resample(frame)]
    joined = np.concatenate(pieces).astype(np.float32)
    scaled: NDArray[np.float32] = joined / np.float32(32768)
    return scaled


if __name__ == "__main__":
    main()
