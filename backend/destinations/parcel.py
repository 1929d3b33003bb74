"""One delivery on its way, and what came of sending it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar, Protocol, Self, runtime_checkable
from uuid import UUID

from pydantic_core import to_json

from backend.destinations import shape
from backend.destinations.models import Message
from backend.destinations.shape import Fields
from backend.platform.events import JsonObject


@dataclass(frozen=True)
class Parcel:
    """What is to be delivered; `attempt` counts from 1. `raw` is the event's data as JSON."""

    id: UUID
    event: str
    at: datetime
    raw: str
    attempt: int = 1
    step: int = 0
    event_id: int = 0
    call_id: UUID | None = None

    @classmethod
    def of(cls, delivery_id: UUID, message: Message) -> Self:
        return cls(delivery_id, message.event, message.at, json.dumps(message.data))

    @cached_property
    def data(self) -> JsonObject:
        data: JsonObject = json.loads(self.raw)
        return data

    @property
    def timestamp(self) -> str:
        return self.at.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def body(self, fields: Fields | None) -> bytes:
        """Write what the destination gets. Without a choice, the data goes as it was booked."""
        if fields is None:
            head = to_json({"type": self.event, "timestamp": self.timestamp})[:-1]
            return head + b',"data":' + self.raw.encode() + b"}"
        return to_json(self.content(fields))

    def content(self, fields: Fields | None) -> Any:
        envelope = {"type": self.event, "timestamp": self.timestamp}
        if isinstance(fields, dict):
            return shape.fill(fields, envelope | self.data)
        return envelope | {"data": shape.choose(self.data, fields) if fields else self.data}


@dataclass(frozen=True)
class Answer:
    """What one attempt came to."""

    at: datetime
    duration_ms: int
    status_code: int | None = None
    # Why it does not count as delivered, in words for a person; null: it does.
    error: str | None = None
    answer: str | None = None
    # The receiver wants no more of this, or will have it later.
    is_gone: bool = False
    retry_after: timedelta | None = None
    # What is there now at the other side, when the kind keeps track of it.
    outcome: JsonObject | None = None
    # Whether what became of it is to be asked for from now on.
    is_followed: bool = False


class Sender(Protocol):
    """A way to one destination. Sending never raises for what the other side does."""

    async def send(self, parcel: Parcel) -> Answer: ...


@runtime_checkable
class TogetherSender(Sender, Protocol):
    """A way on which what is due goes out at once, so many of them at most."""

    most: ClassVar[int]

    async def send_all(self, parcels: Sequence[Parcel]) -> Sequence[Answer]:
        """Send all of them; return what came of each, in their order. All fail, or none."""
        ...
