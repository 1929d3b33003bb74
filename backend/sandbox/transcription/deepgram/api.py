"""`POST /v1/listen`: a file in, its words by channel out."""

import asyncio
import hashlib
import uuid
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from backend.sandbox.transcription import faults
from backend.sandbox.transcription.hearing import Hearing, Unreadable, hear
from backend.sandbox.transcription.speech import SpokenWord
from backend.sandbox.transcription.state import TranscriptionState


def create_router(state: TranscriptionState) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/listen")
    async def listen(request: Request) -> Response:
        content = await request.body()
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "token" or not key or key == "refused":
            return _refused(401, "INVALID_AUTH", "Invalid credentials.")
        state.asked["deepgram"] += 1
        state.keys.add(key)
        fault = state.take_fault("deepgram")
        answer = await faults.before(fault)
        if answer is not None:
            return answer
        try:
            hearing = await asyncio.to_thread(hear, content)
        except Unreadable:
            return _refused(400, "Bad Request", "Failed to process audio: corrupt or unsupported.")
        digest = hashlib.sha256(content).hexdigest()
        state.heard[digest] += 1
        return faults.answered(fault, _answer(hearing, dict(request.query_params), digest))

    return router


def _refused(status: int, code: str, message: str) -> JSONResponse:
    content = {"err_code": code, "err_msg": message, "request_id": str(uuid.uuid4())}
    return JSONResponse(content, status)


def _answer(hearing: Hearing, query: dict[str, str], digest: str) -> dict[str, Any]:
    is_apart = query.get("multichannel") == "true"
    diarises = "diarize_model" in query or query.get("diarize") == "true"
    channels = hearing.channels if is_apart else [hearing.words]
    speakers = hearing.speakers if diarises else []
    detected = (
        {"detected_language": "en", "language_confidence": 0.98}
        if query.get("detect_language") == "true"
        else {}
    )
    return {
        "metadata": {
            "request_id": str(uuid.uuid4()),
            "sha256": digest,
            "created": "2026-11-28T12:00:00.000Z",
            "duration": round(hearing.seconds, 4),
            "channels": len(channels),
            "models": ["sandbox"],
        },
        "results": {
            "channels": [
                {"alternatives": [_alternative(words, speakers)], **detected} for words in channels
            ]
        },
    }


def _alternative(words: list[SpokenWord], speakers: list[int]) -> dict[str, Any]:
    listed = []
    for word in words:
        entry: dict[str, Any] = {
            "word": word.text.strip(".,?!").lower(),
            "start": round(word.start, 3),
            "end": round(word.end, 3),
            "confidence": 0.99,
            "punctuated_word": word.text,
        }
        if speakers:
            entry |= {"speaker": speakers.index(word.voice), "speaker_confidence": 0.9}
        listed.append(entry)
    transcript = " ".join(word.text for word in words)
    return {"transcript": transcript, "confidence": 0.99, "words": listed}
