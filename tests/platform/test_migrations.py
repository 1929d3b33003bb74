"""However much a database of an earlier release holds, it is brought to this one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from alembic import command

from backend.platform import migrations
from tests.support import databases, first_schema
from tests.support.commands import Command
from tests.support.embedded import fetch
from tests.support.logs import captured_log
from tests.support.waiting import until

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

    steps = [step for step in log.of("migration.moves") if step["table"] == "records"]
    assert len(steps) > CALLS * 3 // 10 - 1
    assert steps[-1]["done"] == steps[-1]["of"] == CALLS * 3
    of_call = "select count(*) from (select from records where is_current group by call_id) as one"
    assert await fetch(old, of_call) == CALLS
    current = "select array_agg(distinct (revision, origin)::text) from records where is_current"
    assert await fetch(old, current) == ["(2,correction)"]


async def test_who_asked_before_is_suppressed_in_whichever_direction_the_call_went(
    old: str,
) -> None:
    connection = await asyncpg.connect(old)
    try:
        await connection.execute(_ASKED)
    finally:
        await connection.close()

    await asyncio.to_thread(migrations.upgrade, old)

    asked = "select array_agg(distinct to_number order by to_number) from suppressions"
    assert await fetch(old, asked) == ["+14155550101", "+14155550102"]
    unlike = "select count(*) from suppressions where scope <> 'all' or call_id is null"
    assert await fetch(old, unlike) == 0


# Of each pair one is ours. Who called us in the browser, and who did not ask, is nobody to refuse.
_ASKED = """
with numbered as (select id, row_number() over (order by id) as n from calls)
update calls set status_reason = case when n < 4 then 'user_requested_dnc' end,
    source = (array['outbound', 'inbound', 'web', 'outbound'])[n],
    to_number = (array['+14155550101', '+14155550199', null, '+14155550103'])[n],
    from_number = (array['+14155550199', '+14155550102', null, '+14155550199'])[n]
from numbered where numbered.id = calls.id and n <= 4
"""


async def test_calls_are_written_while_an_index_of_them_is_built_however_many_migrate(
    old: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(command.upgrade, migrations.config(old), "20261129_0920")
    writer = await asyncpg.connect(old)
    try:
        under_way = writer.transaction()
        await under_way.start()
        await writer.execute(_WRITE % "asc")
        settings = {"DATABASE_URL": old, "SECRET_KEY": "a" * 64}
        migrating = [Command(tmp_path, ("migrate",), settings) for _ in range(2)]
        await until(lambda: fetch(old, _IS_BUILDING), "the index to wait for a writer", patience=60)
        written = await fetch(old, _WRITE % "desc")
        await under_way.commit()
        codes = [await asyncio.to_thread(lambda one: one.code, each) for each in migrating]
    finally:
        await writer.close()

    assert (written, codes) == (1, [0, 0])
    valid = "select indisvalid from pg_index where indexrelid = 'ix_calls_org_id_length'::regclass"
    assert await fetch(old, valid) is True


_WRITE = """
with one as (
    update calls set failure = 'x' where id = (select id from calls order by id %s limit 1)
    returning id
) select count(*) from one
"""


_IS_BUILDING = """
select true from pg_stat_progress_create_index
where datname = current_database() and relid = 'calls'::regclass and phase like 'waiting%'
"""


def test_no_migration_is_ended_by_a_limit_on_its_time() -> None:
    limited = [
        path.name
        for path in Path("alembic/versions").glob("*.py")
        if "statement_timeout" in path.read_text()
    ]

    assert limited == []
