"""Reading and adding suppressions and consents."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String, bindparam, func, text
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents import redacting
from backend.compliance.models import (
    ONCE_A_CALL,
    Consent,
    RuleChange,
    Scope,
    Suppression,
    SuppressionQuote,
)
from backend.platform.tables import sql_table

# asyncpg binds at most 32,767 values; ten columns a row.
_ROWS_AT_ONCE = 2000


async def lock_list(session: AsyncSession, org_id: UUID) -> None:
    """Wait for dials that asked the list before it changes. To be called before writing."""
    await _lock(session, "pg_advisory_xact_lock", org_id)


async def share_list(session: AsyncSession, org_id: UUID) -> None:
    """Wait for changes to the list, and keep others from changing it until this is over."""
    await _lock(session, "pg_advisory_xact_lock_shared", org_id)


async def _lock(session: AsyncSession, function: str, org_id: UUID) -> None:
    connection = await session.connection()
    await connection.execute(
        text(f"select {function}(hashtextextended(:key, 0))"),
        {"key": f"suppressions of {org_id}"},
    )


async def lock_rules(session: AsyncSession, org_id: UUID) -> None:
    """Let nobody else change the rules until this is over."""
    connection = await session.connection()
    await connection.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:key, 0))"),
        {"key": f"rules of {org_id}"},
    )


async def list_own_rules(
    session: AsyncSession, org_id: UUID, *, at: datetime | None = None
) -> Sequence[RuleChange]:
    """List what the organisation has made of rules, but for those that are as shipped again.

    As of now, or of another time.
    """
    latest = (
        select(RuleChange)
        .where(RuleChange.org_id == org_id)
        .ext(distinct_on(col(RuleChange.name)))
        .order_by(col(RuleChange.name), col(RuleChange.id).desc())
    )
    if at is not None:
        latest = latest.where(col(RuleChange.created_at) <= at)
    return [each for each in (await session.exec(latest)).all() if each.rule is not None]


async def list_rule_changes(
    session: AsyncSession, org_id: UUID, *, cursor: UUID | None, limit: int
) -> Sequence[RuleChange]:
    statement = select(RuleChange).where(RuleChange.org_id == org_id)
    if cursor is not None:
        statement = statement.where(col(RuleChange.id) < cursor)
    return (await session.exec(statement.order_by(col(RuleChange.id).desc()).limit(limit))).all()


def _any_of(numbers: Collection[str]) -> Any:
    """Compare with any of these, however many: a list of values may not be that long."""
    return func.any(bindparam(None, list(numbers), ARRAY(String)))


async def list_of_numbers(
    session: AsyncSession, org_id: UUID, numbers: Collection[str]
) -> Sequence[Suppression]:
    statement = select(Suppression).where(
        Suppression.org_id == org_id, col(Suppression.to_number) == _any_of(numbers)
    )
    return (await session.exec(statement)).all()


_OPT_OUTS_OF_CALLS = text(
    """
    select asked.* from (
        select id, to_number as number, coalesce(ended_at, created_at) as asked_at from calls
        where org_id = :org_id and to_number = any(:numbers)
            and source = 'outbound' and status_reason = 'user_requested_dnc'
        union all
        select id, from_number as number, coalesce(ended_at, created_at) as asked_at from calls
        where org_id = :org_id and from_number = any(:numbers)
            and source = 'inbound' and status_reason = 'user_requested_dnc'
    ) as asked
    where not exists (
        select from suppressions as known
        where known.org_id = :org_id and known.call_id = asked.id and known.source = 'retell'
    )
    """
)


async def list_opt_outs_of_calls(
    session: AsyncSession, org_id: UUID, numbers: Collection[str]
) -> Sequence[Suppression]:
    """Give what calls say and no suppression has: an earlier release took it in meanwhile."""
    connection = await session.connection()
    bound = {"org_id": org_id, "numbers": list(numbers)}
    return [
        Suppression(
            org_id=org_id,
            to_number=row.number,
            scope=Scope.ALL,
            source="retell",
            call_id=row.id,
            asked_at=row.asked_at,
        )
        for row in await connection.execute(_OPT_OUTS_OF_CALLS, bound)
    ]


async def list_consents_of(
    session: AsyncSession, org_id: UUID, numbers: Collection[str]
) -> Sequence[Consent]:
    statement = select(Consent).where(
        Consent.org_id == org_id, col(Consent.to_number) == _any_of(numbers)
    )
    return (await session.exec(statement)).all()


async def list_suppressions(
    session: AsyncSession,
    org_id: UUID,
    *,
    digits: str | None,
    cursor: UUID | None,
    limit: int,
    with_originals: bool = True,
) -> Sequence[Suppression]:
    """List the newest first; without originals, digits of numbers that are masked are none."""
    statement = select(Suppression).where(Suppression.org_id == org_id)
    if digits:
        statement = statement.where(col(Suppression.to_number).contains(digits))
        if not with_originals:
            statement = statement.where(_IS_SHOWN)
    if cursor is not None:
        statement = statement.where(col(Suppression.id) < cursor)
    statement = statement.order_by(col(Suppression.id).desc()).limit(limit)
    return (await session.exec(statement)).all()


_IS_SHOWN = text(
    "not exists (select from calls where calls.id = suppressions.call_id"
    f" and {redacting.redacts('calls.agent_id', 'calls.agent_version')})"
)


@dataclass(frozen=True)
class Attempt:
    """A call that was dialled, or is being dialled, by which a phone may have rung."""

    call_id: UUID
    number: str
    at: datetime


_ATTEMPTS = text(
    """
    select call.id, call.to_number as number,
        coalesce(call.sent_at, call.started_at, call.dialed_at) as at
    from calls as call
    left join agent_versions as version
        on version.agent_id = call.agent_id and version.version = call.agent_version
    where call.org_id = :org_id and call.to_number = any(:numbers) and call.source = 'outbound'
        and (call.sent_at is not null or call.started_at is not null or call.status = 'dialing')
        and coalesce(call.sent_at, call.started_at, call.dialed_at) > :since
        and (version.id is null or coalesce(version.config ->> 'purpose', 'service') = :purpose)
    """
)


async def list_attempts(
    session: AsyncSession,
    org_id: UUID,
    numbers: Collection[str],
    *,
    since: datetime,
    purpose: Scope,
) -> Sequence[Attempt]:
    """List the calls of a purpose to these numbers; of unknown versions they count for each."""
    connection = await session.connection()
    bound = {"org_id": org_id, "numbers": list(numbers), "since": since, "purpose": purpose.value}
    found = await connection.execute(_ATTEMPTS, bound)
    return [Attempt(row.id, row.number, row.at) for row in found]


async def list_consents(
    session: AsyncSession, org_id: UUID, *, to_number: str | None, cursor: UUID | None, limit: int
) -> Sequence[Consent]:
    statement = select(Consent).where(Consent.org_id == org_id)
    if to_number is not None:
        statement = statement.where(Consent.to_number == to_number)
    if cursor is not None:
        statement = statement.where(col(Consent.id) < cursor)
    statement = statement.order_by(col(Consent.id).desc()).limit(limit)
    return (await session.exec(statement)).all()


async def lock_consent(session: AsyncSession, org_id: UUID, consent_id: UUID) -> Consent | None:
    statement = select(Consent).where(Consent.org_id == org_id, Consent.id == consent_id)
    return (await session.exec(statement.with_for_update())).one_or_none()


async def find_suppression(
    session: AsyncSession, org_id: UUID, suppression_id: UUID
) -> Suppression | None:
    statement = select(Suppression).where(
        Suppression.org_id == org_id, Suppression.id == suppression_id
    )
    return (await session.exec(statement)).one_or_none()


async def list_known(
    session: AsyncSession, org_id: UUID, suppression_ids: Collection[UUID]
) -> set[UUID]:
    """Say which of these suppressions there are."""
    connection = await session.connection()
    found = await connection.execute(
        text("select id from suppressions where org_id = :org_id and id = any(:ids)"),
        {"org_id": org_id, "ids": list(suppression_ids)},
    )
    return set(found.scalars())


async def list_numbers_between(
    session: AsyncSession, org_id: UUID, first_id: UUID, last_id: UUID
) -> Sequence[str]:
    statement = select(Suppression.to_number).where(
        Suppression.org_id == org_id, col(Suppression.id).between(first_id, last_id)
    )
    return (await session.exec(statement.distinct())).all()


async def list_quotes(
    session: AsyncSession, suppression_ids: Collection[UUID]
) -> Sequence[SuppressionQuote]:
    statement = select(SuppressionQuote).where(
        col(SuppressionQuote.suppression_id).in_(suppression_ids)
    )
    return (await session.exec(statement)).all()


async def list_agents_of_calls(
    session: AsyncSession, org_id: UUID, call_ids: Collection[UUID]
) -> Mapping[UUID, UUID]:
    """Say whose call each of these is that the organisation has."""
    connection = await session.connection()
    found = await connection.execute(
        text("select id, agent_id from calls where org_id = :org_id and id = any(:ids)"),
        {"org_id": org_id, "ids": list(call_ids)},
    )
    return {row.id: row.agent_id for row in found}


async def add_suppressions(
    session: AsyncSession, added: Sequence[Suppression]
) -> Sequence[Suppression]:
    """Insert those that are new: what Retell or the record says of a call may be there already."""
    table, new = sql_table(Suppression), set[UUID]()
    connection = await session.connection()
    for start in range(0, len(added), _ROWS_AT_ONCE):
        rows = [each.model_dump() for each in added[start : start + _ROWS_AT_ONCE]]
        inserted = await connection.execute(
            insert(table)
            .values(rows)
            .on_conflict_do_nothing(
                index_elements=["org_id", "call_id", "source"], index_where=ONCE_A_CALL
            )
            .returning(table.c.id)
        )
        new |= set(inserted.scalars())
    return [each for each in added if each.id in new]
