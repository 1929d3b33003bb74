"""What a job's failure means: again, later, done, or parked; and that nothing is dropped."""

import asyncio
import sys

import asyncpg
import pytest

from backend.platform import attempts, errors
from backend.platform.attempts import JobPolicy
from backend.platform.errors import AppError
from tests.support import poison
from tests.support.jobs import QUICK, Knocked, Ledger, Queue, answer
from tests.support.waiting import until


async def test_a_job_is_done_once(queue: Queue) -> None:
    ledger = Ledger()

    async with queue.worker(ledger):
        await queue.knock()
        await queue.until_empty()

    assert len(ledger.ran) == 1
    assert ledger.given_up == []


async def test_a_failure_that_may_pass_is_tried_again_when_the_other_side_said(
    queue: Queue,
) -> None:
    ledger = Ledger(errors.TooMany("Slow down.", retry_after=0.4))
    loop = asyncio.get_running_loop()

    async with queue.worker(ledger):
        await queue.knock()
        began = loop.time()
        await queue.until_empty()

    assert loop.time() - began >= 0.4
    assert len(ledger.ran) == 2
    assert ledger.given_up == []


async def test_a_surprise_is_tried_again(queue: Queue) -> None:
    ledger = Ledger(ZeroDivisionError(), KeyError("x"))

    async with queue.worker(ledger):
        await queue.knock()
        await queue.until_empty()

    assert len(ledger.ran) == 3
    assert ledger.given_up == []


async def test_waiting_for_a_lock_is_no_failed_attempt(queue: Queue) -> None:
    waits = [asyncpg.LockNotAvailableError("canceling") for _ in range(QUICK.attempts + 2)]
    ledger = Ledger(*waits)

    async with queue.worker(ledger):
        await queue.knock()
        await queue.until_empty()

    assert len(ledger.ran) == len(waits) + 1
    assert ledger.given_up == []


async def test_somebody_having_been_first_counts_as_done(queue: Queue) -> None:
    ledger = Ledger(errors.Conflict("It has ended earlier."))

    async with queue.worker(ledger):
        await queue.knock()
        await queue.until_empty()

    assert len(ledger.ran) == 1
    assert ledger.given_up == []


@pytest.mark.parametrize("kind", [errors.Rejected, errors.NotFound, errors.Forbidden])
async def test_what_cannot_be_done_is_given_up_at_once_and_kept(
    queue: Queue, kind: type[AppError]
) -> None:
    ledger = Ledger(kind("There is no such door."))

    async with queue.worker(ledger):
        await queue.knock()
        await queue.until_parked()

    assert len(ledger.ran) == 1
    assert ledger.given_up == ["There is no such door."]
    ((payload,),) = await queue.fetch("select payload from pgqueuer")
    assert Knocked.model_validate_json(payload) == ledger.ran[0]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (errors.UpstreamFailed("Retell failed."), "Retell failed."),
        (RuntimeError("the key is swordfish"), attempts._SURPRISE),
    ],
    ids=["expected", "surprise"],
)
async def test_a_job_that_fails_every_time_is_parked_and_given_up_once(
    queue: Queue, failure: Exception, reason: str
) -> None:
    ledger = Ledger(*[failure] * 10)

    async with queue.worker(ledger):
        await queue.knock()
        await queue.until_parked()

    assert len(ledger.ran) == QUICK.attempts
    assert ledger.given_up == [reason]


async def test_a_job_that_nobody_gives_up_is_parked_as_well(empty_queue: Queue) -> None:
    empty_queue.wiring.on(Knocked, answer)
    ledger = Ledger(errors.Rejected("No."))

    async with empty_queue.worker(ledger):
        await empty_queue.knock()
        await empty_queue.until_parked()

    assert len(ledger.ran) == 1


async def test_giving_up_is_tried_again_until_it_works(empty_queue: Queue) -> None:
    async def stumble(ledger: Ledger, event: Knocked, reason: str) -> None:
        ledger.given_up.append(reason)
        if len(ledger.given_up) < 3:
            raise OSError("the database went away")

    empty_queue.wiring.on(Knocked, answer, give_up=stumble)
    ledger = Ledger(*[errors.Rejected("No.")] * 3)

    async with empty_queue.worker(ledger):
        await empty_queue.knock()
        await empty_queue.until_parked()

    assert len(ledger.given_up) == 3


async def test_a_job_of_a_newer_release_waits_for_a_worker_that_can_read_it(queue: Queue) -> None:
    await queue.knock()
    await queue.fetch("update pgqueuer set payload = '{\"colour\": 1}' returning id")
    ledger = Ledger()

    async def probe() -> bool:
        tried = "select 1 from pgqueuer where attempts > 0 and status = 'queued'"
        return bool(await queue.fetch(tried))

    async with queue.worker(ledger):
        await until(probe, "the job to be tried and put back")

    assert ledger.ran == []
    assert ledger.given_up == []


SUPERVISOR = "import sys; from tests.support.poison import supervise; supervise(sys.argv[1])"


async def test_a_job_that_kills_its_process_is_parked_after_as_many_attempts(
    empty_queue: Queue,
) -> None:
    empty_queue.wiring.on(Knocked, poison.end_the_process)
    await empty_queue.knock()

    supervisor = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SUPERVISOR, empty_queue.dsn, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await supervisor.communicate()

    assert said.decode().splitlines() == [
        "The worker died each time it tried this.",
        str(QUICK.attempts + 1),
    ]
    assert await empty_queue.statuses() == {"failed": 1}


def test_waiting_doubles_up_to_a_limit_and_never_in_step() -> None:
    policy = JobPolicy(first_delay_seconds=1, longest_delay_seconds=60)
    failure = errors.UpstreamFailed("Down.")

    waits = [[policy.delay(attempt, failure) for _ in range(50)] for attempt in (1, 2, 3, 9, 99)]

    for wait, longest in zip(waits, [1, 2, 4, 60, 60], strict=True):
        assert all(0.75 * longest <= seconds <= longest for seconds in wait)
        assert len(set(wait)) > 1


def test_what_the_other_side_asks_for_is_what_is_waited() -> None:
    assert JobPolicy().delay(5, errors.TooMany("Later.", retry_after=7)) == 7
