"""What may not be seen by everybody is masked in every answer, whichever path it is of.

Paths that answer with JSON need not know of it. What else tells of calls (streams, sound, files of
lines) asks the caller itself, `sees_originals`.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.auth.service import Caller
from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.events import find_masks
from backend.platform.people import masks
from backend.platform.people.masks import Mask
from backend.platform.services import services_of

P_ = ParamSpec("P_")
T_ = TypeVar("T_")

_KEY = "ringback.reader"
# A millisecond or two of masking.
_LARGE = 16 * 1024


def note_reader(scope: Scope, caller: Caller) -> None:
    """Say who is to read the answer."""
    readers: list[Caller] = scope.setdefault(_KEY, [])
    readers.append(caller)


class MaskedAnswers:
    """Masks answers in JSON for callers who may not see originals."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        readers: list[Caller] = []
        scope[_KEY] = readers
        await self._app(scope, receive, _Answer(scope, readers, send).send)


class _Answer:
    """An answer on its way. It is held back as a whole where it is to be masked."""

    def __init__(self, scope: Scope, readers: Sequence[Caller], send: Send) -> None:
        self._scope, self._readers, self._send = scope, readers, send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and self._is_to_be_masked(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    def _is_to_be_masked(self, start: Message) -> bool:
        kind = MutableHeaders(raw=list(start["headers"])).get("content-type", "")
        is_json = kind.partition(";")[0].strip().endswith("json")
        return is_json and any(not reader.sees_originals for reader in self._readers)

    async def _finish(self, start: Message) -> None:
        body = self._body
        if body:
            body = await masked_body(self._scope["app"], body, self._path_ids())
        start["headers"] = [
            (name, str(len(body)).encode() if name.lower() == b"content-length" else value)
            for name, value in start["headers"]
        ]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})

    def _path_ids(self) -> list[UUID]:
        """List the ids in the path: what it gives is about them, unless it says otherwise."""
        return list(masks.ids_in([{"id": part} for part in self._scope["path"].split("/")]))


async def masked_body(app: FastAPI, body: bytes, path_ids: Sequence[UUID]) -> bytes:
    """Mask what it tells of calls that are masked; with none of these, it stays as it is."""
    content, ids = await _beside_the_loop(body, _read, body)
    async with db.transaction(services_of(app).get(Sessions)) as session:
        found = await find_masks(session, {*path_ids, *ids})
    if not found:
        return body
    of_path = next((found[id_] for id_ in path_ids if id_ in found), None)
    return await _beside_the_loop(body, _masked, content, found, of_path)


def _read(body: bytes) -> tuple[Any, frozenset[UUID]]:
    content: Any = json.loads(body)
    return content, frozenset(masks.ids_in(content))


def _masked(content: Any, found: Mapping[UUID, Mask], of_path: Mask | None) -> bytes:
    masked = masks.masked(content, found, of_path)
    return json.dumps(masked, ensure_ascii=False, separators=(",", ":")).encode()


async def _beside_the_loop(
    body: bytes, work: Callable[P_, T_], *args: P_.args, **kwargs: P_.kwargs
) -> T_:
    """Do it in a thread where the answer is so large that everybody else would wait for it."""
    if len(body) < _LARGE:
        return work(*args, **kwargs)
    return await asyncio.to_thread(work, *args, **kwargs)
