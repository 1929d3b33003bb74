"""What routes get from the app: the settings, and a transaction around the request.

All of them are coroutines: FastAPI runs functions in threads, which takes far longer.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.settings import Settings


async def get_settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def get_sessions(request: Request) -> Sessions:
    sessions: Sessions = request.app.state.sessions
    return sessions


async def request_transaction(request: Request) -> AsyncIterator[AsyncSession]:
    async with db.transaction(await get_sessions(request)) as session:
        yield session


CurrentSettings = Annotated[Settings, Depends(get_settings)]
SessionFactory = Annotated[Sessions, Depends(get_sessions)]
# scope="function" commits before the response is sent; the default scope commits after it,
# when the client already holds a 200.
Session = Annotated[AsyncSession, Depends(request_transaction, scope="function")]
