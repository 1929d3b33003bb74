"""What the database says means the same to a request and to a job: whose fault it is, and for how
long."""

import re
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.platform import db
from backend.platform.database_failures import (
    FAILURES,
    DatabaseBusy,
    DatabaseUnavailable,
    meaning_of,
)
from backend.platform.db import DatabaseGone, Sessions
from backend.platform.errors import AppError
from tests.support.problems import problem_of
from tests.support.service import Service

GONE = ["57P01", "57P02", "57P03", "53300", "53100", "25006", "25P03", "08006"]
BUSY = ["55P03", "40P01", "40001"]
# The server says so and the connection stays open, as it does for the moment before it closes it.
SAY = "do $$ begin raise exception 'said' using errcode = '{}'; end $$"


async def _meaning(sessions: Sessions, code: str) -> AppError | None:
    with pytest.raises(DBAPIError) as failure:
        async with db.transaction(sessions) as session:
            await (await session.connection()).execute(text(SAY.format(code)))
    return meaning_of(failure.value)


@pytest.mark.parametrize("code", GONE)
async def test_a_server_that_goes_is_unavailable_also_while_the_connection_is_open(
    sessions: Sessions, code: str
) -> None:
    meaning = await _meaning(sessions, code)

    assert isinstance(meaning, DatabaseUnavailable)
    assert not isinstance(meaning, DatabaseBusy)


@pytest.mark.parametrize("code", BUSY)
async def test_who_has_to_wait_for_others_has_not_failed(sessions: Sessions, code: str) -> None:
    assert isinstance(await _meaning(sessions, code), DatabaseBusy)


@pytest.mark.parametrize("code", ["22012", "42P01", "P0001"])
async def test_a_mistake_of_ours_is_no_failure_of_the_database(
    sessions: Sessions, code: str
) -> None:
    assert await _meaning(sessions, code) is None


@pytest.mark.parametrize("code", [*GONE, *BUSY])
async def test_asyncpgs_own_connection_fails_by_the_same_names(
    sessions: Sessions, code: str
) -> None:
    with pytest.raises(FAILURES) as failure:
        async with db.driver_connection(sessions) as connection:
            await connection.execute(SAY.format(code))

    assert isinstance(meaning_of(failure.value), DatabaseUnavailable)


async def test_a_server_that_goes_in_the_middle_of_a_request_is_a_503(api: Service) -> None:
    async with db.transaction(api.sessions) as session:
        connection = await session.connection()
        await connection.execute(
            text(
                "create function go() returns trigger language plpgsql as $$ begin "
                "raise exception 'terminating connection' using errcode = '57P01'; end $$"
            )
        )
        await connection.execute(
            text("create trigger go before insert on agents for each row execute function go()")
        )

    response = await api.client.post("/api/v1/agents", json={"name": "Anna", "prompt": "Hello"})

    problem_of(response, 503, "database-unavailable")


async def test_a_statement_without_an_answer_is_a_database_that_is_gone(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "_COMMAND_SECONDS", 0.1)

    with pytest.raises(DatabaseGone):
        async with db.transaction(sessions) as session:
            await (await session.connection()).execute(text("select pg_sleep(30)"))
    with pytest.raises(DatabaseGone):
        await db.fetch_row(sessions, "select pg_sleep(30)")

    monkeypatch.undo()
    assert await db.fetch_row(sessions, "select 1") is not None


async def test_who_waits_for_a_lock_is_told_before_its_command_is_given_up(
    dsn: str, sessions: Sessions
) -> None:
    shown = "select current_setting($1)"
    row = await db.fetch_row(sessions, shown, "lock_timeout")
    idle = await db.fetch_row(sessions, shown, "idle_in_transaction_session_timeout")
    holder = await asyncpg.connect(dsn)
    async with holder.transaction():
        await holder.execute("lock table agents")
        with pytest.raises(DBAPIError) as failure:
            await _count_agents(sessions)
    await holder.close()

    assert isinstance(meaning_of(failure.value), DatabaseBusy)
    assert (row and row[0], idle and idle[0]) == ("15s", "20s")
    assert db._COMMAND_SECONDS > 15


async def _count_agents(sessions: Sessions) -> None:
    async with db.transaction(sessions) as session:
        connection = await session.connection()
        await connection.execute(text("set local lock_timeout = '20ms'"))
        await connection.execute(text("select count(*) from agents"))


def test_every_connection_that_stays_open_has_limits_against_hosts_that_vanish() -> None:
    opening = {
        path
        for path in Path("backend").rglob("*.py")
        if re.search(r"asyncpg\.(connect|create_pool)\(", path.read_text())
    }
    # Asks one question, and closes.
    opening.remove(Path("backend/cli/startup.py"))

    unlimited = [path for path in opening if "session_limits" not in path.read_text()]
    assert unlimited == []
    assert len(opening) >= 4
