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


@dataclass(frozen=True)
class NewJob:
    name: str
    payload: bytes
    # No second job of this name is enqueued while one with the same question is not done.
    question: str | None = None
    priority: int = 0

    @property
    def dedupe_key(self) -> str | None:
        return None if self.question is None else f"{self.name} {self.question}"


class _Driver:
    """The part of pgqueuer's driver that enqueueing needs, over the caller's transaction."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self.shutdown = asyncio.Event()
        self.tm = TaskManager()

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        # SQLAlchemy sends BEGIN with its own first statement only. On the asyncpg connection below
        # it, a job enqueued as the first statement would survive the ROLLBACK.
        connection = await self._session.connection()
        rows = await connection.exec_driver_sql(query, args)
        return [dict(row) for row in rows.mappings()]


async def enqueue(
    session: AsyncSession, jobs: Sequence[NewJob], *, at: datetime | None = None
) -> None:
    """Add jobs that exist once, and only if, the transaction commits."""
    if not jobs:
        return
    queries = Queries(cast("Driver", _Driver(session)))
    delay = None if at is None else at - clock.now()
    request_id = correlation_id.get()
    headers = {"request_id": request_id} if request_id else {}
    await queries.enqueue(
        [job.name for job in jobs],
        [job.payload for job in jobs],
        [job.priority for job in jobs],
        execute_after=[delay] * len(jobs),
        dedupe_key=[job.dedupe_key for job in jobs],
        headers=[headers] * len(jobs),
        on_conflict="skip",
    )


# The end of a statement that stores rows and enqueues their jobs at once, for what cannot wait for
# a round trip each. `new_jobs (name, payload)` comes before it; rows become what `enqueue` makes.
ENQUEUE_NEW_JOBS = """
queued as (
    insert into pgqueuer (priority, entrypoint, payload, execute_after, headers, status)
    select 0, name, payload, now(), '{}', 'queued' from new_jobs
    returning id, entrypoint, priority
)
insert into pgqueuer_log (job_id, status, entrypoint, priority)
select id, 'queued', entrypoint, priority from queued
"""
