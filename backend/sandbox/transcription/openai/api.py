"""`POST /v1/audio/transcriptions`: a form with a file in, words or speakers' segments out."""

import asyncio
import hashlib
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from starlette.datastructures import UploadFile

from backend.sandbox.transcription import faults
from backend.sandbox.transcription.hearing import Hearing, Unreadable, hear
from backend.sandbox.transcription.state import TranscriptionState

_LARGEST_BYTES = 25 * 1024 * 1024
_VOICES = "AB"


def create_router(state: TranscriptionState) -> APIRouter:
    router = APIRouter()

    @router.post("/audio/transcriptions")
    async def transcribe(request: Request) -> Response:
        async with request.form() as form:
            file, model = form.get("file"), str(form.get("model", ""))
            wanted = str(form.get("response_format", "json"))
            language = str(form.get("language", "english"))
            content = await file.read() if isinstance(file, UploadFile) else b""
        key = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not key or key == "refused":
            return _refused(401, "Incorrect API key provided.", "invalid_api_key")
        state.asked["openai"] += 1
        state.keys.add(key)
        if not model or not content:
            return _refused(400, "file and model are required.", None)
        if len(content) > _LARGEST_BYTES:
            return _refused(413, "Maximum content size limit (26214400) exceeded.", None)
        fault = state.take_fault("openai")
        answer = await faults.before(fault)
        if answer is not None:
            return answer
        try:
            hearing = await asyncio.to_thread(hear, content)
        except Unreadable:
            return _refused(400, "Audio file might be corrupted or unsupported.", "invalid_value")
        state.heard[hashlib.sha256(content).hexdigest()] += 1
        return faults.answered(fault, _answer(hearing, wanted, language))

    return router


def _refused(status: int, message: str, code: str | None) -> JSONResponse:
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return JSONResponse({"error": error}, status)


def _answer(hearing: Hearing, wanted: str, language: str) -> dict[str, Any]:
    text = " ".join(word.text for word in hearing.words)
    if wanted == "diarized_json":
        return {"task": "transcribe", "duration": hearing.seconds, "text": text,
                "segments": _segments(hearing)}  # fmt: skip
    if wanted != "verbose_json":
        return {"text": text}
    words = [
        {"word": each.text.strip(".,?!"), "start": each.start, "end": each.end}
        for each in hearing.words
    ]
    return {
        "task": "transcribe", "language": language, "duration": hearing.seconds, "text": text,
        "words": words,
        "segments": [dict(list(each.items())[:-1]) for each in _segments(hearing)],
    }  # fmt: skip


def _segments(hearing: Hearing) -> list[dict[str, Any]]:
    segments: list[dict[str, Any]] = []
    sentence: list[Any] = []
    words, speakers = hearing.words, hearing.speakers
    for word, after in zip(words, [*words[1:], None], strict=True):
        sentence.append(word)
        is_last = after is None or after.voice != word.voice
        if is_last or word.text.endswith((".", "?", "!")):
            segments.append(
                {
                    "id": len(segments),
                    "type": "transcript.text.segment",
                    "start": sentence[0].start,
                    "end": word.end,
                    "text": " ".join(each.text for each in sentence),
                    "speaker": _VOICES[speakers.index(word.voice)],
                }
            )
            sentence = []
    return segments
