"""Reading erasures, periods, holds, and what is over its time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock
from backend.platform.events import JsonObject
from backend.platform.people.holds import IS_HELD, Hold
from backend.platform.people.personal_data import CALLS, OF_AGENTS, Old
from backend.retention.models import Cleanup, Erasure, ErasureStatus, RetentionPolicy


async def find_erasure(session: AsyncSession, org_id: UUID, erasure_id: UUID) -> Erasure | None:
    statement = select(Erasure).where(Erasure.org_id == org_id, Erasure.id == erasure_id)
    return (await session.exec(statement)).one_or_none()


async def lock_erasure(session: AsyncSession, org_id: UUID, erasure_id: UUID) -> Erasure | None:
    statement = select(Erasure).where(Erasure.org_id == org_id, Erasure.id == erasure_id)
    # What was read before the lock may be older than it.
    statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def find_running(session: AsyncSession, org_id: UUID, digest: bytes) -> Erasure | None:
    statement = select(Erasure).where(
        Erasure.org_id == org_id,
        Erasure.subject_digest == digest,
        Erasure.status == ErasureStatus.RUNNING,
    )
    return (await session.exec(statement.order_by(col(Erasure.id)).limit(1))).one_or_none()


async def list_erasures(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[Erasure]:
    statement = select(Erasure).where(Erasure.org_id == org_id)
    if cursor is not None:
        statement = statement.where(col(Erasure.id) < cursor)
    return (await session.exec(statement.order_by(col(Erasure.id).desc()).limit(limit))).all()


async def list_public_keys(session: AsyncSession, org_id: UUID) -> Sequence[bytes]:
    statement = select(Erasure.public_key).where(
        Erasure.org_id == org_id, col(Erasure.public_key).is_not(None)
    )
    return [key for key in await session.exec(statement.distinct()) if key is not None]


async def list_known(session: AsyncSession, erasure_ids: Sequence[UUID]) -> Sequence[UUID]:
    return (await session.exec(select(Erasure.id).where(col(Erasure.id).in_(erasure_ids)))).all()


async def find_policy(session: AsyncSession, org_id: UUID) -> RetentionPolicy | None:
    return await session.get(RetentionPolicy, org_id, populate_existing=True)


async def lock_policy(session: AsyncSession, org_id: UUID) -> RetentionPolicy | None:
    statement = select(RetentionPolicy).where(RetentionPolicy.org_id == org_id)
    statement = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(statement)).one_or_none()


async def put_policy(session: AsyncSession, org_id: UUID, values: JsonObject) -> None:
    """Write all periods; how far the clean-up has been counts for the former ones."""
    values = values | {"org_id": org_id, "marks": {}}
    statement = insert(RetentionPolicy).values(values)
    await session.exec(statement.on_conflict_do_update(index_elements=["org_id"], set_=values))


async def list_organisations_with_policy(session: AsyncSession) -> Sequence[UUID]:
    statement = select(RetentionPolicy.org_id).order_by(col(RetentionPolicy.org_id))
    return (await session.exec(statement)).all()


async def find_last_cleanup(session: AsyncSession, org_id: UUID) -> Cleanup | None:
    statement = select(Cleanup).where(Cleanup.org_id == org_id)
    return (await session.exec(statement.order_by(col(Cleanup.id).desc()).limit(1))).one_or_none()


async def claim_cleanup(
    session: AsyncSession, org_id: UUID, *, every: timedelta, lease: timedelta
) -> Cleanup | None:
    """Take up the clean-up that is due, or that was left in the middle. None: there is none."""
    now = clock.now()
    if await lock_policy(session, org_id) is None:
        return None
    last = await find_last_cleanup(session, org_id)
    if last is not None and last.ended_at is None:
        if last.lease_until is not None and last.lease_until > now:
            return None
    elif last is None or last.began_at <= now - every:
        last = Cleanup(org_id=org_id)
        session.add(last)
    else:
        return None
    last.lease_until = now + lease
    return last


async def lock_cleanup(session: AsyncSession, cleanup_id: UUID) -> Cleanup:
    statement = select(Cleanup).where(Cleanup.id == cleanup_id).with_for_update()
    return (await session.exec(statement.execution_options(populate_existing=True))).one()


class OldCall(NamedTuple):
    """A call that came here long ago; what is needed still, held, or not over as long is left."""

    created_at: datetime
    call_id: UUID
    may_go: bool
    is_held: bool


# A call may be made long before its time, and an uploaded one was over before it came here.
_IS_OVER = """
status in ('ended', 'not_connected', 'failed', 'canceled')
and greatest(created_at, coalesce(ended_at, scheduled_at)) < :before
"""


async def list_old_calls(
    session: AsyncSession,
    old: Old,
    needs: Sequence[str],
    *,
    since: datetime,
    after: UUID,
    limit: int,
) -> Sequence[OldCall]:
    """List the oldest calls behind one of them, by when they came here."""
    statement = f"""
    select created_at, id, {_all_of(_IS_OVER, *map(_not, needs))} as may_go, {IS_HELD} as is_held
    from calls
    where org_id = :org_id and created_at >= :since and (created_at, id) > (:since, :after)
        and created_at < :before and {OF_AGENTS}
    order by created_at, id limit :limit
    """  # noqa: S608 - our own text
    values = old.values() | {"since": since, "after": after, "limit": limit}
    rows = await (await session.connection()).execute(text(statement), values)
    return [
        OldCall(row.created_at, row.id, row.may_go and not row.is_held, row.is_held) for row in rows
    ]


async def list_free(
    session: AsyncSession, org_id: UUID, needs: Sequence[str], call_ids: Sequence[str]
) -> Sequence[str]:
    """List which of the calls are neither held nor needed by now."""
    statement = f"""
    select cast(id as text) from calls
    where org_id = :org_id and id = any({CALLS}) and {_all_of(*map(_not, (IS_HELD, *needs)))}
    """  # noqa: S608 - our own text
    values = {"org_id": org_id, "call_ids": list(call_ids)}
    return (await (await session.connection()).execute(text(statement), values)).scalars().all()


def _all_of(*conditions: str) -> str:
    return " and ".join(f"({condition})" for condition in conditions)


def _not(condition: str) -> str:
    return f"not {condition}"


async def sum_removed(session: AsyncSession) -> Sequence[tuple[str, str, int]]:
    """Sum what clean-ups have removed, by organisation and kind."""
    rows = await (await session.connection()).execute(_SUM_REMOVED)
    return [(row.slug, row.key, row.removed) for row in rows]


_SUM_REMOVED = text(
    """
    select slug, key, sum(value::bigint)::bigint as removed
    from cleanups join organisations on organisations.id = org_id
    cross join jsonb_each_text(cleanups.removed)
    group by 1, 2 order by 1, 2
    """
)


async def find_hold(session: AsyncSession, org_id: UUID, hold_id: UUID) -> Hold | None:
    statement = select(Hold).where(Hold.org_id == org_id, Hold.id == hold_id)
    return (await session.exec(statement)).one_or_none()


async def list_holds(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[Hold]:
    statement = select(Hold).where(Hold.org_id == org_id)
    if cursor is not None:
        statement = statement.where(col(Hold.id) < cursor)
    return (await session.exec(statement.order_by(col(Hold.id).desc()).limit(limit))).all()


async def lock_with_subjects(session: AsyncSession) -> Sequence[Erasure]:
    """Lock all, of every organisation, of which it is still known whom they are about."""
    statement = select(Erasure).where(col(Erasure.sealed).is_not(None))
    return (await session.exec(statement.with_for_update())).all()
