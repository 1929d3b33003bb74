"""Refusing requests that are too large: by what they declare, else while they are read."""

from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.platform.problems import problem

LARGEST_BODY = 1024 * 1024
_STATUS = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
_DETAIL = f"A request may have {LARGEST_BODY} bytes at most."


class BodyLimit:
    """Answers 413 to more than `LARGEST_BODY`, but for paths that have a limit of their own."""

    def __init__(self, app: ASGIApp, *, exempt: str) -> None:
        self._app = app
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self._exempt):
            await self._app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdecimal() and int(declared) > LARGEST_BODY:
            code = _STATUS.phrase.lower().replace(" ", "-")
            refusal = problem(code=code, title=_STATUS.phrase, status=_STATUS, detail=_DETAIL)
            await refusal(scope, receive, send)
            return
        size = 0

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > LARGEST_BODY:
                raise StarletteHTTPException(_STATUS, _DETAIL)
            return message

        await self._app(scope, counted, send)
