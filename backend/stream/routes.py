"""The event log as server-sent events. A stream holds no database session."""

import random
from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Query
from pydantic import BaseModel, ConfigDict, Field

from backend.auth.deps import AnyCaller
from backend.auth.service import Caller
from backend.platform.errors import FieldError
from backend.stream.deps import CurrentFeed
from backend.stream.errors import NothingToFollow, PositionInvalid
from backend.stream.event_stream import EventStream
from backend.stream.feed import Feed, Interest, Position

router = APIRouter(prefix="/api/v1", tags=["stream"])

FIRST_RETRY_MS = 2000
LAST_RETRY_MS = 6000

LastEventId = Annotated[
    str | None, Header(description="The `id` of the last event received; sent by browsers.")
]
LastEventIdQuery = Annotated[
    str | None,
    Query(alias="last_event_id", description="The same; `0` starts at the log's beginning."),
]


class EventQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str] = Field(default=[], description="Only events of these names.")
    agent_id: UUID | None = None
    call_id: UUID | None = None
    last_event_id: str | None = Field(
        None, description="As the header; `0` starts at the log's beginning."
    )


@router.get("/events", response_class=EventStream, status_code=200)
async def stream_events(
    caller: AnyCaller,
    feed: CurrentFeed,
    query: Annotated[EventQuery, Query()],
    last_event_id: LastEventId = None,
) -> EventStream:
    """Follow everything that happens, live.

    A new client starts at now. One that sends the last `id` it received gets what it missed,
    without gap or repeat, from whichever process it reaches.
    """
    interest = Interest(caller.org_id, query.call_id, query.agent_id, frozenset(query.names))
    return _stream(feed, interest, _position(query.last_event_id or last_event_id), caller)


@router.get("/calls/{call_id}/events", response_class=EventStream, status_code=200)
async def stream_call_events(
    call_id: UUID,
    caller: AnyCaller,
    feed: CurrentFeed,
    last_event_id: LastEventId = None,
    last_event_id_query: LastEventIdQuery = None,
) -> EventStream:
    """Follow one call, live. `last_event_id=0` starts at its beginning."""
    if not await feed.knows_call(caller.org_id, call_id):
        raise NothingToFollow(f"There is no call {call_id}.")
    interest = Interest(caller.org_id, call_id)
    return _stream(feed, interest, _position(last_event_id_query or last_event_id), caller)


def _position(text: str | None) -> Position | None:
    if text is None:
        return None
    try:
        return Position.parse(text)
    except ValueError as error:
        wrong = FieldError("query:last_event_id", "Not an event's id, such as 12345-678.")
        raise PositionInvalid(
            "Last-Event-ID must be the id of an event received before, or 0.", errors=[wrong]
        ) from error


def _stream(feed: Feed, interest: Interest, since: Position | None, caller: Caller) -> EventStream:
    return EventStream(_messages(feed, interest, since, caller.session_id))


async def _messages(
    feed: Feed, interest: Interest, since: Position | None, owner: UUID
) -> AsyncIterator[bytes]:
    yield _retry(FIRST_RETRY_MS)
    async for entries in feed.follow(interest, since, owner=owner):
        if entries:
            yield b"".join([entry.message for entry in entries])
    # Whoever is sent away by a deploy should not come back at the same instant as all the others.
    yield _retry(LAST_RETRY_MS)


def _retry(most_ms: int) -> bytes:
    return f"retry: {random.randint(most_ms // 4, most_ms)}\n\n".encode()  # noqa: S311 - jitter
