"""The process's feed, and how to read a call, as parameters of routes."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.stream.feed import Feed

# Reads a call of an organisation as the API shows it; raises when there is none. The stream knows
# the log and no room, so the application says how.
ReadCall: TypeAlias = Callable[[AsyncSession, UUID, UUID], Awaitable[BaseModel]]


async def get_feed(request: Request) -> Feed:
    feed: Feed = request.app.state.feed
    return feed


async def get_call_reader(request: Request) -> ReadCall:
    read_call: ReadCall = request.app.state.read_call
    return read_call


async def get_statuses(request: Request) -> frozenset[str]:
    """Return the states that events may tell of; the application knows them."""
    statuses: frozenset[str] = request.app.state.statuses
    return statuses


Statuses = Annotated[frozenset[str], Depends(get_statuses)]
CurrentFeed = Annotated[Feed, Depends(get_feed)]
CallReader = Annotated[ReadCall, Depends(get_call_reader)]
