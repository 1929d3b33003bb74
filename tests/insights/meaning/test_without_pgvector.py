"""A PostgreSQL without pgvector: words are found, it is said, and pgvector may come later."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from backend.insights import jobs
from backend.insights.meaning import status
from backend.insights.meaning.status import MeaningState
from backend.insights.models import SearchMode
from backend.platform import migrations
from tests.insights.meaning.conftest import MODEL
from tests.support import databases, meaning
from tests.support.meaning import LATE
from tests.support.room import open_room
from tests.support.sandbox import Sandbox
from tests.support.service import test_settings

_NAME = "without_pgvector"


@pytest.fixture
async def bare(postgres: str, worker_id: str) -> AsyncIterator[str]:
    """A migrated database of a server on which nobody has installed an extension."""
    name = f"{_NAME}_{worker_id}"
    dsn = await databases.create_database(postgres, name)
    await _execute(dsn, f"alter database {name} set extension_control_path = '/nowhere'")
    await asyncio.to_thread(migrations.upgrade, dsn)
    yield dsn
    await databases.drop_database(postgres, name)


async def _execute(dsn: str, statement: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def test_words_are_found_without_it_and_meaning_once_it_is_there(
    bare: str, sandbox: Sandbox, worker_id: str
) -> None:
    settings = test_settings(bare, sandbox, embedder=MODEL)
    async with open_room(settings) as room:
        call = await meaning.said(room, *LATE)
        await jobs.embed_missing(room.runtime)
        assert await room.run_jobs() == []

        answer = await meaning.ask(room, "puncture")
        looked = await status.look(room.runtime, room.org.id)

        assert [each.call_id for each in answer.found] == [call.id]
        assert answer.mode is SearchMode.TEXT
        assert looked.state is MeaningState.NO_PGVECTOR
        assert answer.instead == looked.detail

    await _execute(bare, f"alter database {_NAME}_{worker_id} reset extension_control_path")
    async with open_room(settings) as room:
        await jobs.embed_missing(room.runtime)
        assert await room.run_jobs() == []

        assert await meaning.calls(room, "delayed", SearchMode.MEANING, org_id=call.org_id) == [
            call.id
        ]
