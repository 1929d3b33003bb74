"""Transcribing on this machine, in a process of its own that is kept while it is used.

CTranslate2 neither blocks the worker there nor stays in its memory, and one that dies is replaced.
"""

import asyncio
import base64
import json
import os
import sys
from pathlib import Path

from backend.platform.settings import Settings
from backend.providers.transcription.errors import TranscriberFailed, TranscriberNotUsable
from backend.providers.transcription.heard import Ask, Heard, Voiceprint, Word
from backend.providers.transcription.local_model import find_model

_IDLE_SECONDS = 120.0
# All words of a chunk are in one line.
_LINE_BYTES = 16 * 1024 * 1024


class Local:
    """Transcribes one chunk after the other: more at once would take no less time together."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.TimerHandle | None = None

    async def transcribe(self, wanted: Ask) -> Heard:
        async with self._turn:
            if self._ending is not None:
                self._ending.cancel()
            process = await self._running()
            try:
                line = await self._ask(process, wanted)
            except BaseException:
                # Half way through a chunk nobody waits for, it would answer the next one wrongly.
                await self.close()
                raise
            self._ending = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._end)
        answer = json.loads(line)
        if "refused" in answer:
            raise TranscriberNotUsable(f"{answer['refused']} Run `make local` again.")
        if "failure" in answer:
            raise TranscriberFailed(f"Whisper failed on this machine ({answer['failure']}).")
        # What a voice sounds like is not kept with the answer.
        voices = answer.pop("voices")
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
                for start, end, vector in voices
            ),
        )

    async def close(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.kill()

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            folder = await asyncio.to_thread(
                find_model, self._settings.local.model_dir, self._settings.data_dir
            )
            self._process = await _start(folder)
        return self._process

    async def _ask(self, process: asyncio.subprocess.Process, wanted: Ask) -> bytes:
        assert process.stdin is not None  # noqa: S101 - piped
        assert process.stdout is not None  # noqa: S101 - piped
        language = wanted.language.split("-")[0] if wanted.language else None
        voices = wanted.diarise and wanted.speakers != 1
        asked = json.dumps(
            {"path": str(wanted.path.absolute()), "language": language, "voices": voices}
        )
        try:
            process.stdin.write(asked.encode() + b"\n")
            await process.stdin.drain()
            line = await process.stdout.readline()
        except OSError as error:
            raise TranscriberFailed("The process that transcribes has ended.") from error
        if not line:
            raise TranscriberFailed("The process that transcribes has ended.")
        return line


async def _start(folder: Path) -> asyncio.subprocess.Process:
    threads = max(1, (os.cpu_count() or 2) // 2)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "backend.providers.transcription.local_process",
        str(folder),
        str(threads),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_LINE_BYTES,
        # Telling voices apart multiplies small matrices: more threads wait for each other.
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # noqa: TID251 - handed on
    )
