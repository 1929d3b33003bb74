"""Reading policies' back-tests, and the calls they are tried on."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls.models import AnsweredBy, Call, CallStatus
from backend.quality.models import Evaluation, PolicyBacktest, PolicyTrial

_NO_PEOPLE = [AnsweredBy.VOICEMAIL, AnsweredBy.SCREENING, AnsweredBy.IVR, AnsweredBy.NOBODY]


@dataclass(frozen=True)
class PastCalls:
    """Which calls to try a draft on: the latest that fit, at most so many."""

    agent_id: UUID | None
    most: int
    created_after: datetime | None
    created_before: datetime | None


async def choose_calls(
    session: AsyncSession, org_id: UUID, agents: Collection[UUID], past: PastCalls
) -> Sequence[UUID]:
    """Choose the latest calls with people that are over; without agents, of all of them."""
    statement = (
        select(Call.id)
        .where(
            Call.org_id == org_id,
            col(Call.status) == CallStatus.ENDED,
            col(Call.answered_by).not_in(_NO_PEOPLE),
            col(Call.transcript) != [],
        )
        .order_by(col(Call.id).desc())
        .limit(past.most)
    )
    if agents:
        statement = statement.where(col(Call.agent_id).in_(agents))
    if past.created_after is not None:
        statement = statement.where(col(Call.created_at) >= past.created_after)
    if past.created_before is not None:
        statement = statement.where(col(Call.created_at) < past.created_before)
    return (await session.exec(statement)).all()


async def find_current_ids(
    session: AsyncSession, org_id: UUID, policy_id: UUID, call_ids: Collection[UUID]
) -> dict[UUID, UUID]:
    """Find the current evaluations of calls by a policy."""
    statement = select(Evaluation.call_id, Evaluation.id).where(
        Evaluation.org_id == org_id,
        Evaluation.policy_id == policy_id,
        col(Evaluation.call_id).in_(call_ids),
        col(Evaluation.is_current),
    )
    return dict((await session.exec(statement)).all())


async def list_evaluations(
    session: AsyncSession, evaluation_ids: Collection[UUID]
) -> Sequence[Evaluation]:
    statement = select(Evaluation).where(col(Evaluation.id).in_(evaluation_ids))
    return (await session.exec(statement)).all()


async def find_backtest(
    session: AsyncSession, org_id: UUID, backtest_id: UUID
) -> PolicyBacktest | None:
    statement = select(PolicyBacktest).where(
        PolicyBacktest.org_id == org_id, PolicyBacktest.id == backtest_id
    )
    return (await session.exec(statement)).one_or_none()


async def list_backtests(
    session: AsyncSession, org_id: UUID, policy_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[PolicyBacktest]:
    statement = select(PolicyBacktest).where(
        PolicyBacktest.org_id == org_id, PolicyBacktest.policy_id == policy_id
    )
    if cursor is not None:
        statement = statement.where(col(PolicyBacktest.id) < cursor)
    newest_first = statement.order_by(col(PolicyBacktest.id).desc()).limit(limit)
    return (await session.exec(newest_first)).all()


async def find_trial(session: AsyncSession, org_id: UUID, trial_id: UUID) -> PolicyTrial | None:
    statement = select(PolicyTrial).where(PolicyTrial.org_id == org_id, PolicyTrial.id == trial_id)
    return (await session.exec(statement)).one_or_none()


async def lock_trial(session: AsyncSession, org_id: UUID, trial_id: UUID) -> PolicyTrial | None:
    statement = select(PolicyTrial).where(PolicyTrial.org_id == org_id, PolicyTrial.id == trial_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def list_trials(session: AsyncSession, backtest_id: UUID) -> Sequence[PolicyTrial]:
    statement = (
        select(PolicyTrial)
        .where(PolicyTrial.backtest_id == backtest_id)
        .order_by(col(PolicyTrial.call_id).desc())
    )
    return (await session.exec(statement)).all()
