"""What the inbox keeps about people: bodies as they came."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import db
from backend.platform.people.personal_data import (
    CALLS_AT_RETELL,
    Cut,
    Holdings,
    KeptKind,
    Old,
    Place,
    Rows,
    Subject,
)
from backend.providers.runtime import Runtime
from backend.webhooks import queries
from backend.webhooks.models import Webhook

_BATCH = 200


async def _count_loose(runtime: Runtime, subject: Subject) -> int:
    """Count bodies that came to no call here and name one of the numbers."""
    count = 0
    async for found in _naming(runtime, subject):
        count += len(found)
    return count


async def _erase_loose(runtime: Runtime, subject: Subject) -> None:
    async for found in _naming(runtime, subject):
        async with db.transaction(runtime.sessions) as session:
            await session.exec(delete(Webhook).where(col(Webhook.id).in_(found)))


async def _naming(runtime: Runtime, subject: Subject) -> AsyncIterator[Sequence[UUID]]:
    numbers = [number.encode() for number in subject.numbers]
    last = UUID(int=0)
    while numbers:
        async with db.transaction(runtime.sessions) as session:
            rows = await _read(session, subject.org_id, last)
        if not rows:
            return
        last = rows[-1].id
        yield [row.id for row in rows if any(number in (row.body or b"") for number in numbers)]


async def _read(session: AsyncSession, org_id: UUID, last: UUID) -> Sequence[Webhook]:
    statement = select(Webhook).where(
        Webhook.org_id == org_id,
        col(Webhook.id) > last,
        col(Webhook.call_id).is_(None),
        col(Webhook.body).is_not(None),
    )
    return (await session.exec(statement.order_by(col(Webhook.id)).limit(_BATCH))).all()


async def _prune(session: AsyncSession, old: Old, limit: int) -> int:
    return await queries.prune_bodies(session, old.before, limit, org_id=old.org_id)


HOLDINGS = Holdings[Runtime](
    "webhooks",
    rows=(
        Rows(
            "webhooks",
            "retell_call_ids",
            f"org_id = :org_id and retell_call_id = any({CALLS_AT_RETELL})",
            personal=("body", "headers", "retell_call_id", "error"),
            harmless=("event", "body_sha256"),
        ),
    ),
    cuts=(
        Cut(
            "webhooks",
            KeptKind.TRANSCRIPTS,
            "retell_call_ids",
            f"org_id = :org_id and retell_call_id = any({CALLS_AT_RETELL}) and body is not null",
            "body = null",
        ),
    ),
    prunes={KeptKind.WEBHOOKS: _prune},
    places=(Place("webhooks of no call", _count_loose, _erase_loose),),
    harmless={"webhook_rejections": "reasons and sizes; not what was in them"},
)
