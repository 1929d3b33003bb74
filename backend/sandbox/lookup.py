"""A look-up service as a customer would run one, and how it is told to misbehave.

Numbers are on its list or not; each way to fail has a path of its own, so that tests and a
demonstration need no control for it.
"""

import asyncio
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse, StreamingResponse

_LONG = b" " * 65_536


class LookUps:
    """What the service knows, and what it was asked."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Know nothing, and behave, as if just started."""
        self.answers: dict[str, dict[str, Any]] = {}
        self.asked: list[dict[str, Any]] = []
        self.secret: str | None = None
        self.slow_seconds = 0.0
        self.status = 200


def create_router(held: LookUps) -> APIRouter:
    router = APIRouter()

    @router.post("/dial")
    async def answer(request: Request) -> Response:
        """Say whether a number is on the list, to who signs with the secret."""
        content = await request.body()
        if held.secret is not None and not _is_signed(request, content, held.secret):
            return JSONResponse({"error": "The signature is wrong."}, 401)
        question = await request.json()
        held.asked.append(question | {"webhook_id": request.headers.get("webhook-id")})
        await asyncio.sleep(held.slow_seconds)
        if held.status != 200:
            return JSONResponse({"error": "The sandbox was told to."}, held.status)
        number = question["data"]["to_number"]
        return JSONResponse(held.answers.get(number, {"allowed": True, "line_type": "mobile"}))

    @router.post("/hanging")
    async def hang(request: Request) -> Response:
        """Answer nothing for as long as somebody waits."""
        await _until_gone(request)
        return Response(status_code=204)

    @router.post("/breaking")
    async def break_off(request: Request) -> Response:
        """Begin an answer and never end it."""
        return StreamingResponse(_half(request), media_type="application/json")

    @router.post("/oversized")
    async def answer_at_length() -> Response:
        return Response(b'{"allowed": true}' + _LONG, media_type="application/json")

    @router.post("/wrong")
    async def answer_wrongly() -> Response:
        return JSONResponse({"allowed": "yes, please"})

    @router.post("/page")
    async def answer_with_a_page() -> Response:
        return Response("<html>Log in first</html>", media_type="text/html")

    @router.post("/moved")
    async def redirect() -> Response:
        return RedirectResponse("/lookup/dial", 307)

    return router


async def _half(request: Request) -> AsyncIterator[bytes]:
    yield b'{"allowed": tr'
    await _until_gone(request)


async def _until_gone(request: Request) -> None:
    """Wait for as long as the other side does."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def create_control_router(held: LookUps) -> APIRouter:
    router = APIRouter()

    @router.put("/answers", status_code=204)
    async def set_answers(answers: dict[str, dict[str, Any]]) -> None:
        """Have these numbers be answered with these; all others are allowed."""
        held.answers = answers

    @router.put("/behavior", status_code=204)
    async def behave(body: dict[str, Any]) -> None:
        held.slow_seconds = float(body.get("slow_seconds", 0))
        held.status = int(body.get("status", 200))
        held.secret = body.get("secret")

    @router.get("/asked")
    async def list_asked() -> list[dict[str, Any]]:
        return held.asked

    @router.post("/reset", status_code=204)
    async def reset() -> None:
        held.reset()

    return router


def _is_signed(request: Request, content: bytes, secret: str) -> bool:
    """Verify by the letter of Standard Webhooks, and not by the library that signs."""
    name, at = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
    key = b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(key, f"{name}.{at}.".encode() + content, hashlib.sha256).digest()
    expected = "v1," + b64encode(signed).decode()
    given = request.headers.get("webhook-signature", "").split()
    return any(hmac.compare_digest(expected, each) for each in given)
