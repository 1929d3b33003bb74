"""The worker: claims jobs with a lease, runs them, and runs what goes by the clock."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import asyncpg
from loguru import logger
from pgqueuer import AsyncpgPoolDriver, PgQueuer
from pgqueuer.domain.settings import db_settings
from pgqueuer.errors import FailingListenerError
from pgqueuer.models import Job, TracebackRecord
from pgqueuer.queries import Queries
from sqlalchemy import text
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.attempts import DEFAULT_POLICY, Attempts, JobPolicy
from backend.platform.database_failures import FAILURES, meaning_of
from backend.platform.db import CONNECTION_LOST
from backend.platform.errors import AppError
from backend.platform.events import MAIN_LANE, R_, Schedule, Wiring, wiring_of
from backend.platform.outages import Outage
from backend.platform.session_limits import session_limits
from backend.platform.tables import Table, instant_column

BATCH_SIZE = 10
MAX_CONCURRENT = 40
# How long running jobs may go on after a stop, before they are put back for another worker.
GRACE_SECONDS = 8.0
_STEADY_SECONDS = 30.0
# A week of a busy queue takes its time.
_PRUNE_SECONDS = 300.0
LOG_RETENTION = timedelta(days=7)
FAILED_RETENTION = timedelta(days=30)


class ScheduleRow(Table, table=True):
    """When a scheduled job is next due; whichever worker moves it on runs the job."""

    __tablename__ = "schedules"

    name: str = Field(primary_key=True)
    next_run_at: datetime = Field(sa_column=instant_column("next_run_at", nullable=False))


async def seconds_since_worker(session: AsyncSession) -> float | None:
    """How long ago any worker last moved a schedule on; null: none ever has."""
    every = {each.name: each.every_seconds for each in wiring_of(session).schedules}
    result = await (await session.connection()).execute(
        _LAST_SIGN, {"names": list(every), "seconds": list(every.values())}
    )
    found: float | None = result.scalar_one()
    return found


# The hourly schedules tell little, but the most frequent one of all is moved on all the time.
_LAST_SIGN = text(
    """
    select extract(epoch from clock_timestamp() - max(next_run_at - seconds * interval '1 second'))
        ::float8
    from schedules join unnest(cast(:names as text[]), cast(:seconds as float8[]))
        as known (name, seconds) using (name)
    """
)


async def run_worker(
    dsn: str,
    wiring: Wiring[R_],
    runtime: R_,
    stopping: asyncio.Event,
    *,
    on_ready: Callable[[], None] = lambda: None,
    policy: JobPolicy = DEFAULT_POLICY,
) -> None:
    """Work until told to stop. A lost database connection is made again, however long it takes."""
    failures, outage = 0, Outage("worker.database")

    def on_work() -> None:
        outage.ends()
        on_ready()

    while not stopping.is_set():
        began = time.monotonic()
        try:
            async with _job_pool(dsn, policy.timeout_seconds) as pool:
                await _work(pool, wiring, runtime, stopping, on_work, policy)
        except (*CONNECTION_LOST, FailingListenerError) as error:
            outage.goes_on(error)
        except Exception:  # noqa: BLE001 - the worker outlives whatever stops its manager
            logger.exception("worker.restarted")
        failures = 1 if time.monotonic() - began > _STEADY_SECONDS else failures + 1
        await _wait(stopping, min(0.1 * 2**failures, 10.0))


class _Queries(Queries):
    """Leaves a job as it is when it cannot be put back: its lease ends, and another takes it over.

    pgqueuer would take it for one that has failed, and say so once the database is there again.
    """

    async def retry_job(
        self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None
    ) -> None:
        try:
            await super().retry_job(job, delay, traceback_record)
        except CONNECTION_LOST as error:
            logger.warning("job.left_to_lease", job_id=str(job.id), reason=type(error).__name__)


class _Driver(AsyncpgPoolDriver):
    """Asks once more over another connection when one is lost in the middle of a statement.

    After a silence the other connections are as good as lost, so the worker begins anew.
    """

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        super().__init__(pool)
        self._fell_silent = asyncio.Event()

    async def silence(self) -> None:
        """Wait until a statement got no answer; then end all others, and fail."""
        await self._fell_silent.wait()
        self._pool.terminate()
        raise TimeoutError("The database gave no answer.")

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        try:
            return await super().fetch(query, *args)
        except TimeoutError:
            self._fell_silent.set()
            raise
        except CONNECTION_LOST:
            return await super().fetch(query, *args)

    async def execute(self, query: str, *args: object) -> str:
        try:
            return await super().execute(query, *args)
        except TimeoutError:
            self._fell_silent.set()
            raise
        except CONNECTION_LOST:
            return await super().execute(query, *args)


@asynccontextmanager
async def _job_pool(
    dsn: str, timeout_seconds: float
) -> "AsyncIterator[asyncpg.Pool[asyncpg.Record]]":
    options: dict[str, Any] = {
        "timeout": timeout_seconds,
        "command_timeout": timeout_seconds,
        # The queue's own bookkeeping need not wait for the disk: what a crash takes back is run
        # again. Enqueueing is durable, it happens in the callers' transactions.
        "server_settings": session_limits(
            dsn,
            "ringback jobs",
            synchronous_commit="off",
            lock_timeout=f"{timeout_seconds / 2}s",
            statement_timeout=f"{_PRUNE_SECONDS}s",
        ),
    }
    pool = await asyncpg.create_pool(dsn, min_size=2, max_size=4, **options)
    try:
        yield pool
        # A connection that fell silent never says goodbye.
        await asyncio.wait_for(pool.close(), GRACE_SECONDS)
    finally:
        pool.terminate()


async def _work(
    pool: "asyncpg.Pool[asyncpg.Record]",
    wiring: Wiring[R_],
    runtime: R_,
    stopping: asyncio.Event,
    on_ready: Callable[[], None],
    policy: JobPolicy,
) -> None:
    driver = _Driver(pool)
    # pgqueuer probes its listener at once, and takes a probe that came before LISTEN for a failure.
    await driver.add_listener(db_settings().channel, lambda _payload: None)
    lanes = {MAIN_LANE: MAX_CONCURRENT} | wiring.lanes
    managers = {lane: PgQueuer(driver, queries=_Queries(driver)) for lane in lanes}
    for subscriptions in wiring.subscriptions.values():
        for subscription in subscriptions:
            attempts = Attempts(subscription, runtime, driver, policy)
            _register(managers[subscription.lane], attempts)
    running = [
        asyncio.create_task(_run_lane(manager, lanes[lane], policy))
        for lane, manager in managers.items()
    ]
    ending = asyncio.Event()
    clocks = [_run_by_clock(driver, schedule, runtime, ending) for schedule in wiring.schedules]
    parts = [*running, *map(asyncio.create_task, [*clocks, _prune(pool, ending)])]
    waits = [asyncio.create_task(stopping.wait()), asyncio.create_task(driver.silence())]
    on_ready()
    try:
        await asyncio.wait({*parts, *waits}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for manager in managers.values():
            manager.shutdown.set()
        ending.set()
        await asyncio.wait(parts, timeout=GRACE_SECONDS)
        for task in (*waits, *parts):
            task.cancel()
        results = await asyncio.gather(*waits, *parts, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _run_lane(manager: PgQueuer, concurrency: int, policy: JobPolicy) -> None:
    await manager.qm.run(
        # pgqueuer wants room for two batches at least.
        batch_size=max(1, min(BATCH_SIZE, concurrency // 2)),
        max_concurrent_tasks=max(2, concurrency),
        dequeue_timeout=timedelta(seconds=policy.poll_seconds),
        heartbeat_timeout=timedelta(seconds=policy.lease_seconds),
        shutdown_on_listener_failure=True,
        log_aggregation_interval=timedelta(0),
    )


def _register(manager: PgQueuer, attempts: Attempts[Any]) -> None:
    async def unused(job: Job) -> None:
        raise AssertionError(job)

    manager.entrypoint(
        attempts.subscription.job_name,
        accepts_context=False,
        on_failure="hold",
        executor_factory=attempts.executor,
    )(unused)


async def _run_by_clock(
    driver: _Driver, schedule: Schedule[R_], runtime: R_, ending: asyncio.Event
) -> None:
    """Run the schedule whenever it is due and no other worker has taken this turn."""
    every = timedelta(seconds=schedule.every_seconds)
    while not ending.is_set():
        is_ours = await driver.fetch(
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
                    await schedule.job(runtime)
                except Exception as error:  # noqa: BLE001 - the next turn may go well
                    meaning = meaning_of(error) if isinstance(error, FAILURES) else None
                    is_expected = isinstance(meaning or error, AppError)
                    logger.opt(exception=not is_expected).warning(
                        "schedule.failed", reason=type(error).__name__
                    )
        await _wait(ending, schedule.every_seconds)


async def _prune(pool: "asyncpg.Pool[asyncpg.Record]", ending: asyncio.Event) -> None:
    while not ending.is_set():
        with suppress(TimeoutError):
            await pool.execute(
                "delete from pgqueuer_log where created < now() - $1::interval",
                LOG_RETENTION,
                timeout=_PRUNE_SECONDS,
            )
            await pool.execute(
                "delete from pgqueuer where status = 'failed' and updated < now() - $1::interval",
                FAILED_RETENTION,
                timeout=_PRUNE_SECONDS,
            )
        await _wait(ending, 3600)


async def _wait(ending: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(ending.wait(), seconds)
    except TimeoutError:
        return
