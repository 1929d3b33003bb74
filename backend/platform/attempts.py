"""One attempt after the other at a job: counted, retried by kind of failure, in the end given up.

Whatever goes wrong here itself leads to another attempt, so that no job is dropped in silence.
"""

import asyncio
import dataclasses
import random
from contextlib import suppress
from datetime import timedelta
from typing import Any, Generic, NoReturn, cast

from asgi_correlation_id import correlation_id
from loguru import logger
from pgqueuer import RetryRequested
from pgqueuer.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.models import Context, Job
from pgqueuer.ports.driver import Driver

from backend.platform.database_failures import FAILURES, DatabaseBusy, meaning_of
from backend.platform.db import CONNECTION_LOST
from backend.platform.errors import AppError, Conflict, NotYet, Retryable
from backend.platform.events import R_, Event, Subscription


@dataclasses.dataclass(frozen=True)
class JobPolicy:
    """How often and how long a job is tried, and how soon a worker notices what is due."""

    attempts: int = 8
    first_delay_seconds: float = 1.0
    longest_delay_seconds: float = 300.0
    # A worker that gives no sign of life for this long has lost its jobs to the others.
    lease_seconds: float = 10.0
    # New jobs are announced. Those put back for later are not, nor is a lost listener.
    poll_seconds: float = 1.0
    # A network that went silent must become an error; no statement of the queue takes this long.
    timeout_seconds: float = 10.0

    def delay(self, attempt: int, error: Exception) -> float:
        """Wait for what the other side asked for, or twice as long each time, with jitter."""
        if isinstance(error, Retryable) and error.retry_after is not None:
            return error.retry_after
        doubled: float = self.first_delay_seconds * 2 ** min(attempt - 1, 30)
        return min(doubled, self.longest_delay_seconds) * random.uniform(0.75, 1.0)  # noqa: S311 - jitter


DEFAULT_POLICY = JobPolicy()


class _GivenUp(Exception):
    """The job failed for good; pgqueuer keeps it as failed."""


def is_worth_retrying(error: Exception) -> bool:
    """Tell by the kind of an expected failure; a surprise may pass, until attempts are used up."""
    return isinstance(error, Retryable) or not isinstance(error, AppError)


@dataclasses.dataclass(frozen=True)
class Attempts(Generic[R_]):
    """What runs one subscription's job, and decides what its failure means."""

    subscription: Subscription[R_]
    runtime: R_
    driver: Driver
    policy: JobPolicy

    def executor(self, parameters: EntrypointExecutorParameters) -> "_Executor":
        return _Executor(parameters, self)

    async def make(self, job: Job) -> None:
        """Make the next attempt. Returns when the job is done, else says what is to follow."""
        request_id = (job.headers or {}).get("request_id")
        correlation_id.set(request_id if isinstance(request_id, str) else None)
        with logger.contextualize(job=self.subscription.job_name, job_id=str(job.id)):
            try:
                await self._make(job)
            except (RetryRequested, _GivenUp):
                raise
            except asyncio.CancelledError:
                # The process ends. pgqueuer would drop a canceled job; this puts it back, as if it
                # had not been started.
                await self._uncount(job, 2)
                raise RetryRequested(timedelta(0), "the worker was stopped") from None
            except Exception as error:
                is_expected = isinstance(error, (*CONNECTION_LOST, *FAILURES))
                logger.opt(exception=not is_expected).warning(
                    "job.interrupted", reason=type(error).__name__
                )
                await self._uncount(job, 1)
                delay = self.policy.delay(job.attempts + 1, error)
                raise RetryRequested(timedelta(seconds=delay), type(error).__name__) from error

    async def _make(self, job: Job) -> None:
        attempt = await self._count(job, 1)
        if attempt is None:
            return  # Another worker, which had taken this one for dead, has done it.
        event = self.subscription.event.model_validate_json(job.payload or b"{}")
        if attempt > self.policy.attempts:
            # Only a job that keeps killing its process gets here, or one hard to give up.
            await self._give_up(event, "The worker died each time it tried this.")
        try:
            await self.subscription.job(self.runtime, event)
        except Conflict:
            logger.debug("job.already_done")
        except NotYet as reason:
            await self._wait(job, reason)
        except FAILURES as error:
            meaning = meaning_of(error) or error
            if isinstance(meaning, DatabaseBusy):
                await self._wait(job, meaning)
            await self._answer(job, event, attempt, meaning)
        except Exception as error:  # noqa: BLE001 - the job runner answers for every failure
            await self._answer(job, event, attempt, error)

    async def _count(self, job: Job, starts: int) -> int | None:
        """Count starts on the job's row, since a crash counts too. None when there is no row."""
        rows = await self.driver.fetch(
            "update pgqueuer set attempts = attempts + $2 where id = $1 returning attempts",
            int(job.id),
            starts,
        )
        return cast("int", rows[0]["attempts"]) if rows else None

    async def _uncount(self, job: Job, starts: int) -> None:
        """Take back what is counted twice, since pgqueuer counts the jobs it puts back."""
        with suppress(*CONNECTION_LOST):
            await self._count(job, -starts)

    async def _answer(self, job: Job, event: Event, attempt: int, error: Exception) -> None:
        is_expected = isinstance(error, AppError)
        if is_worth_retrying(error) and attempt < self.policy.attempts:
            delay = self.policy.delay(attempt, error)
            reason = error.code if isinstance(error, AppError) else type(error).__name__
            logger.opt(exception=not is_expected).warning(
                "job.retried", attempt=attempt, delay=delay, reason=reason
            )
            await self._uncount(job, 1)
            raise RetryRequested(timedelta(seconds=delay), type(error).__name__) from error
        logger.opt(exception=not is_expected).error("job.failed", attempt=attempt)
        await self._give_up(event, error.detail if isinstance(error, AppError) else _SURPRISE)

    async def _wait(self, job: Job, reason: DatabaseBusy | NotYet) -> NoReturn:
        """Put the job back as if it had not been started: to wait for others is no failure."""
        delay = self.policy.delay(1, reason)
        logger.debug("job.waits", delay=delay)
        await self._uncount(job, 2)
        raise RetryRequested(timedelta(seconds=delay), type(reason).__name__) from reason

    async def _give_up(self, event: Event, reason: str) -> NoReturn:
        if self.subscription.give_up is not None:
            await self.subscription.give_up(self.runtime, event, reason)
        raise _GivenUp(reason)


_SURPRISE = "Something went wrong here; the log has the details."


@dataclasses.dataclass
class _Executor(AbstractEntrypointExecutor):
    parameters: EntrypointExecutorParameters
    attempts: Attempts[Any]

    async def execute(self, job: Job, context: Context) -> None:  # noqa: ARG002 - signature
        await self.attempts.make(job)
