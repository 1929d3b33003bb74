"""Events for those who may not see originals: masked, for each stream by itself."""

import json
from collections.abc import AsyncGenerator, Iterator, Mapping
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


class MaskedStream:
    """Masks messages as they come, those that come together by one look at what is masked."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    async def follow(self, followed: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        async with aclosing(followed):
            async for messages in followed:
                yield await self.masked(messages)

    async def masked(self, messages: bytes) -> bytes:
        """Mask whole messages, one after the other."""
        told = [message.partition(_DATA) for message in messages.split(_END)]
        payloads = [json.loads(text) if found else None for _, found, text in told]
        ids = {id_ for payload in payloads if payload for id_ in _ids_in(payload)}
        if not ids:
            return messages
        async with db.transaction(self._sessions) as session:
            of_calls = await find_masks(session, ids)
        if not of_calls:
            return messages
        return _END.join(
            head + found + (text if payload is None else _masked(payload, of_calls))
            for (head, found, text), payload in zip(told, payloads, strict=True)
        )


def _ids_in(payload: dict[str, Any]) -> Iterator[UUID]:
    return masks.ids_in([payload, payload["data"]])


def _masked(payload: dict[str, Any], of_calls: Mapping[UUID, Mask]) -> bytes:
    """Mask what an event tells. What the feed itself says of the event is ours."""
    own = masks.ids_in({"call_id": payload["call_id"]})
    mask = next((of_calls[id_] for id_ in own if id_ in of_calls), None)
    payload["data"] = masks.masked_event(payload["data"], of_calls, mask)
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
