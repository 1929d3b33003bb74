"""However much a database of an earlier release holds, it is brought to this one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.platform import migrations
from tests.support import databases, first_schema
from tests.support.embedded import fetch
from tests.support.logs import captured_log

CALLS = 17


@pytest.fixture
async def old(postgres: str, worker_id: str) -> AsyncIterator[str]:
    name = f"old_{worker_id}"
    dsn = await databases.create_database(postgres, name)
    await asyncio.to_thread(first_schema.make, dsn)
    await first_schema.fill(dsn, calls=CALLS)
    yield dsn
    await databases.drop_database(postgres, name)


async def test_the_records_of_the_first_release_are_moved_a_part_at_a_time(
    old: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "BATCH", 10)

    with captured_log() as log:
        await asyncio.to_thread(migrations.upgrade, old)

    steps = log.of("migration.moves")
    assert len(steps) > CALLS * 3 // 10 - 1
    assert steps[-1]["done"] == steps[-1]["of"] == CALLS * 3
    of_call = "select count(*) from (select from records where is_current group by call_id) as one"
    assert await fetch(old, of_call) == CALLS
    current = "select array_agg(distinct (revision, origin)::text) from records where is_current"
    assert await fetch(old, current) == ["(2,correction)"]


def test_no_migration_is_ended_by_a_limit_on_its_time() -> None:
    limited = [
        path.name
        for path in Path("alembic/versions").glob("*.py")
        if "statement_timeout" in path.read_text()
    ]

    assert limited == []
