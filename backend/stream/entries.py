"""Events as the feed gives them: their place in the log, their bytes, and who wants them."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

from backend.platform import clock
from backend.platform.events import JsonObject

RESYNC = "resync"
BEHIND = "behind"
SNAPSHOT = "call.snapshot"


class Position(NamedTuple):
    """A place in the log. As text, `<transaction>-<id>`; `0` is its beginning."""

    transaction_id: int
    id: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a position; raises ValueError for anything that is none."""
        transaction_id, _, event_id = text.partition("-")
        position = cls(int(transaction_id), int(event_id or 0))
        if not (0 <= position.transaction_id < 2**63 and 0 <= position.id < 2**63):
            raise ValueError(text)
        return position

    def __str__(self) -> str:
        return f"{self.transaction_id}-{self.id}"


BEGINNING = Position(0, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """One event, as it goes to every client: serialised once."""

    position: Position
    org_id: UUID
    name: str
    agent_id: UUID | None
    call_id: UUID | None
    status: str | None
    message: bytes


@dataclass(frozen=True, slots=True)
class Interest:
    """Which events a stream wants: those of one organisation, narrowed further if set."""

    org_id: UUID
    call_id: UUID | None = None
    agent_id: UUID | None = None
    names: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()

    def covers(self, entry: Entry) -> bool:
        return (
            self.org_id == entry.org_id
            and (self.call_id is None or self.call_id == entry.call_id)
            and (self.agent_id is None or self.agent_id == entry.agent_id)
            and (not self.names or entry.name in self.names)
            and (not self.statuses or entry.status in self.statuses)
        )


def snapshot(position: Position, call_id: UUID, call: JsonObject) -> bytes:
    """Write a call's state as a message; what happened after the position is still to come."""
    payload = {
        "id": str(position),
        "name": SNAPSHOT,
        "at": clock.now().isoformat(),
        "call_id": str(call_id),
        "agent_id": call["agent_id"],
        "data": call,
    }
    return message(SNAPSHOT, payload, position)


def resync(horizon: Position) -> bytes:
    """Tell a client that it has missed what is no longer kept: read the state anew."""
    return message(RESYNC, _about_the_stream(RESYNC, str(horizon)), horizon)


def behind() -> bytes:
    """Tell a client that it reads too slowly. Without `id:`, so that it resumes where it was."""
    return message(BEHIND, _about_the_stream(BEHIND, None))


def _about_the_stream(name: str, position: str | None) -> JsonObject:
    at = clock.now().isoformat()
    return {"id": position, "name": name, "at": at, "call_id": None, "agent_id": None, "data": {}}


def logged(
    position: Position,
    name: str,
    at: datetime,
    ids: tuple[UUID | None, UUID | None],
    data: JsonObject,
) -> bytes:
    """Write an event of the log as a message; `ids` are those of its call and its agent."""
    call_id, agent_id = ids
    payload = {
        "id": str(position),
        "name": name,
        "at": at.isoformat(),
        "call_id": str(call_id) if call_id else None,
        "agent_id": str(agent_id) if agent_id else None,
        "data": data,
    }
    return message(name, payload, position)


def message(name: str, payload: JsonObject, position: Position | None = None) -> bytes:
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    place = f"id: {position}\n" if position is not None else ""
    return f"{place}event: {name}\ndata: {text}\n\n".encode()
