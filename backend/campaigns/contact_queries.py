"""Reading and writing very many contacts at once, by statements that do not grow with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, update
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.campaigns.models import CampaignContact, ContactState
from backend.platform import ids

# Others on the event loop wait while so many are written for the database.
_ROWS_AT_ONCE = 1000


_KNOWN = text(
    """
    select to_number from campaign_contacts
    where campaign_id = :campaign_id and to_number = any(:numbers)
    """
)


async def list_known_numbers(
    session: AsyncSession, campaign_id: UUID, numbers: Collection[str]
) -> Collection[str]:
    bound = {"campaign_id": campaign_id, "numbers": list(numbers)}
    return set((await (await session.connection()).execute(_KNOWN, bound)).scalars())


@dataclass(frozen=True, slots=True)
class NewContact:
    """Somebody who is to be reached. With their JSON as text, 100,000 of them weigh little."""

    to_number: str
    variables: str
    metadata: str
    time_zone: str | None
    postal_code: str | None


# A column is one value, so that the statement is the same however many they are.
_ADD = text(
    """
    insert into campaign_contacts (
        org_id, campaign_id, state, due_at, created_at, last_attempt, attempts, callbacks,
        needs_person, id, to_number, time_zone, postal_code, variables, metadata
    )
    select :org_id, :campaign_id, 'waiting', :now, :now, 0, 0, 0, false, given.*
    from unnest(
        cast(:ids as uuid[]), cast(:numbers as text[]), cast(:time_zones as text[]),
        cast(:postal_codes as text[]), cast(:variables as jsonb[]), cast(:metadata as jsonb[])
    ) as given
    on conflict (campaign_id, to_number) do nothing
    """
)


async def add_contacts(
    session: AsyncSession,
    org_id: UUID,
    campaign_id: UUID,
    added: Sequence[NewContact],
    now: datetime,
) -> int:
    """Insert those whose numbers the campaign does not have yet, due now. Return how many."""
    connection, count = await session.connection(), 0
    for start in range(0, len(added), _ROWS_AT_ONCE):
        some = added[start : start + _ROWS_AT_ONCE]
        bound = {
            "org_id": org_id,
            "campaign_id": campaign_id,
            "now": now,
            "ids": [ids.new_id() for _ in some],
            "numbers": [each.to_number for each in some],
            "time_zones": [each.time_zone for each in some],
            "postal_codes": [each.postal_code for each in some],
            "variables": [each.variables for each in some],
            "metadata": [each.metadata for each in some],
        }
        count += (await connection.execute(_ADD, bound)).rowcount
    return count


_PUT_OFF = text(
    """
    update campaign_contacts as contacts set due_at = later.due_at, reason = later.reason
    from unnest(
        cast(:ids as uuid[]), cast(:due_at as timestamptz[]), cast(:reasons as text[])
    ) as later(id, due_at, reason)
    where contacts.id = later.id
    """
)


async def put_off(session: AsyncSession, later: Sequence[tuple[UUID, datetime, str]]) -> None:
    """Have contacts wait until then, each for its reason."""
    if later:
        ids_, due_at, reasons = zip(*later, strict=True)
        bound = {"ids": list(ids_), "due_at": list(due_at), "reasons": list(reasons)}
        await (await session.connection()).execute(_PUT_OFF, bound)


async def cancel_waiting(
    session: AsyncSession, campaign_id: UUID, reason: str, now: datetime
) -> int:
    """End all contacts of a campaign that wait. Return how many."""
    statement = (
        update(CampaignContact)
        .where(
            col(CampaignContact.campaign_id) == campaign_id,
            col(CampaignContact.state) == ContactState.WAITING,
        )
        .values(state=ContactState.CANCELED, reason=reason, due_at=None, finished_at=now)
    )
    return (await session.exec(statement)).rowcount
