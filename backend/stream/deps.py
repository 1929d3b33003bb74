"""The process's feed, and how calls are shown, as parameters of routes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import Depends
from pydantic import BaseModel
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.services import provided
from backend.stream.feed import Feed

# Reads a call of an organisation as the API shows it; raises when there is none.
ReadCall: TypeAlias = Callable[[AsyncSession, UUID, UUID], Awaitable[BaseModel]]


@dataclass(frozen=True)
class CallView:
    """How a call is shown, and the states that events may tell of.

    The stream knows the log and no room, so the application says both.
    """

    read: ReadCall
    statuses: frozenset[str]


CurrentFeed = Annotated[Feed, Depends(provided(Feed))]
CurrentCallView = Annotated[CallView, Depends(provided(CallView))]
