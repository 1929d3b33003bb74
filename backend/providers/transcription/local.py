"""Transcribing on this machine, in a process of its own that is kept while it is used."""

import base64
import json
import os

from backend.platform.settings import Settings
from backend.providers.kept_process import KeptProcess
from backend.providers.transcription.errors import TranscriberFailed, TranscriberNotUsable
from backend.providers.transcription.heard import Ask, Heard, Voiceprint, Word
from backend.providers.transcription.local_model import find_model

_IDLE_SECONDS = 120.0


class Local:
    """Transcribes one chunk after the other: more at once would take no less time together."""

    def __init__(self, settings: Settings) -> None:
        threads = max(1, (os.cpu_count() or 2) // 2)

        def arguments() -> tuple[str, str]:
            return str(find_model(settings.local.model_dir, settings.data_dir)), str(threads)

        self._process = KeptProcess(
            "backend.providers.transcription.local_process",
            arguments,
            failed=TranscriberFailed,
            idle_seconds=_IDLE_SECONDS,
            # Telling voices apart multiplies small matrices: more threads wait for each other.
            environment={"OPENBLAS_NUM_THREADS": "1"},
        )

    async def transcribe(self, wanted: Ask) -> Heard:
        language = wanted.language.split("-")[0] if wanted.language else None
        voices = wanted.diarise and wanted.speakers != 1
        answer = await self._process.ask(
            {"path": str(wanted.path.absolute()), "language": language, "voices": voices}
        )
        if "refused" in answer:
            raise TranscriberNotUsable(f"{answer['refused']} Run `make local` again.")
        if "failure" in answer:
            raise TranscriberFailed(f"Whisper failed on this machine ({answer['failure']}).")
        # What a voice sounds like is not kept with the answer.
        heard = answer.pop("voices")
        return Heard(
            words=tuple(
                Word(text, start, max(start, end), round(confidence, 3))
                for text, start, end, confidence in answer["words"]
            ),
            language=answer["language"],
            language_confidence=answer["confidence"],
            raw=json.dumps(answer).encode(),
            voiceprints=tuple(
                Voiceprint(start, max(start, end), base64.b64decode(vector))
                for start, end, vector in heard
            ),
        )

    async def close(self) -> None:
        await self._process.close()
