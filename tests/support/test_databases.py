import asyncio
import itertools
from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.support import databases
from tests.support.embedded import fetch

_numbers = itertools.count(1)


@pytest.fixture
async def names(postgres: str, worker_id: str) -> AsyncIterator[list[str]]:
    """Give names of databases that are dropped afterwards."""
    prefix = f"databases_{worker_id}_{next(_numbers)}"
    names = [f"{prefix}_{letter}" for letter in "abc"]
    yield names
    for name in names:
        await databases.drop_database(postgres, name)


async def _fill(dsn: str) -> None:
    await fetch(dsn, "CREATE TABLE calls AS SELECT 1 AS id")


async def test_copies_of_a_template_are_databases_of_their_own(
    postgres: str, names: list[str]
) -> None:
    template, *copies = names
    await databases.ensure_template(postgres, template, _fill)

    first, second = [await databases.create_database(postgres, name, template) for name in copies]
    await fetch(first, "DELETE FROM calls")

    assert await fetch(first, "SELECT count(*) FROM calls") == 0
    assert await fetch(second, "SELECT count(*) FROM calls") == 1


async def test_a_template_is_filled_once_whoever_asks(postgres: str, names: list[str]) -> None:
    filled = []

    async def fill(dsn: str) -> None:
        filled.append(dsn)
        await _fill(dsn)

    await asyncio.gather(*(databases.ensure_template(postgres, names[0], fill) for _ in range(4)))

    assert len(filled) == 1


async def test_a_template_that_could_not_be_filled_is_tried_again(
    postgres: str, names: list[str]
) -> None:
    async def fail(dsn: str) -> None:
        await _fill(dsn)
        raise LookupError

    with pytest.raises(LookupError):
        await databases.ensure_template(postgres, names[0], fail)
    await databases.ensure_template(postgres, names[0], _fill)

    copy = await databases.create_database(postgres, names[1], names[0])
    assert await fetch(copy, "SELECT count(*) FROM calls") == 1


async def test_a_database_is_dropped_whoever_uses_it(postgres: str, names: list[str]) -> None:
    dsn = await databases.create_database(postgres, names[0])
    connection = await asyncpg.connect(dsn)

    await databases.drop_database(postgres, names[0])
    await databases.drop_database(postgres, names[0])

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(dsn)
    connection.terminate()
