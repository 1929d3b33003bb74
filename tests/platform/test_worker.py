"""Workers beside one another, their clocks, and what they do when the database leaves them."""

import asyncio
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest
from asgi_correlation_id import correlation_id
from loguru import logger
from pgqueuer.queries import Queries

from tests.support.jobs import QUICK, Knocked, Ledger, Queue
from tests.support.logs import captured_log
from tests.support.network import network_to
from tests.support.waiting import until

CUT = """
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
"""


async def until_ran(ledger: Ledger, times: int) -> None:
    async def probe() -> bool:
        return len(ledger.ran) >= times

    await until(probe, f"{times} jobs to have run")


async def test_many_workers_share_the_work_without_doing_any_twice(queue: Queue) -> None:
    one, other = Ledger(), Ledger()

    async with queue.worker(one), queue.worker(other):
        knocked = 0
        while not (one.ran and other.ran):
            await queue.knock(100)
            knocked += 1
            await queue.until_empty()

    done = Counter(event.data["n"] for event in (*one.ran, *other.ran))
    assert done == Counter(dict.fromkeys(range(100), knocked))


async def test_work_goes_on_after_the_connections_were_cut(queue: Queue) -> None:
    ledger = Ledger()

    async with queue.worker(ledger):
        await queue.knock()
        await until_ran(ledger, 1)
        await queue.fetch(CUT)
        await queue.knock()
        await until_ran(ledger, 2)
        await queue.until_empty()

    assert ledger.given_up == []


async def test_work_goes_on_after_the_network_to_the_database_fell_silent(queue: Queue) -> None:
    ledger = Ledger()

    with captured_log() as log:
        async with network_to(queue.dsn) as network:
            reached = replace(queue, dsn=network.dsn)
            async with reached.worker(ledger, replace(QUICK, timeout_seconds=0.5)):
                await queue.knock()
                await until_ran(ledger, 1)
                network.fall_silent()
                await queue.knock()
                await until_ran(ledger, 2)
                await queue.until_empty()

    assert ledger.given_up == []
    assert len(log.of("worker.database_lost")) == 1


async def test_a_worker_stops_in_time_while_the_network_is_silent(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.platform.jobs.GRACE_SECONDS", 0.05)
    ledger = Ledger()

    async with network_to(queue.dsn) as network, asyncio.timeout(10):
        reached = replace(queue, dsn=network.dsn)
        async with reached.worker(ledger, replace(QUICK, timeout_seconds=0.5)):
            await queue.knock()
            await until_ran(ledger, 1)
            network.fall_silent()


async def test_no_job_is_lost_or_parked_when_connections_are_cut_under_load(
    empty_queue: Queue,
) -> None:
    async def use_the_database(ledger: Ledger, event: Knocked) -> None:
        await empty_queue.fetch("select pg_sleep(0.005)")
        ledger.ran.append(event)

    empty_queue.wiring.on(Knocked, use_the_database)
    ledger = Ledger()
    await empty_queue.knock(200)

    async with empty_queue.worker(ledger, replace(QUICK, attempts=8)):
        for round_ in range(1, 4):
            await until_ran(ledger, 30 * round_)
            await empty_queue.fetch(CUT)
        await empty_queue.until_empty()

    assert {event.data["n"] for event in ledger.ran} == set(range(200))


async def test_a_job_that_cannot_be_put_back_is_taken_over_when_its_lease_ends(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lose_the_database(*_: object) -> None:
        raise ConnectionRefusedError

    ledger = Ledger(RuntimeError("the first attempt fails"))
    with monkeypatch.context() as patch, captured_log() as log:
        patch.setattr(Queries, "retry_job", lose_the_database)
        async with queue.worker(ledger):
            await queue.knock()
            await queue.until_empty()

    assert len(ledger.ran) == 2
    assert ledger.given_up == []
    assert len(log.of("job.left_to_lease")) == 1


async def test_a_job_that_a_stopping_worker_leaves_is_taken_over_at_once(
    empty_queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.platform.jobs.GRACE_SECONDS", 0.05)

    async def take_long(ledger: Ledger, event: Knocked) -> None:
        ledger.ran.append(event)
        if len(ledger.ran) == 1:
            await asyncio.Event().wait()

    empty_queue.wiring.on(Knocked, take_long)
    ledger = Ledger()
    await empty_queue.knock()
    async with empty_queue.worker(ledger):
        await until_ran(ledger, 1)
    ((status, attempts),) = await empty_queue.fetch("select status::text, attempts from pgqueuer")

    async with empty_queue.worker(ledger):
        await empty_queue.until_empty()

    assert (status, attempts) == ("queued", 0)
    assert len(ledger.ran) == 2


async def test_a_job_logs_with_the_id_of_the_request_that_caused_it(empty_queue: Queue) -> None:
    async def speak(_ledger: Ledger, _event: Knocked) -> None:
        logger.info("door.opened")

    empty_queue.wiring.on(Knocked, speak)
    for request_id in ("request-1", None):
        correlation_id.set(request_id)
        await empty_queue.knock()

    with captured_log() as log:
        async with empty_queue.worker(None):
            await empty_queue.until_empty()

    fields = log.of("door.opened")
    assert sorted(str(line.get("request_id")) for line in fields) == ["None", "request-1"]
    assert {line["job"] for line in fields} == {"platform.speak on door.knocked"}
    assert all(line["job_id"] for line in fields)


async def test_a_schedule_runs_again_and_again_on_one_worker_at_a_time(empty_queue: Queue) -> None:
    loop = asyncio.get_running_loop()
    runs: list[float] = []

    async def strike(_runtime: None) -> None:
        runs.append(loop.time())

    empty_queue.wiring.every(0.1, strike)

    async def probe() -> bool:
        return len(runs) >= 5

    async with empty_queue.worker(None), empty_queue.worker(None), empty_queue.worker(None):
        await until(probe, "five strikes")

    gaps = [later - earlier for earlier, later in pairwise(runs)]
    assert min(gaps) > 0.08


async def test_a_schedule_that_fails_runs_again(empty_queue: Queue) -> None:
    runs: list[Exception | None] = []
    failures = [RuntimeError("no"), OSError("gone"), None]

    async def stumble(_runtime: None) -> None:
        runs.append(failures[len(runs) % 3])
        if failure := runs[-1]:
            raise failure

    empty_queue.wiring.every(0.02, stumble)

    async def probe() -> bool:
        return len(runs) >= 4

    with captured_log() as log:
        async with empty_queue.worker(None):
            await until(probe, "four runs")

    assert [line["reason"] for line in log.of("schedule.failed")][:2] == ["RuntimeError", "OSError"]


async def test_old_lines_of_the_queues_log_are_pruned(queue: Queue) -> None:
    await queue.fetch(
        "insert into pgqueuer_log (created, job_id, status, priority, entrypoint) values "
        "(now() - interval '30 days', 1, 'successful', 0, 'x'), "
        "(now() - interval '1 day', 2, 'successful', 0, 'x') returning 1"
    )

    async def probe() -> bool:
        return [tuple(row) for row in await queue.fetch("select job_id from pgqueuer_log")] == [
            (2,)
        ]

    async with queue.worker(Ledger()):
        await until(probe, "the old line to be gone")


async def test_jobs_that_failed_long_ago_are_pruned(queue: Queue) -> None:
    await queue.fetch(
        "insert into pgqueuer (priority, status, entrypoint, execute_after, updated) values "
        "(0, 'failed', 'long ago', now(), now() - interval '40 days'), "
        "(0, 'failed', 'lately', now(), now() - interval '20 days') returning 1"
    )

    async def probe() -> bool:
        left = await queue.fetch("select entrypoint from pgqueuer")
        return [tuple(row) for row in left] == [("lately",)]

    async with queue.worker(Ledger()):
        await until(probe, "the old job to be gone")
