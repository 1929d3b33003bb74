"""Refusing requests that are too large, by what they declare or as they are read, or too slow."""

import asyncio
import re
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.platform.problems import problem

LARGEST_BODY = 1024 * 1024
# Whoever sends less than this allows would keep a connection, and what it has sent, for ever.
BODY_SECONDS = 30.0
# Where files come, that are as large as their room allows: as long as they keep coming.
UPLOADS = ("/api/v1/recordings/upload", "/api/v1/uploads/")
UPLOAD_STEP_BYTES = 64 * 1024
# Where lists of a hundred thousand lines come.
LISTS = re.compile(r"/api/v1/campaigns/[^/]+/contacts")
LARGEST_LIST = 32 * 1024 * 1024
_STATUS = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
TOO_SLOW = f"The body was not there within {BODY_SECONDS:.0f} seconds."


def largest_body(path: str) -> int:
    return LARGEST_LIST if LISTS.fullmatch(path) else LARGEST_BODY


class BodyLimit:
    """Answers 413 to more than `LARGEST_BODY`, but for paths that have a limit of their own.

    And 408 to a body that is not there in time, on all paths.
    """

    def __init__(self, app: ASGIApp, *, exempt: str) -> None:
        self._app = app
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"].startswith(UPLOADS)
        is_limited = not is_upload and not scope["path"].startswith(self._exempt)
        largest = largest_body(scope["path"])
        detail = f"A request may have {largest} bytes at most."
        declared = Headers(scope=scope).get("content-length", "0")
        if is_limited and declared.isdecimal() and int(declared) > largest:
            code = _STATUS.phrase.lower().replace(" ", "-")
            refusal = problem(code=code, title=_STATUS.phrase, status=_STATUS, detail=detail)
            await refusal(scope, receive, send)
            return
        size, is_whole = 0, False
        loop = asyncio.get_running_loop()
        deadline, next_step = loop.time() + BODY_SECONDS, UPLOAD_STEP_BYTES

        async def limited() -> Message:
            nonlocal size, is_whole, deadline, next_step
            if is_whole:
                return await receive()
            try:
                async with asyncio.timeout_at(deadline):
                    message = await receive()
            except TimeoutError:
                raise StarletteHTTPException(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW) from None
            is_whole = not message.get("more_body", False)
            size += len(message.get("body", b""))
            if is_upload and size >= next_step:
                deadline, next_step = loop.time() + BODY_SECONDS, size + UPLOAD_STEP_BYTES
            if is_limited and size > largest:
                raise StarletteHTTPException(_STATUS, detail)
            return message

        await self._app(scope, limited, send)
