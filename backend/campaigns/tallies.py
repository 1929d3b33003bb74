"""Counting what became of contacts and attempts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.campaigns.models import (
    AttemptOutcome,
    CampaignAttempt,
    CampaignContact,
    ContactState,
)
from backend.campaigns.number_health import NumberTally
from backend.campaigns.queries import count_states


async def count_reasons(
    session: AsyncSession, campaign_id: UUID
) -> Sequence[tuple[ContactState, str | None, int]]:
    statement = (
        select(CampaignContact.state, CampaignContact.reason, func.count())
        .where(CampaignContact.campaign_id == campaign_id)
        .group_by(col(CampaignContact.state), col(CampaignContact.reason))
        .order_by(col(CampaignContact.state), func.count().desc())
    )
    found = await session.exec(statement)
    return [(ContactState(state), reason, count) for state, reason, count in found]


async def sum_costs(session: AsyncSession, campaign_id: UUID) -> float:
    statement = select(func.coalesce(func.sum(CampaignAttempt.cost_cents), 0.0)).where(
        CampaignAttempt.campaign_id == campaign_id
    )
    return float((await session.exec(statement)).one() or 0.0)


async def count_waiting(session: AsyncSession, campaign_id: UUID) -> int:
    statement = (
        select(func.count())
        .select_from(CampaignContact)
        .where(
            CampaignContact.campaign_id == campaign_id,
            CampaignContact.state == ContactState.WAITING,
        )
    )
    return (await session.exec(statement)).one()


async def list_some_waiting(
    session: AsyncSession, campaign_id: UUID, total: int, most: int
) -> Sequence[CampaignContact]:
    """List contacts that wait: all of them, or as many drawn at random."""
    statement = select(CampaignContact).where(
        CampaignContact.campaign_id == campaign_id,
        CampaignContact.state == ContactState.WAITING,
    )
    if total > most:
        statement = statement.where(func.random() < 1.5 * most / total)
    return (await session.exec(statement.limit(most))).all()


async def read_seen(
    session: AsyncSession, campaign_id: UUID
) -> tuple[Mapping[AttemptOutcome, int], int, float | None]:
    """Count what came of attempts and who is done, and say how long people were talked to."""
    outcomes = (
        select(CampaignAttempt.outcome, func.count())
        .where(
            CampaignAttempt.campaign_id == campaign_id, col(CampaignAttempt.outcome).is_not(None)
        )
        .group_by(col(CampaignAttempt.outcome))
    )
    counts = {AttemptOutcome(each): n for each, n in await session.exec(outcomes) if each}
    done = (await count_states(session, [campaign_id])).get(campaign_id, {})
    talking = select(func.avg(CampaignAttempt.duration_ms)).where(
        CampaignAttempt.campaign_id == campaign_id,
        CampaignAttempt.outcome == AttemptOutcome.ANSWERED,
    )
    mean = (await session.exec(talking)).one()
    return counts, done.get(ContactState.DONE, 0), float(mean) if mean is not None else None


async def tally_numbers(
    session: AsyncSession, org_id: UUID, since: datetime, until: datetime
) -> Mapping[str, NumberTally]:
    outcome = col(CampaignAttempt.outcome)
    statement = (
        select(
            CampaignAttempt.from_number,
            func.count(),
            func.count().filter(outcome == AttemptOutcome.ANSWERED),
            func.count().filter(outcome == AttemptOutcome.SCREENING),
        )
        .where(
            CampaignAttempt.org_id == org_id,
            col(CampaignAttempt.claimed_at) >= since,
            col(CampaignAttempt.claimed_at) < until,
            outcome.is_not(None),
            outcome.not_in([AttemptOutcome.REFUSED, AttemptOutcome.WITHDRAWN]),
        )
        .group_by(col(CampaignAttempt.from_number))
    )
    rows = await session.exec(statement)
    return {row[0]: NumberTally(row[0], *row[1:]) for row in rows if row[0] is not None}


async def count_hours(
    session: AsyncSession, campaign_id: UUID
) -> Sequence[tuple[datetime, int, int]]:
    """Count attempts and those answered in each of the last hours that had any."""
    hour = func.date_trunc("hour", CampaignAttempt.claimed_at)
    outcome = col(CampaignAttempt.outcome)
    statement = (
        select(
            hour,
            func.count(),
            func.count().filter(outcome == AttemptOutcome.ANSWERED),
        )
        .where(
            CampaignAttempt.campaign_id == campaign_id,
            outcome.is_not(None),
            outcome.not_in([AttemptOutcome.REFUSED, AttemptOutcome.WITHDRAWN]),
        )
        .group_by(hour)
        .order_by(hour.desc())
        .limit(200)
    )
    found = [(row[0], row[1], row[2]) for row in await session.exec(statement)]
    return found[::-1]
