"""A database of the first release with a million records, brought to this one."""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
from _report import report

from backend.platform import migrations
from backend.platform.embedded_postgres.server import embedded_postgres
from backend.platform.logging import configure_logging
from backend.platform.settings import LogSettings

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.support import first_schema

RECORDS = 1_000_000
CALLS = RECORDS // 3


async def counts(dsn: str) -> tuple[int, int]:
    connection = await asyncpg.connect(dsn)
    try:
        row = await connection.fetchrow(
            "select count(*), count(*) filter (where is_current) from records", timeout=600
        )
        assert row is not None
        return row[0], row[1]
    finally:
        await connection.close()


def main() -> None:
    configure_logging(LogSettings(level="INFO"))
    with tempfile.TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as dsn:
        first_schema.make(dsn)
        asyncio.run(first_schema.fill(dsn, calls=CALLS))
        began = time.perf_counter()
        migrations.upgrade(dsn)
        seconds = time.perf_counter() - began
        records, current = asyncio.run(counts(dsn))
    report(
        "migrate_a_million_records",
        records=records,
        current=current,
        calls=CALLS,
        seconds=round(seconds, 1),
    )


main()
