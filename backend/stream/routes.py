"""The event log as server-sent events. A stream holds no database session."""

import random
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Path, Query
from loguru import logger
from pydantic import BaseModel, ConfigDict, Field

from backend.auth.deps import AnyCaller
from backend.auth.service import Caller
from backend.platform import db
from backend.platform.db import CONNECTION_LOST
from backend.platform.deps import SessionFactory
from backend.platform.errors import FieldError
from backend.platform.events import logged_names
from backend.stream import entries
from backend.stream.deps import CurrentCallView, CurrentFeed
from backend.stream.entries import Interest, Position
from backend.stream.errors import NoSuchEvent, NoSuchStatus, PositionInvalid
from backend.stream.event_stream import EventStream
from backend.stream.masking import MaskedStream

router = APIRouter(prefix="/api/v1", tags=["stream"])

FIRST_RETRY_MS = 2000
LAST_RETRY_MS = 6000

LastEventId = Annotated[
    str | None,
    Header(
        description="The `id` of the last event received; browsers send it when they reconnect.",
        examples=["812-4711"],
    ),
]
LastEventIdQuery = Annotated[
    str | None,
    Query(
        alias="last_event_id",
        description="As the header, for a first connection; `0` starts at the log's beginning.",
        examples=["812-4711"],
    ),
]


class EventQuery(BaseModel):
    model_config = ConfigDict(extra="forbid")

    names: list[str] = Field(
        default=[],
        description="Only events of these names; give it several times for several.",
        examples=[["call.ended", "record.extracted"]],
    )
    agent_id: UUID | None = Field(None, description="Only events about this agent's calls.")
    call_id: UUID | None = Field(None, description="Only events about this call.")
    status: list[str] = Field(
        default=[],
        description=(
            "Only events that tell of one of these states: a call's, such as `ended`, or a "
            "record's, such as `needs_review`."
        ),
        examples=[["ended", "not_connected"]],
    )
    last_event_id: str | None = Field(
        None,
        description="As the header, for a first connection; `0` starts at the log's beginning.",
        examples=["812-4711"],
    )


@router.get("/events", response_class=EventStream, status_code=200)
async def stream_events(
    caller: AnyCaller,
    feed: CurrentFeed,
    sessions: SessionFactory,
    calls: CurrentCallView,
    query: Annotated[EventQuery, Query()],
    last_event_id: LastEventId = None,
) -> EventStream:
    """Follow everything that happens, live.

    A new client starts at now. One that sends the last `id` it received gets what it missed,
    without gap or repeat, from whichever process it reaches.
    """
    # A browser that reconnects repeats the address it was given, and adds the header.
    since = _position(last_event_id or query.last_event_id)
    interest = Interest(
        caller.org_id,
        query.call_id,
        query.agent_id,
        _names(query.names),
        _statuses(query.status, calls.statuses),
    )
    followed = feed.follow(interest, since, owner=_owner(caller))
    if not caller.sees_originals:
        followed = MaskedStream(sessions).follow(followed)
    return EventStream(_messages(followed))


@router.get("/calls/{call_id}/events", response_class=EventStream, status_code=200)
async def stream_call_events(  # noqa: PLR0913 - what FastAPI is to provide
    call_id: Annotated[UUID, Path(description="The id of the call.")],
    caller: AnyCaller,
    feed: CurrentFeed,
    sessions: SessionFactory,
    calls: CurrentCallView,
    last_event_id: LastEventId = None,
    last_event_id_query: LastEventIdQuery = None,
) -> EventStream:
    """Follow one call, live.

    A new client first gets the call as it is, as `call.snapshot`, and then what happens to it.
    `last_event_id=0` starts with the first thing that happened instead.
    """
    given = _position(last_event_id or last_event_id_query)
    since = given or await feed.end()
    async with db.transaction(sessions) as session:
        call = await calls.read(session, caller.org_id, call_id)
    first = b"" if given else entries.snapshot(since, call_id, call.model_dump(mode="json"))
    followed = feed.follow(Interest(caller.org_id, call_id), since, owner=_owner(caller))
    if not caller.sees_originals:
        masking = MaskedStream(sessions)
        first, followed = await masking.masked(first), masking.follow(followed)
    return EventStream(_messages(followed, first))


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


def _names(wanted: list[str]) -> frozenset[str]:
    """Refuse a name that no event has: a stream that stays silent would not tell of the slip."""
    if unknown := sorted(set(wanted) - logged_names()):
        listed = ", ".join(unknown)
        wrong = FieldError("query:names", f"No event is called so: {listed}.")
        raise NoSuchEvent(f"There are no events of the name {listed}.", errors=[wrong])
    return frozenset(wanted)


def _statuses(wanted: list[str], known: frozenset[str]) -> frozenset[str]:
    if unknown := sorted(set(wanted) - known):
        listed = ", ".join(sorted(known))
        wrong = FieldError("query:status", f"The states are: {listed}.")
        raise NoSuchStatus(f"No call or record is ever {', '.join(unknown)}.", errors=[wrong])
    return frozenset(wanted)


def _owner(caller: Caller) -> UUID:
    return caller.credential_id


async def _messages(
    followed: AsyncGenerator[bytes, None], first: bytes = b""
) -> AsyncIterator[bytes]:
    yield _retry(FIRST_RETRY_MS) + first
    async with aclosing(followed):
        try:
            async for messages in followed:
                yield messages
        except CONNECTION_LOST as error:
            # The client comes back and goes on from where it was.
            logger.warning("stream.database_lost", reason=type(error).__name__)
    # Whoever is sent away by a deploy should not come back at the same instant as all the others.
    yield _retry(LAST_RETRY_MS)


def _retry(most_ms: int) -> bytes:
    return f"retry: {random.randint(most_ms // 4, most_ms)}\n\n".encode()  # noqa: S311 - jitter
