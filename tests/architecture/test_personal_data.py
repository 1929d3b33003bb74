"""Nothing about people is kept in a place that erasing does not know."""

import asyncpg
import pytest

from backend.platform.people.personal_data import Holdings
from backend.platform.settings import GivenSettings
from backend.providers.runtime import Runtime
from backend.wiring import build

# What no word, number of a phone or voice fits into.
_NO_ROOM = {
    "bigint", "boolean", "date", "double precision", "integer", "pgqueuer_status",
    "timestamp with time zone", "uuid",
}  # fmt: skip


@pytest.fixture(scope="module")
def holdings() -> list[Holdings[Runtime]]:
    return build(GivenSettings(_env_file=None)).holdings


async def _columns(dsn: str) -> dict[str, set[str]]:
    """Read the columns of all tables that have room for something personal."""
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select relname, attname from pg_attribute join pg_class on pg_class.oid = attrelid "
            "where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') "
            "and attnum > 0 and not attisdropped "
            "and not format_type(atttypid, null) = any($1::text[])",
            sorted(_NO_ROOM),
        )
        enums = await connection.fetch(
            "select conrelid::regclass::text as name, pg_get_constraintdef(oid) as check "
            "from pg_constraint where contype = 'c'"
        )
    finally:
        await connection.close()
    checks = [(row["name"], row["check"]) for row in enums]
    found: dict[str, set[str]] = {}
    for table, column in rows:
        if not any(name == table and f"({column})::text = ANY" in check for name, check in checks):
            found.setdefault(table, set()).add(column)
    return found


def _registered(holdings: list[Holdings[Runtime]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for rows in (rows for room in holdings for rows in room.rows):
        found.setdefault(rows.table, set()).update(rows.personal, rows.harmless)
    return found


async def test_every_column_is_registered_or_named_as_harmless(
    dsn: str, holdings: list[Holdings[Runtime]]
) -> None:
    harmless = {table for room in holdings for table in room.harmless}
    registered = _registered(holdings)
    forgotten = {
        table: sorted(columns - registered.get(table, set()))
        for table, columns in (await _columns(dsn)).items()
        if table not in harmless and columns - registered.get(table, set())
    }
    assert forgotten == {}


async def test_nothing_is_registered_that_is_not_there(
    dsn: str, holdings: list[Holdings[Runtime]]
) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'public'"
        )
    finally:
        await connection.close()
    there = {(row["table_name"], row["column_name"]) for row in rows}
    named = {(table, column) for table, of in _registered(holdings).items() for column in of} | {
        (table, None) for room in holdings for table in room.harmless
    }

    tables = {table for table, _ in there}
    assert {name for name in named if name[1] is not None} <= there
    assert {table for table, column in named if column is None} <= tables


def test_no_table_is_both_erased_and_named_as_harmless(holdings: list[Holdings[Runtime]]) -> None:
    harmless = [table for room in holdings for table in room.harmless]

    assert set(harmless).isdisjoint(_registered(holdings))
    assert len(harmless) == len(set(harmless))
