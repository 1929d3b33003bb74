"""Refusing requests by the size they declare, before anything of them is read.

Bodies that declare none are limited by the framework while they are read; but what it answers to
a declared size is no problem document.
"""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.platform.problems import problem

LARGEST_BODY = 1024 * 1024


class DeclaredSizeLimit:
    """Answers 413 to what declares more than `LARGEST_BODY`, but for paths with their own limit."""

    def __init__(self, app: ASGIApp, *, exempt: str) -> None:
        self._app = app
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self._exempt):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if not declared.isdecimal() or int(declared) <= LARGEST_BODY:
            await self._app(scope, receive, send)
            return
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        refusal = problem(
            code=status.phrase.lower().replace(" ", "-"),
            title=status.phrase,
            status=status,
            detail=f"A request may have {LARGEST_BODY} bytes at most.",
        )
        await refusal(scope, receive, send)
