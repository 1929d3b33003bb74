"""Reading policies' back-tests, and the calls they are tried on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, case, select as columns, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls.models import Call, CallStatus
from backend.quality.models import (
    Evaluation,
    EvaluationStatus,
    PolicyBacktest,
    PolicyTrial,
    PolicyTrialState,
)
from backend.quality.policies.applying import NO_PEOPLE


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
            col(Call.answered_by).not_in(NO_PEOPLE),
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
        PolicyBacktest.org_id == org_id,
        PolicyBacktest.policy_id == policy_id,
        col(PolicyBacktest.is_golden).is_(False),
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


async def list_trials(
    session: AsyncSession, backtest_id: UUID
) -> Sequence[tuple[PolicyTrial, Evaluation | None]]:
    """List a back-test's trials, the latest calls first, with what each is compared with."""
    statement = (
        select(PolicyTrial, Evaluation)
        .outerjoin(Evaluation, _IS_COMPARED)
        .where(PolicyTrial.backtest_id == backtest_id)
        .order_by(col(PolicyTrial.call_id).desc())
    )
    return (await session.exec(statement)).all()


_IS_COMPARED = col(Evaluation.id) == col(PolicyTrial.evaluation_id)


@dataclass(frozen=True)
class Summary:
    """What the trials of a back-test come to. `cost_cents` is None without a price."""

    total: int = 0
    done: int = 0
    failed: int = 0
    mean_before: float | None = None
    mean_after: float | None = None
    would_pass: int = 0
    would_fail: int = 0
    needs_review: int = 0
    cost_cents: float | None = None
    moved: Mapping[str, int] = field(default_factory=dict)


async def sum_up(session: AsyncSession, backtest_ids: Collection[UUID]) -> Mapping[UUID, Summary]:
    """Sum up the trials of back-tests, with two queries for all of them."""
    moved = await _count_moved(session, backtest_ids)
    own_id = col(PolicyTrial.backtest_id)
    statement = (
        columns(own_id, *(figure.label(name) for name, figure in _FIGURES.items()))
        .select_from(PolicyTrial)
        .outerjoin(Evaluation, _IS_COMPARED)
        .where(own_id.in_(backtest_ids))
        .group_by(own_id)
    )
    rows = (await (await session.connection()).execute(statement)).mappings()
    return {
        row["backtest_id"]: Summary(
            moved=moved.get(row["backtest_id"], {}), **{name: row[name] for name in _FIGURES}
        )
        for row in rows
    }


_IS_DONE = col(PolicyTrial.state) == PolicyTrialState.DONE
_COST = col(PolicyTrial.cost_cents)
_PASSED, _WOULD_PASS = col(Evaluation.passed), col(PolicyTrial.passed)
_FIGURES: Mapping[str, ColumnElement[Any]] = {
    "total": func.count(),
    "done": func.count().filter(_IS_DONE),
    "failed": func.count().filter(col(PolicyTrial.state) == PolicyTrialState.FAILED),
    "mean_before": func.avg(col(Evaluation.score)).filter(_IS_DONE),
    "mean_after": func.avg(col(PolicyTrial.score)).filter(_IS_DONE),
    "would_pass": func.count().filter(_IS_DONE, _PASSED.is_(False), _WOULD_PASS.is_(True)),
    "would_fail": func.count().filter(_IS_DONE, _PASSED.is_(True), _WOULD_PASS.is_(False)),
    "needs_review": func.count().filter(
        _IS_DONE, col(PolicyTrial.status) == EvaluationStatus.NEEDS_REVIEW
    ),
    "cost_cents": case((func.count().filter(_IS_DONE, _COST.is_(None)) == 0, func.sum(_COST))),
}


async def _count_moved(
    session: AsyncSession, backtest_ids: Collection[UUID]
) -> dict[UUID, dict[str, int]]:
    each = func.jsonb_array_elements(col(PolicyTrial.moved)).table_valued(Column("value", JSONB))
    key = each.c.value["key"].astext
    statement = (
        select(col(PolicyTrial.backtest_id), key, func.count())
        .select_from(PolicyTrial)
        .join(each, true())
        .where(col(PolicyTrial.backtest_id).in_(backtest_ids))
        .group_by(col(PolicyTrial.backtest_id), key)
        .order_by(key)
    )
    found: dict[UUID, dict[str, int]] = {}
    for backtest_id, name, count in (await session.exec(statement)).all():
        found.setdefault(backtest_id, {})[name] = count
    return found
