"""Reading evaluations and their verdicts."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.calls.search import Somebody, belongs_to_assigned
from backend.quality.models import CriterionVerdict, Evaluation, EvaluationStatus
from backend.quality.policies.config import Severity


@dataclass(frozen=True)
class EvaluationFilter:
    """Which current revisions are meant; None: whichever. `violation` is a key or a severity."""

    status: EvaluationStatus | None = None
    policy_id: UUID | None = None
    agent_id: UUID | None = None
    call_id: UUID | None = None
    below: float | None = None
    passed: bool | None = None
    violation: str | None = None
    severity: Severity | None = None
    assigned_to: Somebody | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None

    def conditions(self) -> Iterator[ColumnElement[bool]]:
        for name in ("status", "policy_id", "agent_id", "call_id", "passed"):
            wanted = getattr(self, name)
            if wanted is not None:
                yield getattr(Evaluation, name) == wanted
        if self.below is not None:
            yield col(Evaluation.score) < self.below
        if self.violation is not None:
            yield _violated(_named(self.violation))
        if self.severity is not None:
            yield _violated(col(CriterionVerdict.severity) == self.severity)
        if self.assigned_to is not None:
            yield belongs_to_assigned(col(Evaluation.call_id), self.assigned_to)
        if self.created_after is not None:
            yield col(Evaluation.created_at) >= self.created_after
        if self.created_before is not None:
            yield col(Evaluation.created_at) < self.created_before


def _named(violation: str) -> ColumnElement[bool]:
    if violation in set(Severity):
        return col(CriterionVerdict.severity) == Severity(violation)
    return col(CriterionVerdict.key) == violation


def _violated(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        col(CriterionVerdict.evaluation_id) == col(Evaluation.id),
        col(CriterionVerdict.org_id) == col(Evaluation.org_id),
        col(CriterionVerdict.violated),
        condition,
    )


async def list_current(
    session: AsyncSession,
    org_id: UUID,
    wanted: EvaluationFilter,
    *,
    cursor: UUID | None,
    limit: int,
    oldest_first: bool = False,
) -> Sequence[Evaluation]:
    """List current revisions, newest first unless the oldest are to come first."""
    own_id = col(Evaluation.id)
    statement = (
        select(Evaluation)
        .where(Evaluation.org_id == org_id, col(Evaluation.is_current), *wanted.conditions())
        .order_by(own_id if oldest_first else own_id.desc())
        .limit(limit)
    )
    if cursor is not None:
        statement = statement.where(own_id > cursor if oldest_first else own_id < cursor)
    return (await session.exec(statement)).all()


def _of_call(org_id: UUID, call_id: UUID, policy_id: UUID) -> SelectOfScalar[Evaluation]:
    return select(Evaluation).where(
        Evaluation.org_id == org_id,
        Evaluation.call_id == call_id,
        Evaluation.policy_id == policy_id,
    )


async def lock_latest(
    session: AsyncSession, org_id: UUID, call_id: UUID, policy_id: UUID
) -> Evaluation | None:
    """Lock a call's highest revision by a policy, whatever became of it. Lock the call first."""
    statement = (
        _of_call(org_id, call_id, policy_id)
        .order_by(col(Evaluation.revision).desc())
        .limit(1)
        .with_for_update()
    )
    return (await session.exec(statement)).one_or_none()


async def lock_current(
    session: AsyncSession, org_id: UUID, call_id: UUID, policy_id: UUID
) -> Evaluation | None:
    """Lock a call's current revision by a policy. Lock the call first."""
    statement = (
        _of_call(org_id, call_id, policy_id).where(col(Evaluation.is_current)).with_for_update()
    )
    return (await session.exec(statement)).one_or_none()


async def find_current(
    session: AsyncSession, org_id: UUID, call_id: UUID, policy_id: UUID | None
) -> Evaluation | None:
    """Find a call's current evaluation; without a policy, that by the oldest one."""
    statement = select(Evaluation).where(
        Evaluation.org_id == org_id, Evaluation.call_id == call_id, col(Evaluation.is_current)
    )
    if policy_id is not None:
        statement = statement.where(Evaluation.policy_id == policy_id)
    return (await session.exec(statement.order_by(col(Evaluation.policy_id)).limit(1))).first()


async def find_evaluation(
    session: AsyncSession, org_id: UUID, evaluation_id: UUID
) -> Evaluation | None:
    statement = select(Evaluation).where(
        Evaluation.org_id == org_id, Evaluation.id == evaluation_id
    )
    return (await session.exec(statement)).one_or_none()


async def lock_evaluation(
    session: AsyncSession, org_id: UUID, evaluation_id: UUID
) -> Evaluation | None:
    statement = select(Evaluation).where(
        Evaluation.org_id == org_id, Evaluation.id == evaluation_id
    )
    return (await session.exec(statement.with_for_update())).one_or_none()


async def list_revisions(
    session: AsyncSession, org_id: UUID, call_id: UUID, policy_id: UUID
) -> Sequence[Evaluation]:
    statement = _of_call(org_id, call_id, policy_id).order_by(col(Evaluation.revision))
    return (await session.exec(statement)).all()


async def find_revision(
    session: AsyncSession, org_id: UUID, call_id: UUID, policy_id: UUID, revision: int
) -> Evaluation | None:
    statement = _of_call(org_id, call_id, policy_id).where(Evaluation.revision == revision)
    return (await session.exec(statement)).one_or_none()


async def list_by_ids(
    session: AsyncSession, evaluation_ids: Collection[UUID]
) -> Sequence[Evaluation]:
    """Read revisions of several organizations, for what is told of each to its own."""
    statement = select(Evaluation).where(col(Evaluation.id).in_(evaluation_ids))
    return (await session.exec(statement)).all()


async def find_verdicts(
    session: AsyncSession, evaluation_ids: Collection[UUID]
) -> dict[UUID, list[CriterionVerdict]]:
    """Find the verdicts of evaluations, each evaluation's in the order of its policy."""
    statement = (
        select(CriterionVerdict)
        .where(col(CriterionVerdict.evaluation_id).in_(evaluation_ids))
        .order_by(col(CriterionVerdict.evaluation_id), col(CriterionVerdict.position))
    )
    found: defaultdict[UUID, list[CriterionVerdict]] = defaultdict(list)
    for verdict in await session.exec(statement):
        found[verdict.evaluation_id].append(verdict)
    return found
