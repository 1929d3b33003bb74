from tests.cli.conftest import Ringback
from tests.support import databases
from tests.support.embedded import fetch

COUNT_USERS = "select count(*) from users"


async def test_migrating_twice_changes_nothing(
    ringback: Ringback, postgres: str, worker_id: str
) -> None:
    name = f"to_migrate_{worker_id}"
    empty = await databases.create_database(postgres, name)
    try:
        first = ringback("migrate", DATABASE_URL=empty)
        assert first.code == 0
        await fetch(empty, "insert into organisations values (gen_random_uuid(), 'o', 'O', now())")

        second = ringback("migrate", DATABASE_URL=empty)

        assert second.code == 0
        assert second.said == first.said
        assert "The database is at revision " in second.said
        assert await fetch(empty, "select count(*) from organisations") == 1
    finally:
        await databases.drop_database(postgres, name)


async def test_two_that_migrate_at_once_take_turns(
    ringback: Ringback, postgres: str, worker_id: str
) -> None:
    name = f"to_migrate_at_once_{worker_id}"
    empty = await databases.create_database(postgres, name)
    try:
        both = [ringback("migrate", DATABASE_URL=empty) for _ in range(2)]

        assert [each.code for each in both] == [0, 0]
        assert await fetch(empty, COUNT_USERS) == 0
    finally:
        await databases.drop_database(postgres, name)


def test_the_migrations_go_down_and_up_again_and_match_the_code(ringback: Ringback) -> None:
    command = ringback("migrate", "--check-roundtrip")

    assert command.code == 0, command.said
