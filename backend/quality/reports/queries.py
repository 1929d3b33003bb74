"""Keeping and reading the sums that reports are made of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select as columns
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.platform.events import JsonObject
from backend.platform.tables import sql_table
from backend.quality.models import CriterionVerdict, Evaluation, Policy
from backend.quality.reports.figures import Tally
from backend.quality.reports.models import CountedEvaluation, ScoreTally
from backend.quality.reports.tallying import Dimension, Part


@dataclass(frozen=True)
class Span:
    """Which evaluations a report is about; None is any. Weeks are named by their Mondays."""

    policy_id: UUID | None = None
    agent_id: UUID | None = None
    agent_version: int | None = None
    since: date | None = None
    until: date | None = None


class Named(NamedTuple):
    name: str
    category: str


async def lock_counted(
    session: AsyncSession, call_id: UUID, policy_id: UUID
) -> CountedEvaluation | None:
    statement = select(CountedEvaluation).where(
        CountedEvaluation.call_id == call_id, CountedEvaluation.policy_id == policy_id
    )
    return (await session.exec(statement.with_for_update())).one_or_none()


async def add_to_sums(
    session: AsyncSession, counted: CountedEvaluation, changes: Mapping[Part, Tally]
) -> None:
    """Add to the week's sums, in one order everywhere, so that two jobs never lock each other."""
    if not changes:
        return
    rows = [
        {
            "org_id": counted.org_id,
            "policy_id": counted.policy_id,
            "agent_id": counted.agent_id,
            "agent_version": counted.agent_version,
            "week": counted.week,
            "dimension": part.dimension.value,
            "name": part.name,
            "n": tally.n,
            "total": tally.total,
            "squares": tally.squares,
            "passed": tally.passed,
            "failed": tally.failed,
        }
        for part, tally in sorted(changes.items(), key=lambda each: each[0])
    ]
    added = insert(ScoreTally).values(rows)
    table = sql_table(ScoreTally)
    sums = {name: table.c[name] + added.excluded[name] for name in _SUMS}
    await session.exec(added.on_conflict_do_update(index_elements=list(_KEY), set_=sums))


_SUMS = ("n", "total", "squares", "passed", "failed")
_KEY = ("org_id", "policy_id", "agent_id", "agent_version", "week", "dimension", "name")
_BY: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "agent": ("agent_id",),
    "version": ("agent_id", "agent_version"),
    "criterion": ("policy_id", "name"),
    "category": ("name",),
    "week": ("week",),
}


async def sum_up(
    session: AsyncSession, org_id: UUID, span: Span, *, by: str
) -> Sequence[tuple[tuple[object, ...], Tally]]:
    """Add up the sums of a span: `all`, or by agent, version, criterion, category or week."""
    dimension = Dimension(by) if by in {"criterion", "category"} else Dimension.SCORE
    return await _sum(session, org_id, span, dimension, _BY[by])


async def count_waiting(session: AsyncSession, org_id: UUID, span: Span) -> int:
    rows = await _sum(session, org_id, span, Dimension.WAITING, ())
    return rows[0][1].n if rows else 0


async def _sum(
    session: AsyncSession, org_id: UUID, span: Span, dimension: Dimension, by: Sequence[str]
) -> Sequence[tuple[tuple[object, ...], Tally]]:
    table = sql_table(ScoreTally)
    columns = [table.c[name] for name in by]
    statement = (
        select(*columns, *(func.coalesce(func.sum(table.c[name]), 0) for name in _SUMS))
        .where(table.c.org_id == org_id, table.c.dimension == dimension.value)
        .where(*_within(span))
        .group_by(*columns)
        .order_by(*columns)
    )
    rows = (await session.exec(statement)).all()
    found = [(tuple(row[: len(by)]), row[len(by) :]) for row in rows]
    return [
        (key, Tally(int(n), float(total), float(squares), int(passed), int(failed)))
        for key, (n, total, squares, passed, failed) in found
        if n or passed or failed
    ]


def _within(span: Span) -> list[ColumnElement[bool]]:
    table = sql_table(ScoreTally)
    wanted: list[ColumnElement[bool]] = []
    for name in ("policy_id", "agent_id", "agent_version"):
        value = getattr(span, name)
        if value is not None:
            wanted.append(table.c[name] == value)
    if span.since is not None:
        wanted.append(table.c.week >= span.since)
    if span.until is not None:
        wanted.append(table.c.week <= span.until)
    return wanted


async def list_worst(
    session: AsyncSession, org_id: UUID, span: Span, *, limit: int
) -> Sequence[CountedEvaluation]:
    """List the calls with the lowest scores."""
    return (await session.exec(_worst(org_id, span).limit(limit))).all()


def _worst(org_id: UUID, span: Span) -> SelectOfScalar[CountedEvaluation]:
    statement = select(CountedEvaluation).where(
        CountedEvaluation.org_id == org_id, col(CountedEvaluation.score).is_not(None)
    )
    for name in ("policy_id", "agent_id", "agent_version"):
        value = getattr(span, name)
        if value is not None:
            statement = statement.where(getattr(CountedEvaluation, name) == value)
    if span.since is not None:
        statement = statement.where(col(CountedEvaluation.week) >= span.since)
    if span.until is not None:
        statement = statement.where(col(CountedEvaluation.week) <= span.until)
    return statement.order_by(col(CountedEvaluation.score), col(CountedEvaluation.call_id))


class Said(NamedTuple):
    """What a call's evaluation says of a criterion."""

    call_id: UUID
    call_at: datetime
    policy_id: UUID
    key: str
    verdict: Any
    score: float | None
    reason: str
    note: str | None
    evidence: JsonObject


async def list_said(
    session: AsyncSession, org_id: UUID, span: Span, *, keys: Collection[str], calls: int
) -> list[Said]:
    """List what the calls with the lowest scores were told of these criteria, the lowest first."""
    worst = _worst(org_id, span).limit(calls).subquery()
    of_call = (col(Evaluation.call_id) == worst.c.call_id) & (
        col(Evaluation.policy_id) == worst.c.policy_id
    )
    sources = {"call_id": Evaluation, "call_at": Evaluation, "policy_id": Evaluation}
    wanted = [getattr(sources.get(name, CriterionVerdict), name) for name in Said._fields]
    statement = (
        columns(*wanted)
        .select_from(worst)
        .join(Evaluation, of_call & col(Evaluation.is_current))
        .join(CriterionVerdict, col(CriterionVerdict.evaluation_id) == col(Evaluation.id))
        .where(col(CriterionVerdict.key).in_(keys))
        .order_by(worst.c.score, worst.c.call_id, col(CriterionVerdict.position))
    )
    rows = await (await session.connection()).execute(statement)
    return [Said(*row) for row in rows]


async def find_criteria(session: AsyncSession, org_id: UUID) -> dict[tuple[UUID, str], Named]:
    """Find what the criteria of the policies' drafts are called, by policy and key."""
    statement = select(Policy).where(Policy.org_id == org_id)
    return {
        (policy.id, each["key"]): Named(each["name"], each["category"])
        for policy in await session.exec(statement)
        for each in policy.config["criteria"]
    }
