"""Reading and locking campaigns, contacts and attempts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.campaigns.models import (
    AttemptOutcome,
    Campaign,
    CampaignAttempt,
    CampaignContact,
    CampaignStatus,
    ContactState,
)
from backend.compliance.gate import FOR_HOOKS


async def lock_claims(session: AsyncSession, org_id: UUID) -> None:
    """Have one claim at a time for an organisation. To be called before anything is written."""
    connection = await session.connection()
    await connection.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"),
        {"key": f"campaigns of {org_id}"},
    )


async def find_campaign(session: AsyncSession, org_id: UUID, campaign_id: UUID) -> Campaign | None:
    statement = select(Campaign).where(Campaign.org_id == org_id, Campaign.id == campaign_id)
    return (await session.exec(statement)).one_or_none()


async def lock_campaign(session: AsyncSession, org_id: UUID, campaign_id: UUID) -> Campaign | None:
    statement = select(Campaign).where(Campaign.org_id == org_id, Campaign.id == campaign_id)
    statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def share_campaign(session: AsyncSession, org_id: UUID, campaign_id: UUID) -> Campaign | None:
    """Lock a campaign so that it stays as it is, with others who want only that.

    To be called before its contacts and attempts are locked: who ends it locks them after it.
    """
    statement = select(Campaign).where(Campaign.org_id == org_id, Campaign.id == campaign_id)
    statement = statement.with_for_update(read=True).execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def list_campaigns(
    session: AsyncSession,
    org_id: UUID,
    *,
    status: CampaignStatus | None,
    cursor: UUID | None,
    limit: int,
) -> Sequence[Campaign]:
    statement = select(Campaign).where(Campaign.org_id == org_id)
    if status is not None:
        statement = statement.where(Campaign.status == status)
    if cursor is not None:
        statement = statement.where(col(Campaign.id) < cursor)
    return (await session.exec(statement.order_by(col(Campaign.id).desc()).limit(limit))).all()


async def list_ids(
    session: AsyncSession, org_id: UUID, statuses: Collection[CampaignStatus]
) -> Sequence[UUID]:
    statement = select(Campaign.id).where(
        Campaign.org_id == org_id, col(Campaign.status).in_(statuses)
    )
    return (await session.exec(statement.order_by(col(Campaign.id)))).all()


async def list_at_work(session: AsyncSession) -> Sequence[Campaign]:
    """List the campaigns of all organisations that run, or are to."""
    statement = select(Campaign).where(
        col(Campaign.status).in_([CampaignStatus.SCHEDULED, CampaignStatus.RUNNING])
    )
    return (await session.exec(statement.order_by(col(Campaign.id)))).all()


async def count_states(
    session: AsyncSession, campaign_ids: Collection[UUID]
) -> Mapping[UUID, Mapping[ContactState, int]]:
    statement = (
        select(CampaignContact.campaign_id, CampaignContact.state, func.count())
        .where(col(CampaignContact.campaign_id).in_(campaign_ids))
        .group_by(col(CampaignContact.campaign_id), col(CampaignContact.state))
    )
    counts: dict[UUID, dict[ContactState, int]] = {}
    for campaign_id, state, count in await session.exec(statement):
        counts.setdefault(campaign_id, {})[ContactState(state)] = count
    return counts


_NEXT = text(
    """
    select id from campaigns
    where org_id = :org_id and status = 'running'
        and (ends_at is null or ends_at > :now)
        and max_concurrent > (
            select count(*) from campaign_attempts
            where campaign_id = campaigns.id and ended_at is null
        )
        and :most_held > (
            select count(*) from campaign_attempts as attempts
            join calls on calls.id = attempts.call_id
            where attempts.campaign_id = campaigns.id and attempts.ended_at is null
                and calls.status = 'scheduled'
                and calls.held ->> 'name' = any(:for_hooks)
        )
        and exists (
            select from campaign_contacts
            where campaign_id = campaigns.id and state = 'waiting' and due_at <= :now
        )
    order by turn, id
    limit 1
    """
)


async def lock_next_campaign(
    session: AsyncSession, org_id: UUID, now: datetime, *, most_held: int
) -> Campaign | None:
    """Lock the campaign whose turn it is of those that have somebody due and a line free.

    One of which so many calls wait for hooks has its turn later, and the others go on.
    """
    connection = await session.connection()
    bound = {"org_id": org_id, "now": now, "most_held": most_held, "for_hooks": sorted(FOR_HOOKS)}
    found = (await connection.execute(_NEXT, bound)).scalar()
    if found is None:
        return None
    campaign = await lock_campaign(session, org_id, found)
    is_running = campaign is not None and campaign.status is CampaignStatus.RUNNING
    return campaign if is_running else None


async def lock_due(
    session: AsyncSession, campaign_id: UUID, now: datetime, limit: int
) -> Sequence[CampaignContact]:
    """Lock the contacts of a campaign that have been due for longest."""
    statement = (
        select(CampaignContact)
        .where(
            CampaignContact.campaign_id == campaign_id,
            CampaignContact.state == ContactState.WAITING,
            col(CampaignContact.due_at) <= now,
        )
        .order_by(col(CampaignContact.due_at), col(CampaignContact.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.exec(statement)).all()


async def find_contact(
    session: AsyncSession, org_id: UUID, campaign_id: UUID, contact_id: UUID
) -> CampaignContact | None:
    statement = select(CampaignContact).where(
        CampaignContact.org_id == org_id,
        CampaignContact.campaign_id == campaign_id,
        CampaignContact.id == contact_id,
    )
    return (await session.exec(statement)).one_or_none()


async def find_campaign_of(session: AsyncSession, org_id: UUID, contact_id: UUID) -> UUID | None:
    statement = select(CampaignContact.campaign_id).where(
        CampaignContact.org_id == org_id, CampaignContact.id == contact_id
    )
    return (await session.exec(statement)).one_or_none()


async def lock_contact(
    session: AsyncSession, org_id: UUID, contact_id: UUID
) -> CampaignContact | None:
    statement = select(CampaignContact).where(
        CampaignContact.org_id == org_id, CampaignContact.id == contact_id
    )
    statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


@dataclass(frozen=True)
class ContactsMeant:
    """Which contacts of a campaign are meant; what is left out does not matter."""

    state: ContactState | None = None
    digits: str | None = None
    needs_person: bool = False


async def list_contacts(
    session: AsyncSession,
    campaign_id: UUID,
    meant: ContactsMeant,
    *,
    cursor: UUID | None,
    limit: int,
) -> Sequence[CampaignContact]:
    statement = select(CampaignContact).where(CampaignContact.campaign_id == campaign_id)
    if meant.state is not None:
        statement = statement.where(CampaignContact.state == meant.state)
    if meant.needs_person:
        statement = statement.where(col(CampaignContact.needs_person).is_(True))
    if meant.digits:
        statement = statement.where(col(CampaignContact.to_number).contains(meant.digits))
    if cursor is not None:
        statement = statement.where(col(CampaignContact.id) < cursor)
    statement = statement.order_by(col(CampaignContact.id).desc()).limit(limit)
    return (await session.exec(statement)).all()


async def find_attempt_of_call(
    session: AsyncSession, org_id: UUID, call_id: UUID
) -> CampaignAttempt | None:
    statement = select(CampaignAttempt).where(
        CampaignAttempt.org_id == org_id, CampaignAttempt.call_id == call_id
    )
    return (await session.exec(statement)).one_or_none()


_OF_CONTACTS = text("select call_id from campaign_attempts where call_id = any(:call_ids)")


async def list_calls_of_contacts(
    session: AsyncSession, call_ids: Collection[UUID]
) -> Collection[UUID]:
    connection = await session.connection()
    return set((await connection.execute(_OF_CONTACTS, {"call_ids": list(call_ids)})).scalars())


async def lock_attempt(session: AsyncSession, attempt_id: UUID) -> CampaignAttempt | None:
    statement = select(CampaignAttempt).where(CampaignAttempt.id == attempt_id)
    statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def list_attempts(
    session: AsyncSession, contact_ids: Collection[UUID]
) -> Sequence[CampaignAttempt]:
    statement = select(CampaignAttempt).where(col(CampaignAttempt.contact_id).in_(contact_ids))
    return (await session.exec(statement.order_by(col(CampaignAttempt.number)))).all()


async def list_latest_outcomes(
    session: AsyncSession, campaign_id: UUID, since: datetime, limit: int
) -> Sequence[AttemptOutcome]:
    """List what came of the latest attempts that are over and rang a phone."""
    statement = (
        select(CampaignAttempt.outcome)
        .where(
            CampaignAttempt.campaign_id == campaign_id,
            col(CampaignAttempt.claimed_at) >= since,
            col(CampaignAttempt.outcome).is_not(None),
            col(CampaignAttempt.outcome).not_in([AttemptOutcome.REFUSED, AttemptOutcome.WITHDRAWN]),
        )
        .order_by(col(CampaignAttempt.claimed_at).desc())
        .limit(limit)
    )
    return [AttemptOutcome(each) for each in await session.exec(statement) if each is not None]


async def has_open(session: AsyncSession, campaign_id: UUID) -> bool:
    """Tell whether anybody is still to be reached, or is being called."""
    open_states = [ContactState.WAITING, ContactState.RUNNING]
    statement = select(
        exists().where(
            col(CampaignContact.campaign_id) == campaign_id,
            col(CampaignContact.state).in_(open_states),
        )
    )
    return bool((await session.exec(statement)).one())


_TO_WITHDRAW = text(
    """
    select distinct attempts.org_id, attempts.campaign_id
    from campaign_attempts as attempts
    join campaigns on campaigns.id = attempts.campaign_id
    join calls on calls.id = attempts.call_id
    where attempts.ended_at is null and campaigns.status in ('paused', 'canceled', 'completed')
        and calls.status in ('queued', 'scheduled')
    """
)


async def list_to_withdraw(session: AsyncSession) -> Sequence[tuple[UUID, UUID]]:
    """List campaigns that have been stopped, and have calls that wait to be dialled."""
    connection = await session.connection()
    found = await connection.execute(_TO_WITHDRAW)
    return [(row.org_id, row.campaign_id) for row in found]


async def list_overdue(
    session: AsyncSession, now: datetime, limit: int
) -> Sequence[tuple[UUID, UUID]]:
    """List the contacts that have waited long enough for what is still missing."""
    statement = (
        select(CampaignContact.org_id, CampaignContact.id)
        .where(col(CampaignContact.check_at) <= now)
        .order_by(col(CampaignContact.check_at))
        .limit(limit)
    )
    return (await session.exec(statement)).all()


async def find_lowest_turn(session: AsyncSession, org_id: UUID) -> float:
    """Find the turn of the campaign that is next, where one that starts joins in."""
    statement = select(func.coalesce(func.min(Campaign.turn), 0.0)).where(
        Campaign.org_id == org_id, Campaign.status == CampaignStatus.RUNNING
    )
    return float((await session.exec(statement)).one())


async def list_open_attempts(session: AsyncSession, campaign_id: UUID) -> Sequence[CampaignAttempt]:
    """List the attempts whose calls are not over."""
    statement = select(CampaignAttempt).where(
        CampaignAttempt.campaign_id == campaign_id, col(CampaignAttempt.ended_at).is_(None)
    )
    return (await session.exec(statement.order_by(col(CampaignAttempt.id)))).all()


async def find_latest_attempt(session: AsyncSession, contact_id: UUID) -> CampaignAttempt | None:
    statement = (
        select(CampaignAttempt)
        .where(CampaignAttempt.contact_id == contact_id)
        .order_by(col(CampaignAttempt.number).desc())
        .limit(1)
    )
    return (await session.exec(statement)).one_or_none()
