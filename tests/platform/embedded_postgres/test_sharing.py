import asyncio
import fcntl
import os
import shutil
import signal
from contextlib import ExitStack
from pathlib import Path

import asyncpg

from backend.platform.embedded_postgres.server import EmbeddedPostgres
from tests.support.embedded import (
    cluster,
    family,
    fetch,
    is_down,
    is_free,
    is_running,
    member,
    names_in,
    opened,
    python,
    running,
    times_started,
    until,
    was_shut_down,
)

FORKING_MEMBER = """
import os, sys
from pathlib import Path
from backend.platform.embedded_postgres.server import EmbeddedPostgres

server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
if os.fork() == 0:
    sys.stdin.read()
    os._exit(0)
server.stop()
print("stopped", flush=True)
"""


async def test_only_the_last_to_leave_stops_it(data_dir: Path) -> None:
    async with running(data_dir) as server:
        async with running(data_dir):
            pass
        assert await fetch(server.dsn, "SELECT 1") == 1
        assert times_started(data_dir) == 1

    assert is_down(data_dir)
    assert was_shut_down(data_dir)


async def test_several_processes_that_start_at_once_share_one_server(empty_dir: Path) -> None:
    with ExitStack() as stack:
        members = [stack.enter_context(member(empty_dir)) for _ in range(4)]
        for each in members:
            each.go()
        dsns = {await each.answer() for each in members}

        # One name for all, or one for each where the folder's own would be too long.
        for dsn in dsns:
            assert await fetch(dsn, "SELECT 1") == 1
        assert times_started(empty_dir) == 1


async def test_starting_while_the_last_one_stops_gives_a_server_that_stays(data_dir: Path) -> None:
    first = EmbeddedPostgres(data_dir, durable=False)
    await asyncio.to_thread(first.start)

    for _ in range(10):
        second = EmbeddedPostgres(data_dir, durable=False)
        await asyncio.gather(asyncio.to_thread(first.stop), asyncio.to_thread(second.start))
        assert await fetch(second.dsn, "SELECT 1") == 1
        first = second

    await asyncio.to_thread(first.stop)


async def test_a_killed_member_neither_stops_it_for_others_nor_keeps_it(data_dir: Path) -> None:
    with member(data_dir) as starter:
        await starter.join()
        async with running(data_dir) as server:
            starter.kill()
            assert await fetch(server.dsn, "SELECT 1") == 1

        assert is_down(data_dir)


async def test_it_stops_by_itself_when_its_only_member_is_killed(data_dir: Path) -> None:
    with member(data_dir) as starter:
        await starter.join()
        starter.kill()

    await until(lambda: is_down(data_dir))

    assert was_shut_down(data_dir)


async def test_a_forked_child_does_not_count_as_a_member(data_dir: Path) -> None:
    with python(FORKING_MEMBER, data_dir) as process:
        assert await process.answer() == "stopped"
        assert is_down(data_dir)
        assert is_free(cluster(data_dir).parent / "members.lock")


async def test_an_interrupt_in_the_starters_terminal_does_not_reach_it(data_dir: Path) -> None:
    with member(data_dir) as starter:
        connection = await asyncpg.connect(await starter.join())
        async with running(data_dir):
            os.killpg(starter.popen.pid, signal.SIGINT)
            starter.popen.wait()

            assert await connection.fetchval("SELECT 1") == 1
            await connection.close()


async def test_a_temporary_server_leaves_nothing_behind(data_dir: Path) -> None:
    async with running(data_dir, temporary=True), running(data_dir, temporary=True) as server:
        assert await fetch(server.dsn, "SELECT 1") == 1

    assert names_in(data_dir) == []


async def test_a_temporary_server_leaves_nothing_behind_when_killed(data_dir: Path) -> None:
    with member(data_dir, "temporary") as starter:
        await starter.join()
        starter.kill()

    await until(lambda: names_in(data_dir) == [])


async def test_temporary_servers_may_start_and_stop_at_once(empty_dir: Path) -> None:
    async def use() -> None:
        async with running(empty_dir, temporary=True) as server:
            assert await fetch(server.dsn, "SELECT 1") == 1

    await asyncio.gather(*(use() for _ in range(6)))

    assert names_in(empty_dir) == []


async def test_a_folder_removed_while_waiting_for_a_turn_is_made_again(data_dir: Path) -> None:
    def is_waiting() -> bool:
        return opened(turn) == 2

    turn = cluster(data_dir).parent / "turn.lock"
    server = EmbeddedPostgres(data_dir, durable=False)
    with turn.open("w") as ours:
        fcntl.flock(ours, fcntl.LOCK_EX)
        start = asyncio.create_task(asyncio.to_thread(server.start))
        await until(is_waiting)
        shutil.rmtree(turn.parent)
    await start

    assert await fetch(server.dsn, "SELECT 1") == 1
    assert turn.exists()
    await asyncio.to_thread(server.stop)


async def test_leaving_after_the_folder_was_removed_still_ends_the_server(data_dir: Path) -> None:
    async with running(data_dir):
        pids = family(data_dir)
        shutil.rmtree(data_dir)

    await until(lambda: not any(map(is_running, pids)))


async def test_leaving_a_folder_that_was_replaced_does_not_stop_the_new_server(
    data_dir: Path,
) -> None:
    removed = data_dir.with_name("removed")
    async with running(data_dir) as replaced:
        shutil.move(data_dir, removed)
        async with running(data_dir) as replacement:
            await asyncio.to_thread(replaced.stop)
            assert await fetch(replacement.dsn, "SELECT 1") == 1

    await until(lambda: is_down(removed))
