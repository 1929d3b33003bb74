"""Putting jobs on the queue, inside the caller's transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from asgi_correlation_id import correlation_id
from pgqueuer.core.tm import TaskManager
from pgqueuer.ports.driver import Driver
from pgqueuer.queries import Queries
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock
from backend.platform.db import DriverTransaction


@dataclass(frozen=True)
class NewJob:
    name: str
    payload: bytes


class _Driver:
    """The part of pgqueuer's driver that enqueueing needs, over the caller's transaction."""

    def __init__(self, transaction: AsyncSession | DriverTransaction) -> None:
        self._transaction = transaction
        self.shutdown = asyncio.Event()
        self.tm = TaskManager()

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        if isinstance(self._transaction, DriverTransaction):
            return [dict(row) for row in await self._transaction.connection.fetch(query, *args)]
        # SQLAlchemy sends BEGIN with its own first statement only. On the asyncpg connection below
        # it, a job enqueued as the first statement would survive the ROLLBACK.
        connection = await self._transaction.connection()
        rows = await connection.exec_driver_sql(query, args)
        return [dict(row) for row in rows.mappings()]


async def enqueue(
    transaction: AsyncSession | DriverTransaction,
    jobs: Sequence[NewJob],
    *,
    at: datetime | None = None,
) -> None:
    """Add jobs that exist once, and only if, the transaction commits."""
    if not jobs:
        return
    queries = Queries(cast("Driver", _Driver(transaction)))
    delay = None if at is None else at - clock.now()
    request_id = correlation_id.get()
    headers = {"request_id": request_id} if request_id else {}
    await queries.enqueue(
        [job.name for job in jobs],
        [job.payload for job in jobs],
        [0] * len(jobs),
        execute_after=[delay] * len(jobs),
        headers=[headers] * len(jobs),
    )
