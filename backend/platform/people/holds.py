"""Holds: what must stay, whoever asks for it to go and however old it is.

A hold is on a call, on whoever has a number, or on all calls of an agent, later ones included.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock, ids
from backend.platform.tables import Table, instant_column


class Hold(Table, table=True):
    """One of the three is named. Its row goes when it ends; the audit log has who did what."""

    __tablename__ = "holds"
    __table_args__ = (Index("ix_holds_org_id_id", "org_id", text("id desc")),)

    id: UUID = Field(default_factory=ids.new_id, primary_key=True)
    org_id: UUID = Field(foreign_key="organisations.id")
    phone_number: str | None = None
    # No foreign keys: the tables are of rooms above.
    call_id: UUID | None = None
    agent_id: UUID | None = None
    reason: str
    created_by: str
    created_at: datetime = Field(
        default_factory=clock.now, sa_column=instant_column("created_at", nullable=False)
    )


class HeldCall(NamedTuple):
    """A call that is held, and the first hold that holds it."""

    call_id: UUID
    hold_id: UUID
    reason: str


_HOLDS_CALL = """
holds.org_id = calls.org_id and (
    holds.call_id = calls.id or holds.agent_id = calls.agent_id
    or holds.phone_number in (calls.to_number, calls.from_number)
)
"""
# Whether a row of `calls` is held.
IS_HELD = f"exists (select from holds where {_HOLDS_CALL})"

_KEY = "hashtextextended('holds ' || cast(cast(:org_id as uuid) as text), 0)"
_LOCK = text(f"select pg_advisory_xact_lock_shared({_KEY})")
_LOCK_ALONE = text(f"select pg_advisory_xact_lock({_KEY})")
_FIND = text(
    f"""
    select calls.id, holds.id, holds.reason from calls join holds on {_HOLDS_CALL}
    where calls.org_id = :org_id and calls.id = any(cast(:call_ids as uuid[]))
    union all
    select null, id, reason from holds
    where org_id = :org_id and phone_number = any(cast(:numbers as text[]))
    order by 2
    """  # noqa: S608 - our own text
)


async def lock(session: AsyncSession, org_id: UUID) -> None:
    """Let no hold begin before this transaction ends, which takes something away."""
    await (await session.connection()).execute(_LOCK, {"org_id": org_id})


async def lock_alone(session: AsyncSession, org_id: UUID) -> None:
    """Wait for what is being taken away, before a hold begins."""
    await (await session.connection()).execute(_LOCK_ALONE, {"org_id": org_id})


async def find_held(
    session: AsyncSession, org_id: UUID, *, call_ids: Sequence[str], numbers: Sequence[str]
) -> Sequence[HeldCall]:
    """List what is held of these calls and numbers; for a number itself, the call is null."""
    values = {"org_id": org_id, "call_ids": list(call_ids), "numbers": list(numbers)}
    rows = await (await session.connection()).execute(_FIND, values)
    return [HeldCall(*row) for row in rows]
