"""Reading golden runs, and the evaluations they are of."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.quality.models import (
    BY_A_PERSON,
    CriterionVerdict,
    Evaluation,
    EvaluationStatus,
    Policy,
    PolicyBacktest,
    PolicyTrial,
    PolicyTrialState,
    PolicyVersion,
    VerdictBy,
)

_IS_GOLDEN = col(PolicyBacktest.is_golden)


async def list_live(session: AsyncSession) -> Sequence[PolicyVersion]:
    """List what is published of all organizations' policies that are in use."""
    is_live = (col(PolicyVersion.policy_id) == col(Policy.id)) & (
        col(PolicyVersion.version) == col(Policy.published_version)
    )
    statement = select(PolicyVersion).join(Policy, is_live).where(col(Policy.archived_at).is_(None))
    return (await session.exec(statement)).all()


async def find_latest(session: AsyncSession, policy_id: UUID) -> PolicyBacktest | None:
    statement = (
        select(PolicyBacktest)
        .where(PolicyBacktest.policy_id == policy_id, _IS_GOLDEN)
        .order_by(col(PolicyBacktest.id).desc())
        .limit(1)
    )
    return (await session.exec(statement)).one_or_none()


async def find_done_before(session: AsyncSession, run: PolicyBacktest) -> PolicyBacktest | None:
    statement = (
        select(PolicyBacktest)
        .where(
            PolicyBacktest.policy_id == run.policy_id,
            _IS_GOLDEN,
            col(PolicyBacktest.id) < run.id,
            col(PolicyBacktest.done_at).is_not(None),
        )
        .order_by(col(PolicyBacktest.id).desc())
        .limit(1)
    )
    return (await session.exec(statement)).one_or_none()


async def list_golden(session: AsyncSession, policy_id: UUID, *, limit: int) -> dict[UUID, UUID]:
    """Find the latest evaluations by a policy that people have vouched for, by their calls."""
    statement = (
        select(Evaluation.call_id, Evaluation.id)
        .where(
            Evaluation.policy_id == policy_id,
            col(Evaluation.is_current),
            col(Evaluation.status) == EvaluationStatus.REVIEWED,
            col(Evaluation.origin).in_(BY_A_PERSON),
        )
        .order_by(col(Evaluation.id).desc())
        .limit(limit)
    )
    return dict((await session.exec(statement)).all())


_WAITING = aliased(PolicyTrial)
_IS_COMPLETE = (
    _IS_GOLDEN
    & col(PolicyBacktest.done_at).is_(None)
    & ~(
        exists().where(
            col(_WAITING.backtest_id) == col(PolicyBacktest.id),
            col(_WAITING.state) == PolicyTrialState.QUEUED,
        )
    )
)


async def list_complete(session: AsyncSession) -> Sequence[PolicyBacktest]:
    """List the runs of all organizations that have been made, and not been measured."""
    return (await session.exec(select(PolicyBacktest).where(_IS_COMPLETE))).all()


async def find_complete_with(
    session: AsyncSession, org_id: UUID, trial_id: UUID
) -> PolicyBacktest | None:
    statement = (
        select(PolicyBacktest)
        .join(PolicyTrial, col(PolicyTrial.backtest_id) == col(PolicyBacktest.id))
        .where(PolicyTrial.org_id == org_id, PolicyTrial.id == trial_id, _IS_COMPLETE)
    )
    return (await session.exec(statement)).one_or_none()


async def lock_run(session: AsyncSession, run_id: UUID) -> PolicyBacktest | None:
    statement = select(PolicyBacktest).where(PolicyBacktest.id == run_id).with_for_update()
    # Whoever waited for the lock has read it before another measured it.
    fresh = statement.execution_options(populate_existing=True)
    return (await session.exec(fresh)).one_or_none()


async def list_done_trials(session: AsyncSession, run_id: UUID) -> Sequence[PolicyTrial]:
    statement = select(PolicyTrial).where(
        PolicyTrial.backtest_id == run_id, PolicyTrial.state == PolicyTrialState.DONE
    )
    return (await session.exec(statement)).all()


async def list_words(
    session: AsyncSession, evaluation_ids: Collection[UUID]
) -> Sequence[CriterionVerdict]:
    """List the verdicts of evaluations that people have given or approved."""
    statement = select(CriterionVerdict).where(
        col(CriterionVerdict.evaluation_id).in_(evaluation_ids),
        CriterionVerdict.proven_by == VerdictBy.PERSON,
    )
    return (await session.exec(statement)).all()


async def list_runs(
    session: AsyncSession, policy_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[PolicyBacktest]:
    statement = select(PolicyBacktest).where(PolicyBacktest.policy_id == policy_id, _IS_GOLDEN)
    if cursor is not None:
        statement = statement.where(col(PolicyBacktest.id) < cursor)
    return (
        await session.exec(statement.order_by(col(PolicyBacktest.id).desc()).limit(limit))
    ).all()
