"""Reading what was found in transcripts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from backend.calls.earlier import Passed
from backend.conduct.models import HEARING, NOTICED, CallConduct, OptOutStatus


@dataclass(frozen=True)
class Wanted:
    """Which calls are listed: what they lack, whether a denial, what became of an opt-out."""

    org_id: UUID
    lacks: str | None
    is_denied: bool | None
    opt_out: OptOutStatus | None
    agent_id: UUID | None
    cursor: UUID | None
    limit: int


class Share(NamedTuple):
    """Of the calls of a day that were to disclose something, how many did."""

    day: str
    disclosure: str
    calls: int
    made: int


def select_to_look_at(wanted: Wanted) -> SelectOfScalar[CallConduct]:
    statement = select(CallConduct).where(CallConduct.org_id == wanted.org_id, text(f"({NOTICED})"))
    if wanted.lacks is not None:
        statement = statement.where(col(CallConduct.lacks).any_() == wanted.lacks)
    if wanted.is_denied is not None:
        is_denied = col(CallConduct.denial).is_not(None)
        statement = statement.where(is_denied if wanted.is_denied else ~is_denied)
    if wanted.opt_out is not None:
        statement = statement.where(CallConduct.opt_out_status == wanted.opt_out)
    if wanted.agent_id is not None:
        statement = statement.where(CallConduct.agent_id == wanted.agent_id)
    if wanted.cursor is not None:
        statement = statement.where(col(CallConduct.call_id) < wanted.cursor)
    return statement.order_by(col(CallConduct.call_id).desc()).limit(wanted.limit)


async def list_to_look_at(session: AsyncSession, wanted: Wanted) -> Sequence[CallConduct]:
    return (await session.exec(select_to_look_at(wanted))).all()


_SHARES = text(
    """
    select to_char(called_at at time zone 'UTC', 'YYYY-MM-DD') as day,
        demanded ->> 'disclosure' as disclosure,
        count(*) as calls, count(*) filter (where demanded ->> 'turn' is not null) as made
    from call_conduct cross join lateral (
        select distinct on (one ->> 'disclosure') one from jsonb_array_elements(disclosures) as one
    ) as each(demanded)
    where org_id = :org_id and called_at >= :since and called_at < :until
        and (cast(:agent_id as uuid) is null or agent_id = :agent_id)
    group by 1, 2 order by 1, 2
    """
)


async def list_shares(
    session: AsyncSession,
    org_id: UUID,
    *,
    since: datetime,
    until: datetime,
    agent_id: UUID | None,
) -> Sequence[Share]:
    bound = {"org_id": org_id, "since": since, "until": until, "agent_id": agent_id}
    found = await (await session.connection()).execute(_SHARES, bound)
    return [Share(row.day, row.disclosure, row.calls, row.made) for row in found]


# Only the words of calls that have no row, or one by earlier patterns, are read.
_EARLIER = text(
    """
    select org_id, id, case
        when status not in ('ended', 'failed') then false
        when exists (
            select from call_conduct where call_conduct.call_id = calls.id and hearing = :hearing
        ) then false
        else transcript <> '[]'
    end
    from calls
    where cast(:before as uuid) is null or id < :before
    order by id desc limit :limit
    """
)


async def look_at_earlier(
    session: AsyncSession, *, before: UUID | None, limit: int
) -> Sequence[Passed]:
    """Pass by the next calls; due are those that are over and were not heard as they are now."""
    asked = {"before": before, "limit": limit, "hearing": HEARING}
    return [Passed(*row) for row in await (await session.connection()).execute(_EARLIER, asked)]
