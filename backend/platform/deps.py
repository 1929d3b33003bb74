"""What routes get from the app: the settings, and a transaction around the request.

All of them are coroutines: FastAPI runs functions in threads, which takes far longer.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import db
from backend.platform.db import Sessions
from backend.platform.services import provided
from backend.platform.settings import Settings

CurrentSettings = Annotated[Settings, Depends(provided(Settings))]
SessionFactory = Annotated[Sessions, Depends(provided(Sessions))]


async def request_transaction(sessions: SessionFactory) -> AsyncIterator[AsyncSession]:
    async with db.transaction(sessions) as session:
        yield session


# scope="function" commits before the response is sent; the default scope commits after it,
# when the client already holds a 200.
Session = Annotated[AsyncSession, Depends(request_transaction, scope="function")]
