"""Extracting again from many calls, to see what would change before anything does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import service as agents
from backend.calls import service as calls
from backend.calls.models import Turn
from backend.evaluation import queries as backtest_queries
from backend.evaluation.errors import BacktestNotFound, BacktestNotInState
from backend.evaluation.events import BacktestToApply, TrialDue
from backend.evaluation.models import Backtest, BacktestState, Trial, TrialState
from backend.platform import db, events
from backend.platform.errors import AppError, Retryable
from backend.providers.llm_prices import Price, cost_cents
from backend.providers.runtime import Runtime
from backend.records import asking, service
from backend.records.difference import differences
from backend.records.errors import NothingToExtract
from backend.records.models import BY_A_PERSON, Origin, Record, RecordStatus
from backend.records.service import RecordFilter, Source

MOST_CALLS = 10_000
# How many of a back-test's calls are asked about at once, beside the work of the day.
AT_ONCE = 4
_BATCH = 50


@dataclass(frozen=True)
class NewBacktest:
    agent_id: UUID
    version: int | None
    model: str | None
    wanted: RecordFilter
    created_by: UUID | None


async def create_backtest(
    session: AsyncSession,
    org_id: UUID,
    new: NewBacktest,
    *,
    default_model: str,
    prices: Mapping[str, Price],
) -> Backtest:
    """Choose the calls and estimate the cost. Nothing is asked before it is started."""
    agent = await agents.get_agent(session, org_id, new.agent_id)
    number = new.version or agent.published_version
    if number is None:
        raise NothingToExtract(f"Agent {agent.id} has no published version to try.")
    version = await agents.get_version(session, org_id, agent.id, number)
    if version.frozen.record_schema is None:
        raise NothingToExtract(f"Version {number} of agent {agent.id} has no record schema.")
    backtest = Backtest(
        org_id=org_id,
        agent_id=agent.id,
        version=number,
        model=new.model,
        estimated_tokens=0,
        created_by=new.created_by,
    )
    session.add(backtest)
    await session.flush()
    rows = await service.list_current(session, org_id, new.wanted, cursor=None, limit=MOST_CALLS)
    if not rows:
        raise NothingToExtract("No call with a record is among those that were asked for.")
    session.add_all(
        Trial(org_id=org_id, backtest_id=backtest.id, call_id=call.id, record_id=record.id)
        for record, call in reversed(rows)
    )
    await session.flush()
    asked, answered = await backtest_queries.estimate_tokens(session, backtest.id)
    model = new.model or version.frozen.extraction_model or default_model
    backtest.estimated_tokens = asked + answered
    backtest.estimated_cost_cents = cost_cents(model, asked, answered, prices)
    await session.flush()
    return backtest


async def get_backtest(session: AsyncSession, org_id: UUID, backtest_id: UUID) -> Backtest:
    found = await backtest_queries.find_backtest(session, org_id, backtest_id)
    if found is None:
        raise BacktestNotFound(f"There is no back-test {backtest_id}.")
    return found


async def start_backtest(session: AsyncSession, org_id: UUID, backtest_id: UUID) -> Backtest:
    """Start it, or go on where it was paused."""
    backtest = await _lock_in(
        session, org_id, backtest_id, BacktestState.READY, BacktestState.PAUSED
    )
    backtest.state = BacktestState.RUNNING
    await session.flush()
    for _ in range(AT_ONCE):
        await _queue_next(session, backtest)
    return backtest


async def pause_backtest(session: AsyncSession, org_id: UUID, backtest_id: UUID) -> Backtest:
    """Ask about no further calls. Those on their way are finished."""
    backtest = await _lock_in(session, org_id, backtest_id, BacktestState.RUNNING)
    backtest.state = BacktestState.PAUSED
    await session.flush()
    return backtest


async def apply_backtest(
    session: AsyncSession, org_id: UUID, backtest_id: UUID, *, replace_corrections: bool
) -> Backtest:
    """Have the records replaced that came out otherwise, each by another revision."""
    backtest = await _lock_in(session, org_id, backtest_id, BacktestState.DONE)
    backtest.state = BacktestState.APPLYING
    backtest.replace_corrections = replace_corrections
    await session.flush()
    await events.publish(session, BacktestToApply(org_id=org_id, backtest_id=backtest_id))
    return backtest


async def _lock_in(
    session: AsyncSession, org_id: UUID, backtest_id: UUID, *states: BacktestState
) -> Backtest:
    backtest = await backtest_queries.lock_backtest(session, org_id, backtest_id)
    if backtest is None:
        raise BacktestNotFound(f"There is no back-test {backtest_id}.")
    if backtest.state not in states:
        raise BacktestNotInState(
            f"Back-test {backtest_id} is {backtest.state.value}; this needs one that is "
            f"{' or '.join(state.value for state in states)}."
        )
    return backtest


async def _queue_next(session: AsyncSession, backtest: Backtest) -> None:
    """Put the next trial on the queue; when none is left or on its way, the back-test is done."""
    if backtest.state is not BacktestState.RUNNING:
        return
    due = await backtest_queries.lock_trials(session, backtest.id, TrialState.PENDING, 1)
    for trial in due:
        trial.state = TrialState.QUEUED
        await session.flush()
        await events.publish(session, TrialDue(org_id=trial.org_id, trial_id=trial.id))
    if not due:
        counts = await backtest_queries.count_trials(session, backtest.id)
        if not counts.get(TrialState.QUEUED):
            backtest.state = BacktestState.DONE
            await session.flush()


async def run_trial(runtime: Runtime, org_id: UUID, trial_id: UUID) -> None:
    """Extract from one call and keep the result aside. One that has a result already stays."""
    async with db.transaction(runtime.sessions) as session:
        trial = await backtest_queries.find_trial(session, org_id, trial_id)
        if trial is None or trial.state is not TrialState.QUEUED:
            return
        backtest = await get_backtest(session, org_id, trial.backtest_id)
        source = await _source(session, backtest, trial)
    try:
        made = await asking.extract(runtime, source.material(model=backtest.model))
    except Retryable:
        raise
    except AppError as error:
        await finish_trial(runtime, org_id, trial_id, failure=error.detail)
        return
    result = {**made.result, "status": made.result["status"].value}
    async with db.transaction(runtime.sessions) as session:
        backtest, locked = await _lock_trial(session, org_id, trial_id)
        locked.result, locked.source_sha256 = result, source.sha256
        await _close(session, backtest, locked, TrialState.DONE)


async def finish_trial(runtime: Runtime, org_id: UUID, trial_id: UUID, *, failure: str) -> None:
    """Close a trial that came to nothing, and go on with the next."""
    async with db.transaction(runtime.sessions) as session:
        backtest, trial = await _lock_trial(session, org_id, trial_id)
        trial.failure = failure
        await _close(session, backtest, trial, TrialState.FAILED)


async def _lock_trial(
    session: AsyncSession, org_id: UUID, trial_id: UUID
) -> tuple[Backtest, Trial]:
    """Lock a trial's back-test, then the trial: in this order everywhere."""
    found = await backtest_queries.find_trial(session, org_id, trial_id)
    if found is None:
        raise BacktestNotFound(f"There is no trial {trial_id}.")
    backtest = await backtest_queries.lock_backtest(session, org_id, found.backtest_id)
    trial = await backtest_queries.lock_trial(session, org_id, trial_id)
    if backtest is None or trial is None:
        raise BacktestNotFound(f"There is no trial {trial_id}.")
    await session.refresh(trial)
    return backtest, trial


async def _close(
    session: AsyncSession, backtest: Backtest, trial: Trial, state: TrialState
) -> None:
    if trial.state is TrialState.QUEUED:
        trial.state = state
        await session.flush()
        await _queue_next(session, backtest)


async def _source(session: AsyncSession, backtest: Backtest, trial: Trial) -> Source:
    call = await calls.get_call(session, trial.org_id, trial.call_id)
    version = await agents.get_version(session, trial.org_id, backtest.agent_id, backtest.version)
    schema = version.frozen.record_schema
    assert schema is not None  # noqa: S101 - versions do not change, and this was looked at
    return Source(call, [Turn.model_validate(turn) for turn in call.transcript], version, schema)


async def apply_trials(runtime: Runtime, org_id: UUID, backtest_id: UUID) -> None:
    """Replace what came out otherwise, a batch a transaction. A second run finds nothing to do."""
    while True:
        async with db.transaction(runtime.sessions) as session:
            backtest = await backtest_queries.lock_backtest(session, org_id, backtest_id)
            if backtest is None or backtest.state is not BacktestState.APPLYING:
                return
            due = await backtest_queries.lock_trials(session, backtest_id, TrialState.DONE, _BATCH)
            for trial in due:
                trial.state = await _apply(session, backtest, trial)
            if not due:
                backtest.state = BacktestState.APPLIED
            await session.flush()


async def _apply(session: AsyncSession, backtest: Backtest, trial: Trial) -> TrialState:
    await calls.lock_call(session, trial.org_id, trial.call_id)
    current, latest = await service.lock_revisions(session, trial.org_id, trial.call_id)
    if current is None or latest is None or current.id != trial.record_id or trial.result is None:
        return TrialState.SKIPPED
    if current.origin in BY_A_PERSON and not backtest.replace_corrections:
        return TrialState.SKIPPED
    if not differences(current.data, trial.result["data"]):
        return TrialState.SKIPPED
    version = await agents.get_version(session, trial.org_id, backtest.agent_id, backtest.version)
    record = Record(
        org_id=trial.org_id,
        call_id=trial.call_id,
        revision=latest.revision + 1,
        origin=Origin.EXTRACTION,
        status=RecordStatus(trial.result["status"]),
        final=current.final,
        schema_version=version.schema_version,
        source_sha256=trial.source_sha256 or b"",
        not_said=trial.result.get("not_said"),
        **{name: trial.result[name] for name in _COLUMNS},
    )
    await service.add_revision(session, record)
    await service.announce(session, record)
    return TrialState.APPLIED


_COLUMNS = (
    *("data", "evidence", "problems", "model", "attempts"),
    *("input_tokens", "output_tokens", "cost_cents"),
)


async def list_trials(
    session: AsyncSession,
    org_id: UUID,
    backtest_id: UUID,
    *,
    cursor: UUID | None,
    limit: int | None,
) -> Sequence[tuple[Trial, Record]]:
    await get_backtest(session, org_id, backtest_id)
    return await backtest_queries.list_trials(session, backtest_id, cursor=cursor, limit=limit)


async def count_trials(session: AsyncSession, backtest: Backtest) -> Mapping[TrialState, int]:
    return await backtest_queries.count_trials(session, backtest.id)


async def list_backtests(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[Backtest]:
    return await backtest_queries.list_backtests(session, org_id, cursor=cursor, limit=limit)
