"""AssemblyAI, by HTTP: its SDK rejects a whole transcript for one value that it does not know.

The work goes on there without us: its id is kept, so that a restart asks for it and pays once.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from backend.providers.transcription.errors import TranscriberRefused, TranscriberTimedOut
from backend.providers.transcription.heard import Ask, Heard, Word
from backend.providers.transcription.wire import Lenient, ask, file_body, read_answer

BASE_URL = "https://api.assemblyai.com"
_NAME = "AssemblyAI"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0
_PATIENCE_SECONDS = 3 * 3600.0


class _Uploaded(Lenient):
    upload_url: str


class _Word(Lenient):
    text: str
    start: float
    end: float
    confidence: float | None = None
    speaker: str | None = None


class _Transcript(Lenient):
    id: str
    status: str
    words: list[_Word] | None = None
    language_code: str | None = None
    language_confidence: float | None = None


@dataclass(frozen=True)
class AssemblyAi:
    model: str
    key: str
    base_url: str
    http: httpx.AsyncClient

    async def transcribe(self, wanted: Ask) -> Heard:
        identity = wanted.external_id
        if identity is None:
            identity = await self._submit(wanted)
            await wanted.on_submitted(identity)
        transcript, body = await self._wait_for(identity)
        return Heard(
            words=tuple(
                Word(each.text, round(each.start), round(each.end), each.confidence, each.speaker)
                for each in transcript.words or ()
            ),
            language=transcript.language_code,
            language_confidence=transcript.language_confidence,
            raw=body,
        )

    async def _submit(self, wanted: Ask) -> str:
        uploaded = await self._ask(
            "POST",
            "/v2/upload",
            content=file_body(wanted.path),
            headers={"content-length": str(wanted.path.stat().st_size)},
        )
        body: dict[str, Any] = {
            "audio_url": read_answer(_NAME, _Uploaded, uploaded).upload_url,
            "speech_models": [self.model],
            "speaker_labels": wanted.diarise,
        }
        if wanted.diarise and wanted.speakers:
            body["speakers_expected"] = wanted.speakers
        if wanted.language:
            body["language_code"] = wanted.language.replace("-", "_").lower()
        else:
            body["language_detection"] = True
        answer = await self._ask("POST", "/v2/transcript", json=body)
        return read_answer(_NAME, _Transcript, answer).id

    async def _wait_for(self, identity: str) -> tuple[_Transcript, bytes]:
        pause = _FIRST_PAUSE
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while True:
                    body = await self._ask("GET", f"/v2/transcript/{identity}")
                    transcript = read_answer(_NAME, _Transcript, body)
                    if transcript.status == "completed":
                        return transcript, body
                    if transcript.status == "error":
                        raise TranscriberRefused(f"{_NAME} could not transcribe it.")
                    await asyncio.sleep(pause)
                    pause = min(pause * 1.5, _LONGEST_PAUSE)
        except TimeoutError as error:
            raise TranscriberTimedOut(f"{_NAME} did not get done.") from error

    async def _ask(self, method: str, path: str, **options: Any) -> bytes:
        headers = {"authorization": self.key, **options.pop("headers", {})}
        return await ask(
            self.http, _NAME, method, f"{self.base_url}{path}", headers=headers, **options
        )
