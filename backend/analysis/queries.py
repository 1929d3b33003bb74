"""Reading analyses."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.analysis.models import (
    AnalysisAudit,
    AnalysisDay,
    AnalysisSchema,
    AnalysisSettings,
    AnalysisStatus,
    CallAnalysis,
    LeftOutReason,
)
from backend.auth.models import Organisation
from backend.calls.models import Call


async def lock_latest(session: AsyncSession, org_id: UUID, call_id: UUID) -> CallAnalysis | None:
    """Lock the call's highest revision, whatever became of it. Lock the call first."""
    statement = (
        select(CallAnalysis)
        .where(CallAnalysis.org_id == org_id, CallAnalysis.call_id == call_id)
        .order_by(col(CallAnalysis.revision).desc())
        .limit(1)
        .with_for_update()
    )
    return (await session.exec(statement)).one_or_none()


async def lock_current(session: AsyncSession, org_id: UUID, call_id: UUID) -> CallAnalysis | None:
    """Lock the call's current revision. Lock the call first."""
    return (await session.exec(_current(org_id, call_id).with_for_update())).one_or_none()


async def find_current(session: AsyncSession, org_id: UUID, call_id: UUID) -> CallAnalysis | None:
    return (await session.exec(_current(org_id, call_id))).one_or_none()


def _current(org_id: UUID, call_id: UUID) -> SelectOfScalar[CallAnalysis]:
    return select(CallAnalysis).where(
        CallAnalysis.org_id == org_id,
        CallAnalysis.call_id == call_id,
        col(CallAnalysis.is_current),
    )


async def find_analysis(session: AsyncSession, org_id: UUID, id_: UUID) -> CallAnalysis | None:
    statement = select(CallAnalysis).where(CallAnalysis.org_id == org_id, CallAnalysis.id == id_)
    return (await session.exec(statement)).one_or_none()


async def lock_analysis(session: AsyncSession, org_id: UUID, id_: UUID) -> CallAnalysis | None:
    """Lock a revision, and read it as it is then, also where it was read before."""
    statement = select(CallAnalysis).where(CallAnalysis.org_id == org_id, CallAnalysis.id == id_)
    fresh = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(fresh)).one_or_none()


async def list_revisions(
    session: AsyncSession, org_id: UUID, call_id: UUID
) -> Sequence[CallAnalysis]:
    statement = (
        select(CallAnalysis)
        .where(CallAnalysis.org_id == org_id, CallAnalysis.call_id == call_id)
        .order_by(col(CallAnalysis.revision))
    )
    return (await session.exec(statement)).all()


async def find_audit(session: AsyncSession, org_id: UUID, id_: UUID) -> AnalysisAudit | None:
    statement = select(AnalysisAudit).where(
        AnalysisAudit.org_id == org_id, AnalysisAudit.analysis_id == id_
    )
    return (await session.exec(statement)).one_or_none()


class Wanted(NamedTuple):
    """Which current analyses are meant; None: whichever."""

    status: AnalysisStatus | None = None
    reason: LeftOutReason | None = None
    agent_id: UUID | None = None


def _meant(org_id: UUID, wanted: Wanted) -> SelectOfScalar[CallAnalysis]:
    """Select current ones. What was left out counts as well where an earlier one stays current."""
    statement = select(CallAnalysis).where(CallAnalysis.org_id == org_id)
    if wanted.status is not AnalysisStatus.LEFT_OUT:
        statement = statement.where(col(CallAnalysis.is_current))
    if wanted.status is not None:
        statement = statement.where(col(CallAnalysis.status) == wanted.status)
    if wanted.reason is not None:
        statement = statement.where(col(CallAnalysis.left_out_reason) == wanted.reason)
    if wanted.agent_id is not None:
        statement = statement.where(CallAnalysis.agent_id == wanted.agent_id)
    return statement


async def list_current(
    session: AsyncSession, org_id: UUID, wanted: Wanted, *, cursor: UUID | None, limit: int
) -> Sequence[CallAnalysis]:
    """List current analyses, the newest first."""
    statement = _meant(org_id, wanted).order_by(col(CallAnalysis.id).desc()).limit(limit)
    if cursor is not None:
        statement = statement.where(col(CallAnalysis.id) < cursor)
    return (await session.exec(statement)).all()


class LeftOut(NamedTuple):
    """How many calls were left out, and what they would cost as far as that is known."""

    calls: int
    cents: float
    unpriced: int


_MADE_UP_FOR = (
    LeftOutReason.BUDGET,
    LeftOutReason.NO_PRICE,
    LeftOutReason.SWITCHED_OFF,
    LeftOutReason.MODEL_UNAVAILABLE,
)


def _can_be_made(org_id: UUID, most_cents: float) -> tuple[ColumnElement[bool], ...]:
    """Mean what was left out of a call that has its words still, and costs no more than this."""
    cents = col(CallAnalysis.estimated_cents)
    return (
        col(CallAnalysis.org_id) == org_id,
        col(CallAnalysis.status) == AnalysisStatus.LEFT_OUT,
        col(CallAnalysis.left_out_reason).in_(_MADE_UP_FOR),
        or_(cents.is_(None), cents <= most_cents),
        exists().where(
            col(Call.id) == col(CallAnalysis.call_id),
            func.jsonb_array_length(col(Call.transcript)) > 0,
        ),
    )


async def count_left_out(session: AsyncSession, org_id: UUID, *, most_cents: float) -> LeftOut:
    """Count what was left out and can be made up for on a day that has so much room."""
    cents = col(CallAnalysis.estimated_cents)
    statement = select(func.count(), func.sum(cents), func.count() - func.count(cents)).where(
        *_can_be_made(org_id, most_cents)
    )
    calls, known, unpriced = (await session.exec(statement)).one()
    return LeftOut(calls, known or 0.0, unpriced)


async def list_left_out(
    session: AsyncSession, org_id: UUID, *, most_cents: float, limit: int
) -> Sequence[tuple[UUID, float | None]]:
    """List calls that were left out, the oldest first, with what each is expected to cost.

    Those that there is no room for take no place of others.
    """
    statement = (
        select(CallAnalysis.call_id, CallAnalysis.estimated_cents)
        .where(*_can_be_made(org_id, most_cents))
        .order_by(col(CallAnalysis.id))
        .limit(limit)
    )
    return (await session.exec(statement)).all()


async def count_pending(session: AsyncSession, org_id: UUID, *, most: int) -> int:
    """Count the current analyses that wait to be made, no more than `most`."""
    pending = (
        select(CallAnalysis.id)
        .where(
            CallAnalysis.org_id == org_id,
            col(CallAnalysis.status) == AnalysisStatus.PENDING,
            col(CallAnalysis.is_current),
        )
        .limit(most)
    )
    return (await session.exec(select(func.count()).select_from(pending.subquery()))).one()


async def list_days(
    session: AsyncSession, org_id: UUID, *, since: date, until: date
) -> Sequence[AnalysisDay]:
    """List the days on which something was analysed or left out, the newest first."""
    statement = (
        select(AnalysisDay)
        .where(AnalysisDay.org_id == org_id, AnalysisDay.day >= since, AnalysisDay.day <= until)
        .order_by(col(AnalysisDay.day).desc())
    )
    return (await session.exec(statement)).all()


async def find_schema(session: AsyncSession, org_id: UUID, version: int) -> AnalysisSchema:
    return await session.get_one(AnalysisSchema, (org_id, version))


async def list_calls_where_on(
    session: AsyncSession, call_ids: Collection[UUID]
) -> Sequence[tuple[UUID, UUID, AnalysisSettings]]:
    """Read of these calls those whose organisation has calls analysed: id, agent, settings."""
    statement = (
        select(Call.id, Call.agent_id, AnalysisSettings)
        .join(AnalysisSettings, col(AnalysisSettings.org_id) == col(Call.org_id))
        .where(col(Call.id).in_(call_ids), col(AnalysisSettings.enabled))
    )
    return (await session.exec(statement)).all()


async def list_of_calls(
    session: AsyncSession, call_ids: Collection[UUID]
) -> Sequence[CallAnalysis]:
    """Read the revisions of several organisations' calls, for what is told of each to its own."""
    statement = select(CallAnalysis).where(col(CallAnalysis.call_id).in_(call_ids))
    return (await session.exec(statement)).all()


async def lock_settings(session: AsyncSession, org_id: UUID) -> None:
    """Let nobody else change the organisation's settings until the end of the transaction.

    Whether or not there are any yet: it is the organisation's row that is locked.
    """
    statement = select(Organisation.id).where(Organisation.id == org_id)
    await session.exec(statement.with_for_update(key_share=True))
