"""Jobs that a statement of ours enqueues are those that pgqueuer would have made."""

from typing import Any, ClassVar

import asyncpg

from backend.platform import db, queue
from backend.platform.events import Event, publish
from tests.support.jobs import ORG, Queue, answer

_CLOSE_ALL = """
select pg_terminate_backend(pid, 5000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""
_ENQUEUE = f"with new_jobs as (select $1 as name, $2::bytea as payload), {queue.ENQUEUE_NEW_JOBS}"
_JOBS = "select * from pgqueuer order by id"
_LOG = "select * from pgqueuer_log order by id"
# What tells two jobs apart that are otherwise the same.
_OWN = {"id", "job_id", "created", "updated", "heartbeat", "execute_after"}


class Whispered(Event):
    """Heard by jobs alone."""

    name: ClassVar[str] = "door.whispered"
    is_logged: ClassVar[bool] = False


async def _alike(room: Queue, query: str) -> list[dict[str, Any]]:
    rows = await room.fetch(query)
    return [
        {name: value for name, value in row._mapping.items() if name not in _OWN} for row in rows
    ]


async def test_a_job_enqueued_with_its_row_is_the_same_as_one_enqueued_by_publishing(
    empty_queue: Queue,
) -> None:
    empty_queue.wiring.on(Whispered, answer)
    event = Whispered(org_id=ORG)

    async with db.transaction(empty_queue.sessions) as session:
        await publish(session, event)
    async with db.driver_connection(empty_queue.sessions) as connection:
        (name,) = empty_queue.wiring.jobs_after(Whispered)
        await connection.execute(_ENQUEUE, name, event.model_dump_json().encode())

    for query in (_JOBS, _LOG):
        published, enqueued = await _alike(empty_queue, query)
        assert published == enqueued


async def test_nobody_gets_a_connection_that_the_server_has_closed(empty_queue: Queue) -> None:
    async with db.driver_connection(empty_queue.sessions) as connection:
        await connection.execute("select 1")
    other = await asyncpg.connect(empty_queue.dsn)
    await other.execute(_CLOSE_ALL)
    await other.close()

    async with db.driver_connection(empty_queue.sessions) as connection:
        assert await connection.fetchval("select 1") == 1
