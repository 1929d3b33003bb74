"""The short cut past SQLAlchemy: the same promises as a session's transaction."""

from typing import ClassVar

import asyncpg
import pytest

from backend.platform import db, events
from backend.platform.events import Event
from tests.support.jobs import ORG, Knocked, Queue, answer

_CLOSE_ALL = """
select pg_terminate_backend(pid, 5000) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""
_NOTE = "insert into schedules (name, next_run_at) values ($1, now())"


class Whispered(Event):
    """Heard by jobs alone."""

    name: ClassVar[str] = "door.whispered"
    is_logged: ClassVar[bool] = False


class _ChangedOurMind(Exception):
    pass


async def _counts(queue: Queue) -> tuple[int, int]:
    """Count the notes and the jobs that are there."""
    notes = await queue.fetch("select count(*) from schedules")
    jobs = await queue.fetch("select count(*) from pgqueuer")
    return notes[0][0], jobs[0][0]


async def test_a_row_and_its_job_appear_together_on_commit(empty_queue: Queue) -> None:
    empty_queue.wiring.on(Whispered, answer)

    async with db.driver_transaction(empty_queue.sessions) as transaction:
        await transaction.connection.execute(_NOTE, "note")
        await events.trigger(transaction, Whispered(org_id=ORG))

        assert await _counts(empty_queue) == (0, 0)
    assert await _counts(empty_queue) == (1, 1)


async def test_a_row_and_its_job_are_taken_back_together(empty_queue: Queue) -> None:
    empty_queue.wiring.on(Whispered, answer)

    async def change_our_mind() -> None:
        async with db.driver_transaction(empty_queue.sessions) as transaction:
            await events.trigger(transaction, Whispered(org_id=ORG))
            await transaction.connection.execute(_NOTE, "note")
            raise _ChangedOurMind

    with pytest.raises(_ChangedOurMind):
        await change_our_mind()

    assert await _counts(empty_queue) == (0, 0)


async def test_an_event_that_belongs_in_the_log_is_no_mere_trigger(empty_queue: Queue) -> None:
    async with db.driver_transaction(empty_queue.sessions) as transaction:
        with pytest.raises(AssertionError):
            await events.trigger(transaction, Knocked(org_id=ORG))


async def test_nobody_gets_a_connection_that_the_server_has_closed(empty_queue: Queue) -> None:
    assert await _counts(empty_queue) == (0, 0)
    other = await asyncpg.connect(empty_queue.dsn)
    await other.execute(_CLOSE_ALL)
    await other.close()

    async with db.driver_transaction(empty_queue.sessions) as transaction:
        assert await transaction.connection.fetchval("select 1") == 1
    assert await _counts(empty_queue) == (0, 0)
