"""Events for those who may not see originals: masked, for each stream by itself."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any
from uuid import UUID

from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.events import find_masks
from backend.platform.people import masks
from backend.platform.people.masks import Mask

_END = b"\n\n"
_DATA = b"data: "
# How many calls a stream remembers the masks of.
_REMEMBERED = 1000


class MaskedStream:
    """Masks messages as they come. Whom a call names is looked up with its first event here."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._masks: dict[UUID, Mask | None] = {}

    async def follow(self, followed: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        async with aclosing(followed):
            async for messages in followed:
                yield await self.masked(messages)

    async def masked(self, messages: bytes) -> bytes:
        """Mask whole messages, one after the other."""
        return _END.join([await self._message(each) for each in messages.split(_END)])

    async def _message(self, message: bytes) -> bytes:
        head, found, text = message.partition(_DATA)
        if not found:
            return message
        payload: dict[str, Any] = json.loads(text)
        of_calls = await self._find({*masks.ids_in([payload, payload["data"]])})
        if not of_calls:
            return message
        # What the feed itself says of the event is ours.
        own = masks.ids_in({"call_id": payload["call_id"]})
        mask = next((of_calls[id_] for id_ in own if id_ in of_calls), None)
        payload["data"] = masks.masked(payload["data"], of_calls, mask)
        return (
            head + _DATA + json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        )

    async def _find(self, ids: set[UUID]) -> dict[UUID, Mask]:
        unknown = ids - self._masks.keys()
        if unknown:
            async with db.transaction(self._sessions) as session:
                found = await find_masks(session, unknown)
            while len(self._masks) > _REMEMBERED:
                self._masks.pop(next(iter(self._masks)))
            self._masks |= {id_: found.get(id_) for id_ in unknown}
        return {id_: mask for id_ in ids if (mask := self._masks.get(id_)) is not None}
