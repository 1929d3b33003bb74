"""Who did what to which object, when and from where. Entries are added, and go by age alone.

Every request that changes something is entered by `deps.get_caller`, in the transaction of the
change; what has no caller, such as a login, enters itself.
"""

from uuid import UUID

from asgi_correlation_id import correlation_id
from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.models import AuditEntry, CallerKind
from backend.auth.service import Caller
from backend.platform import ids
from backend.platform.events import JsonObject
from backend.platform.people.personal_data import Old


async def record(
    session: AsyncSession,
    caller: Caller,
    action: str,
    object_id: str | None = None,
    details: JsonObject | None = None,
) -> None:
    """Enter what a caller did, together with what the route has noted on the caller."""
    told = {**(details or {}), **caller.notes}
    named = told.pop("object_id", None)
    session.add(
        AuditEntry(
            org_id=caller.org_id,
            actor_kind=caller.kind,
            actor_id=caller.id,
            actor_name=caller.email or caller.name,
            action=action,
            object_id=str(named) if named is not None else object_id,
            details=told,
            address=caller.address,
            request_id=correlation_id.get(),
        )
    )


async def record_operator(
    session: AsyncSession, org_id: UUID, action: str, object_id: str, **details: object
) -> None:
    """Enter what was done on the command line."""
    session.add(
        AuditEntry(
            org_id=org_id,
            actor_kind=CallerKind.OPERATOR,
            actor_id=None,
            actor_name="command line",
            action=action,
            object_id=object_id,
            details=dict(details),
            address=None,
            request_id=None,
        )
    )


# The database lets entries be deleted by who says so, and only for the transaction.
_ALLOW = text("select set_config('ringback.prunes_audit', 'on', true)")
_PRUNE = text(
    """
    delete from audit_entries where id in (
        select id from audit_entries where org_id = :org_id and id < :first and at < :before
        order by id limit :limit
    )
    """
)


async def prune(session: AsyncSession, old: Old, limit: int) -> int:
    """Delete an organisation's oldest entries. Return how many."""
    connection = await session.connection()
    await connection.execute(_ALLOW)
    values = {"org_id": old.org_id, "before": old.before, "limit": limit}
    bound = values | {"first": ids.first_id(old.before)}
    return (await connection.execute(_PRUNE, bound)).rowcount
