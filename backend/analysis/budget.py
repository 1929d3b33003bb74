"""The day's budget: room in it is reserved before a model is asked, and paid for afterwards.

What is reserved is what the day's pending rows hold. So nothing has to be given back for a call
that is erased meanwhile. Who reserves holds the day's row, so two never take the same room: what
is spent goes over the budget by no more than what the analyses on their way cost beyond their
estimates.
"""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.analysis.events import AnalysisBudgetReached
from backend.analysis.models import AnalysisDay, AnalysisSettings, AnalysisStatus, CallAnalysis
from backend.platform import clock, events


def day_of(settings: AnalysisSettings, at: datetime | None = None) -> date:
    """Give the day by the organisation's calendar, today by default."""
    return (at or clock.now()).astimezone(ZoneInfo(settings.time_zone)).date()


class Room(StrEnum):
    """Whether there is room for an analysis."""

    RESERVED = "reserved"
    USED_UP = "used_up"
    NEVER = "never"


async def reserve(
    session: AsyncSession, settings: AnalysisSettings, analysis: CallAnalysis, cents: float
) -> Room:
    """Reserve room today for a pending analysis, once. Lock its row first.

    What was reserved on an earlier day, or for fewer words, is reserved anew.
    """
    today = day_of(settings)
    if analysis.reserved_on == today and (analysis.estimated_cents or 0.0) >= cents:
        return Room.RESERVED
    analysis.reserved_on = None
    await session.flush()
    if cents > settings.daily_budget_cents:
        return Room.NEVER
    day = await lock_day(session, settings.org_id, today)
    taken = day.spent_cents + await _reserved(session, settings.org_id, day.day)
    if taken + cents > settings.daily_budget_cents:
        await _tell_once(session, settings, day)
        return Room.USED_UP
    analysis.reserved_on, analysis.estimated_cents = day.day, cents
    await session.flush()
    return Room.RESERVED


async def _tell_once(session: AsyncSession, settings: AnalysisSettings, day: AnalysisDay) -> None:
    if day.reached_at is not None:
        return
    day.reached_at = clock.now()
    content = {
        "day": day.day.isoformat(),
        "daily_budget_cents": settings.daily_budget_cents,
        "spent_cents": round(day.spent_cents, 4),
    }
    await events.publish(session, AnalysisBudgetReached(org_id=settings.org_id, data=content))


async def pay(session: AsyncSession, org_id: UUID, day: date, cents: float) -> None:
    """Book what a question to models cost, on the day that room was reserved for it."""
    found = await lock_day(session, org_id, day)
    found.spent_cents += cents
    found.analyzed += 1
    await session.flush()


async def count_left_out(session: AsyncSession, settings: AnalysisSettings) -> None:
    found = await lock_day(session, settings.org_id, day_of(settings))
    found.left_out += 1
    await session.flush()


async def tell_anew(session: AsyncSession, settings: AnalysisSettings) -> None:
    """Have it told again when a budget that was changed is used up on the same day."""
    found = await lock_day(session, settings.org_id, day_of(settings))
    found.reached_at = None
    await session.flush()


async def lock_day(session: AsyncSession, org_id: UUID, day: date) -> AnalysisDay:
    """Lock the day's row; make it where there is none."""
    await session.exec(insert(AnalysisDay).values(org_id=org_id, day=day).on_conflict_do_nothing())
    statement = select(AnalysisDay).where(AnalysisDay.org_id == org_id, AnalysisDay.day == day)
    # What this transaction read before it had the lock may be old.
    locked = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(locked)).one()


async def _reserved(session: AsyncSession, org_id: UUID, day: date) -> float:
    """Add up what analyses on their way are expected to cost."""
    statement = select(func.sum(CallAnalysis.estimated_cents)).where(
        CallAnalysis.org_id == org_id,
        CallAnalysis.reserved_on == day,
        col(CallAnalysis.status) == AnalysisStatus.PENDING,
    )
    return (await session.exec(statement)).one() or 0.0


async def left_today(session: AsyncSession, settings: AnalysisSettings) -> float:
    """Tell how much room there is today, in cents; never less than none."""
    today = day_of(settings)
    day = await session.get(AnalysisDay, (settings.org_id, today))
    spent = day.spent_cents if day else 0.0
    taken = spent + await _reserved(session, settings.org_id, today)
    return max(0.0, settings.daily_budget_cents - taken)
