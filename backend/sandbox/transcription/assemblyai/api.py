"""`/v2/upload`, `/v2/transcript` and what polling gives; a callback is sent where asked for."""

import asyncio
import hashlib
import uuid
from typing import Any

import httpx
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from backend.sandbox.transcription import faults
from backend.sandbox.transcription.hearing import Hearing, Unreadable, hear
from backend.sandbox.transcription.state import TranscriptionState

_SPEAKERS = "AB"


class _Service:
    """Uploads and transcripts, kept until the sandbox ends."""

    def __init__(self, state: TranscriptionState) -> None:
        self.state = state
        self.uploads: dict[str, bytes] = {}
        self.transcripts: dict[str, dict[str, Any]] = {}
        self.working: set[asyncio.Task[None]] = set()

    def submit(self, body: dict[str, Any]) -> dict[str, Any]:
        transcript = {
            "id": str(uuid.uuid4()), "status": "queued", "audio_url": body["audio_url"],
            "words": None, "text": None, "utterances": None, "error": None,
            "language_code": body.get("language_code"), "language_confidence": None,
            "webhook_url": body.get("webhook_url"), "audio_duration": None,
        }  # fmt: skip
        self.transcripts[transcript["id"]] = transcript
        task = asyncio.create_task(self._work(transcript, body))
        self.working.add(task)
        task.add_done_callback(self.working.discard)
        return transcript

    async def _work(self, transcript: dict[str, Any], body: dict[str, Any]) -> None:
        transcript["status"] = "processing"
        content = self.uploads.get(str(body["audio_url"]).rpartition("/")[2], b"")
        try:
            hearing = await asyncio.to_thread(hear, content)
        except Unreadable:
            transcript |= {"status": "error", "error": "Transcoding failed."}
        else:
            self.state.heard[hashlib.sha256(content).hexdigest()] += 1
            detected = {} if body.get("language_code") else {"language_confidence": 0.97}
            transcript |= {
                "status": "completed",
                "words": _words(hearing, diarises=bool(body.get("speaker_labels"))),
                "text": " ".join(word.text for word in hearing.words),
                "audio_duration": round(hearing.seconds),
                "language_code": body.get("language_code") or "en",
                **detected,
            }
        await self._call_back(transcript, body)

    async def _call_back(self, transcript: dict[str, Any], body: dict[str, Any]) -> None:
        if not body.get("webhook_url"):
            return
        name, value = body.get("webhook_auth_header_name"), body.get("webhook_auth_header_value")
        headers = {name: value} if name and value else {}
        content = {"transcript_id": transcript["id"], "status": transcript["status"]}
        async with httpx.AsyncClient(timeout=10) as client:
            await client.post(body["webhook_url"], json=content, headers=headers)


def create_router(state: TranscriptionState) -> APIRouter:
    router, service = APIRouter(), _Service(state)

    async def gate(request: Request) -> Response | None:
        key = request.headers.get("authorization", "")
        if not key or key == "refused":
            return _refused(401, "Authentication error, API token missing/invalid")
        state.asked["assemblyai"] += 1
        state.keys.add(key)
        return await faults.before(state.take_fault("assemblyai"))

    @router.post("/v2/upload")
    async def upload(request: Request) -> Response:
        content = await request.body()
        if (refusal := await gate(request)) is not None:
            return refusal
        name = uuid.uuid4().hex
        service.uploads[name] = content
        return JSONResponse({"upload_url": f"{request.base_url}assemblyai/upload/{name}"})

    @router.post("/v2/transcript")
    async def submit(request: Request) -> Response:
        body = await request.json()
        if (refusal := await gate(request)) is not None:
            return refusal
        if not body.get("audio_url"):
            return _refused(400, "audio_url is required")
        return JSONResponse(service.submit(body))

    @router.get("/v2/transcript/{identity}")
    async def poll(identity: str, request: Request) -> Response:
        if (refusal := await gate(request)) is not None:
            return refusal
        transcript = service.transcripts.get(identity)
        return JSONResponse(transcript) if transcript else _refused(404, "Not found")

    return router


def _refused(status: int, message: str) -> JSONResponse:
    return JSONResponse({"error": message}, status)


def _words(hearing: Hearing, *, diarises: bool) -> list[dict[str, Any]]:
    listed = []
    for word in hearing.words:
        times = {"start": round(word.start * 1000), "end": round(word.end * 1000)}
        voice = _SPEAKERS[hearing.speakers.index(word.voice)] if diarises else None
        listed.append({"text": word.text, **times, "confidence": 0.98, "speaker": voice})
    return listed
