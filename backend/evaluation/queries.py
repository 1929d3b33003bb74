"""Reading back-tests and their trials."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.evaluation.models import Backtest, Trial, TrialState
from backend.records.models import Record


async def find_backtest(session: AsyncSession, org_id: UUID, backtest_id: UUID) -> Backtest | None:
    statement = select(Backtest).where(Backtest.org_id == org_id, Backtest.id == backtest_id)
    return (await session.exec(statement)).one_or_none()


async def lock_backtest(session: AsyncSession, org_id: UUID, backtest_id: UUID) -> Backtest | None:
    statement = select(Backtest).where(Backtest.org_id == org_id, Backtest.id == backtest_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def list_backtests(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[Backtest]:
    statement = select(Backtest).where(Backtest.org_id == org_id)
    if cursor is not None:
        statement = statement.where(col(Backtest.id) < cursor)
    statement = statement.order_by(col(Backtest.id).desc()).limit(limit)
    return (await session.exec(statement)).all()


async def find_trial(session: AsyncSession, org_id: UUID, trial_id: UUID) -> Trial | None:
    statement = select(Trial).where(Trial.org_id == org_id, Trial.id == trial_id)
    return (await session.exec(statement)).one_or_none()


async def lock_trial(session: AsyncSession, org_id: UUID, trial_id: UUID) -> Trial | None:
    statement = select(Trial).where(Trial.org_id == org_id, Trial.id == trial_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def lock_trials(
    session: AsyncSession, backtest_id: UUID, state: TrialState, limit: int
) -> Sequence[Trial]:
    """Lock the next trials in this state. Lock the back-test first."""
    statement = (
        select(Trial)
        .where(Trial.backtest_id == backtest_id, col(Trial.state) == state)
        .order_by(col(Trial.id))
        .limit(limit)
        .with_for_update()
    )
    return (await session.exec(statement)).all()


async def list_trials(
    session: AsyncSession, backtest_id: UUID, *, cursor: UUID | None, limit: int | None
) -> Sequence[tuple[Trial, Record]]:
    """List trials with the records they are compared with, newest first."""
    statement = (
        select(Trial, Record)
        .join(Record, col(Record.id) == Trial.record_id)
        .where(Trial.backtest_id == backtest_id)
        .order_by(col(Trial.id).desc())
        .limit(limit)
    )
    if cursor is not None:
        statement = statement.where(col(Trial.id) < cursor)
    return (await session.exec(statement)).all()


async def count_trials(session: AsyncSession, backtest_id: UUID) -> Mapping[TrialState, int]:
    statement = (
        select(Trial.state, func.count())
        .where(Trial.backtest_id == backtest_id)
        .group_by(col(Trial.state))
    )
    return {TrialState(state): count for state, count in (await session.exec(statement)).all()}


_TOKENS = text(
    """
    select coalesce(sum(coalesce(records.input_tokens, length(calls.transcript::text) / 4)), 0),
           coalesce(sum(coalesce(records.output_tokens, 300)), 0)
    from trials
    join records on records.id = trials.record_id
    join calls on calls.id = trials.call_id
    where trials.backtest_id = :backtest_id
    """
)


async def estimate_tokens(session: AsyncSession, backtest_id: UUID) -> tuple[int, int]:
    """Estimate tokens in and out: as many as last time, else four characters a token."""
    connection = await session.connection()
    row = (await connection.execute(_TOKENS, {"backtest_id": backtest_id})).one()
    return int(row[0]), int(row[1])
