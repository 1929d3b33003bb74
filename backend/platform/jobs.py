"""Running jobs: claimed with a lease, retried by kind of failure, parked when nothing helps."""

import asyncio
import dataclasses
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from asgi_correlation_id import correlation_id
from loguru import logger
from pgqueuer import AsyncpgPoolDriver, PgQueuer, RetryRequested
from pgqueuer.domain.settings import db_settings
from pgqueuer.errors import FailingListenerError
from pgqueuer.executors import (
    AbstractEntrypointExecutor,
    EntrypointExecutorParameters,
)
from pgqueuer.models import Context, Job
from sqlmodel import Field

from backend.platform.db import CONNECTION_LOST
from backend.platform.errors import AppError, Conflict, Retryable
from backend.platform.events import Schedule, Subscription, Wiring
from backend.platform.tables import Table, instant_column

MAX_ATTEMPTS = 8
FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 300.0
BATCH_SIZE = 10
MAX_CONCURRENT = 40
HEARTBEAT_TIMEOUT = timedelta(seconds=10)
# How long running jobs may go on after a stop, before they are put back for another worker.
GRACE_SECONDS = 8.0
_STEADY_SECONDS = 30.0
LOG_RETENTION = timedelta(days=7)


class ScheduleRow(Table, table=True):
    """When a scheduled job is next due; whichever worker moves it on runs the job."""

    __tablename__ = "schedules"

    name: str = Field(primary_key=True)
    next_run_at: datetime = Field(sa_column=instant_column("next_run_at", nullable=False))


class _GivenUp(Exception):
    """The job failed for good; pgqueuer keeps it as failed."""


def retry_delay(attempt: int, error: Exception) -> float:
    """Seconds until the next attempt: what the other side asked for, or doubling with jitter."""
    if isinstance(error, Retryable) and error.retry_after is not None:
        return error.retry_after
    longest: float = min(FIRST_DELAY_SECONDS * 2 ** (attempt - 1), LONGEST_DELAY_SECONDS)
    return longest * random.uniform(0.75, 1.0)  # noqa: S311 - jitter


def is_worth_retrying(error: Exception) -> bool:
    """Tell by the kind of an expected failure; a surprise may pass, until attempts are used up."""
    return isinstance(error, Retryable) or not isinstance(error, AppError)


@dataclasses.dataclass
class _Executor(AbstractEntrypointExecutor):
    """Runs one subscription's job and decides what its failure means."""

    parameters: EntrypointExecutorParameters
    subscription: Subscription
    tools: Any
    pool: "asyncpg.Pool[asyncpg.Record]"

    async def execute(self, job: Job, context: Context) -> None:  # noqa: ARG002 - signature
        event = self.subscription.event.model_validate_json(job.payload or b"{}")
        request_id = (job.headers or {}).get("request_id")
        correlation_id.set(request_id if isinstance(request_id, str) else None)
        with logger.contextualize(job=self.subscription.job_name, job_id=str(job.id)):
            attempt = await self._count_attempt(job)
            if attempt > MAX_ATTEMPTS:
                # Only a job that keeps killing its process gets here.
                await self._give_up(event, "The worker died each time it tried this.")
            try:
                await self.subscription.job(self.tools, event)
            except Conflict:
                logger.debug("job.already_done")
            except asyncio.CancelledError:
                # The process ends. pgqueuer would drop a canceled job; this puts it back.
                raise RetryRequested(timedelta(0), "the worker was stopped") from None
            except Exception as error:  # noqa: BLE001 - the job runner answers for every failure
                await self._answer(event, attempt, error)

    async def _count_attempt(self, job: Job) -> int:
        # pgqueuer counts a requeue but not a crash, so each start is counted here as well:
        # n attempts that end in a retry leave 2n - 1, n that end in a crash leave n.
        starts_and_requeues: int = await self.pool.fetchval(
            "update pgqueuer set attempts = attempts + 1 where id = $1 returning attempts",
            int(job.id),
        )
        return (starts_and_requeues + 1) // 2

    async def _answer(self, event: Any, attempt: int, error: Exception) -> None:
        if is_worth_retrying(error) and attempt < MAX_ATTEMPTS:
            delay = retry_delay(attempt, error)
            if isinstance(error, AppError):
                logger.warning("job.retried", attempt=attempt, delay=delay, reason=error.code)
            else:
                logger.exception("job.retried", attempt=attempt, delay=delay)
            raise RetryRequested(timedelta(seconds=delay), type(error).__name__) from error
        reason = error.detail if isinstance(error, AppError) else type(error).__name__
        logger.opt(exception=not isinstance(error, AppError)).error("job.failed", attempt=attempt)
        await self._give_up(event, reason)

    async def _give_up(self, event: Any, reason: str) -> None:
        if self.subscription.give_up is not None:
            await self.subscription.give_up(self.tools, event, reason)
        raise _GivenUp(reason)


async def run_worker(
    dsn: str,
    wiring: Wiring,
    tools: Any,
    stopping: asyncio.Event,
    *,
    on_ready: Callable[[], None] = lambda: None,
) -> None:
    """Work until told to stop. A lost database connection is made again, however long it takes."""
    failures = 0
    while not stopping.is_set():
        began = time.monotonic()
        try:
            async with _job_pool(dsn) as pool:
                await _work(pool, wiring, tools, stopping, on_ready)
        except (*CONNECTION_LOST, FailingListenerError) as error:
            logger.warning("worker.database_lost", reason=str(error) or type(error).__name__)
        except Exception:  # noqa: BLE001 - the worker outlives whatever stops its manager
            logger.exception("worker.restarted")
        failures = 1 if time.monotonic() - began > _STEADY_SECONDS else failures + 1
        await _wait(stopping, min(0.1 * 2**failures, 10.0))


@asynccontextmanager
async def _job_pool(dsn: str) -> "AsyncIterator[asyncpg.Pool[asyncpg.Record]]":
    # The queue's own bookkeeping need not wait for the disk: what a crash takes back is run
    # again. Enqueueing is durable, it happens in the callers' transactions.
    settings = {"synchronous_commit": "off", "application_name": "ringback-jobs"}
    async with asyncpg.create_pool(dsn, min_size=2, max_size=4, server_settings=settings) as pool:
        yield pool


async def _work(
    pool: "asyncpg.Pool[asyncpg.Record]",
    wiring: Wiring,
    tools: Any,
    stopping: asyncio.Event,
    on_ready: Callable[[], None],
) -> None:
    driver = AsyncpgPoolDriver(pool)
    # pgqueuer probes its listener at once, and takes a probe that came before LISTEN for a failure.
    await driver.add_listener(db_settings().channel, lambda _payload: None)
    manager = PgQueuer(driver)
    for subscriptions in wiring.subscriptions.values():
        for subscription in subscriptions:
            _register(manager, subscription, tools, pool)
    running = asyncio.create_task(
        manager.qm.run(
            batch_size=BATCH_SIZE,
            max_concurrent_tasks=MAX_CONCURRENT,
            dequeue_timeout=timedelta(seconds=5),
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            shutdown_on_listener_failure=True,
            log_aggregation_interval=timedelta(0),
        )
    )
    ending = asyncio.Event()
    clocks = [_run_by_clock(pool, schedule, tools, ending) for schedule in wiring.schedules]
    parts = [running, *map(asyncio.create_task, [*clocks, _prune_log(pool, ending)])]
    stop = asyncio.create_task(stopping.wait())
    on_ready()
    try:
        await asyncio.wait({*parts, stop}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        manager.shutdown.set()
        ending.set()
        await asyncio.wait(parts, timeout=GRACE_SECONDS)
        for task in (*parts, stop):
            task.cancel()
        results = await asyncio.gather(*parts, stop, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


def _register(
    manager: PgQueuer,
    subscription: Subscription,
    tools: Any,
    pool: "asyncpg.Pool[asyncpg.Record]",
) -> None:
    async def unused(job: Job) -> None:
        raise AssertionError(job)

    manager.entrypoint(
        subscription.job_name,
        accepts_context=False,
        on_failure="hold",
        executor_factory=lambda parameters: _Executor(parameters, subscription, tools, pool),
    )(unused)


async def _run_by_clock(
    pool: "asyncpg.Pool[asyncpg.Record]", schedule: Schedule, tools: Any, ending: asyncio.Event
) -> None:
    """Run the schedule whenever it is due and no other worker has taken this turn."""
    every = timedelta(seconds=schedule.every_seconds)
    while not ending.is_set():
        is_ours = await pool.fetchval(
            """
            insert into schedules (name, next_run_at) values ($1, now() + $2::interval)
            on conflict (name) do update set next_run_at = now() + $2::interval
            where schedules.next_run_at <= now()
            returning true
            """,
            schedule.name,
            every,
        )
        if is_ours:
            with logger.contextualize(job=schedule.name):
                try:
                    await schedule.job(tools)
                except Exception as error:  # noqa: BLE001 - the next turn may go well
                    is_expected = isinstance(error, AppError)
                    logger.opt(exception=not is_expected).warning(
                        "schedule.failed", reason=type(error).__name__
                    )
        await _wait(ending, schedule.every_seconds)


async def _prune_log(pool: "asyncpg.Pool[asyncpg.Record]", ending: asyncio.Event) -> None:
    while not ending.is_set():
        await pool.execute(
            "delete from pgqueuer_log where created < now() - $1::interval", LOG_RETENTION
        )
        await _wait(ending, 3600)


async def _wait(ending: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(ending.wait(), seconds)
    except TimeoutError:
        return
