"""Pruning the event log, and remembering up to where, so that readers and figures can be told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, text
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.people import holds
from backend.platform.tables import Table, instant_column


class LogHorizon(Table, table=True):
    """The last position that was pruned for all organisations. One row, once anything was."""

    __tablename__ = "log_horizon"

    id: int = Field(default=1, primary_key=True)
    transaction_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    event_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    # Of what happened before, events may be missing; null: it was pruned by an earlier release.
    pruned_before: datetime | None = Field(default=None, sa_column=instant_column("pruned_before"))


class OwnLogHorizon(Table, table=True):
    """The last position that was pruned for one organisation, which keeps its events less long."""

    __tablename__ = "own_log_horizons"

    org_id: UUID = Field(primary_key=True)
    transaction_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    event_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    # Of what happened before, events may be missing; null: it was pruned by an earlier release.
    pruned_before: datetime | None = Field(default=None, sa_column=instant_column("pruned_before"))


# An event that somebody else is taking away is left to them. A horizon never moves back: what was
# held was left behind by it, and goes later.
_PRUNE = """
with old as materialized (
    select transaction_id, id from events where at < :before and {whose} and not exists (
        select from calls where calls.id = events.call_id and {is_held}
    )
    order by at, id limit :batch for update skip locked
), gone as (
    delete from events using old where events.id = old.id
), last as (
    select transaction_id, id from old order by transaction_id desc, id desc limit 1
), moved as (
    insert into {horizon} as horizon ({key}, transaction_id, event_id, pruned_before)
    select {value}, transaction_id, id, cast(:before as timestamptz) from last
    on conflict ({key}) do update
    set (transaction_id, event_id) = (
            select transaction_id, event_id from (values
                (horizon.transaction_id, horizon.event_id),
                (excluded.transaction_id, excluded.event_id)
            ) as either (transaction_id, event_id)
            order by transaction_id desc, event_id desc limit 1
        ),
        pruned_before = greatest(horizon.pruned_before, excluded.pruned_before)
)
select count(*) from old
"""
_OF_ALL = text(
    _PRUNE.format(whose="true", is_held=holds.IS_HELD, horizon="log_horizon", key="id", value="1")
)
_OF_ONE = text(
    _PRUNE.format(
        whose="org_id = :org_id",
        is_held=holds.IS_HELD,
        horizon="own_log_horizons",
        key="org_id",
        value="cast(:org_id as uuid)",
    )
)


async def prune(
    session: AsyncSession, before: datetime, *, batch: int, org_id: UUID | None = None
) -> int:
    """Delete the oldest events, of one organisation or of all. Return how many.

    Those of calls that are held stay. Call it until it returns less than a batch, each time in a
    transaction of its own.
    """
    values = {"before": before, "batch": batch}
    statement = _OF_ALL
    if org_id is not None:
        statement, values = _OF_ONE, values | {"org_id": org_id}
    pruned: int = (await (await session.connection()).execute(statement, values)).scalar_one()
    return pruned


_KNOWN_SINCE = text("""
    select max(pruned_before) from (
        select pruned_before from log_horizon
        union all select pruned_before from own_log_horizons where org_id = :org_id
    ) as horizons
""")


async def find_known_since(session: AsyncSession, org_id: UUID) -> datetime | None:
    """Say since when all of an organisation's events are still there; None: none was pruned."""
    rows = await (await session.connection()).execute(_KNOWN_SINCE, {"org_id": org_id})
    since: datetime | None = rows.scalar_one()
    return since
