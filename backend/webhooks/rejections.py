"""Counting the requests that were refused, at a cost that does not grow with their number.

The first is noted at once, so that a wrong key shows; then each second's are noted together.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from loguru import logger
from sqlalchemy.exc import SQLAlchemyError

from backend.platform import db
from backend.platform.db import Sessions
from backend.webhooks.models import Rejection

_PAUSE_SECONDS = 1.0


class Rejections:
    """Counts for one process. Run it beside the server; stop it after the server."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._counts: dict[tuple[UUID, str], Rejection] = {}
        self._noted = asyncio.Event()

    def note(self, org_id: UUID, reason: str, body_bytes: int) -> None:
        row = self._counts.get((org_id, reason))
        if row is None:
            new = Rejection(org_id=org_id, reason=reason, body_bytes=body_bytes)
            self._counts[org_id, reason] = new
        else:
            row.times += 1
            row.body_bytes = max(row.body_bytes, body_bytes)
        self._noted.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Store the counts until told to stop, and what is counted by then."""
        stop = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                noted = asyncio.create_task(self._noted.wait())
                await asyncio.wait((noted, stop), return_when=asyncio.FIRST_COMPLETED)
                noted.cancel()
                await self._store_counts()
                with suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.shield(stop), _PAUSE_SECONDS)
            await self._store_counts()
        finally:
            stop.cancel()

    async def _store_counts(self) -> None:
        counts, self._counts = list(self._counts.values()), {}
        self._noted.clear()
        if counts:
            await self._store(counts)

    async def _store(self, counts: Sequence[Rejection]) -> None:
        try:
            async with db.transaction(self._sessions) as session:
                session.add_all(counts)
        except (*db.CONNECTION_LOST, SQLAlchemyError) as error:
            logger.error("rejections.not_written", reason=type(error).__name__)
