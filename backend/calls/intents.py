"""The intent to call somebody as it is wanted, and that one key makes one call of it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls.errors import IdempotencyKeyReused
from backend.calls.models import Call
from backend.platform.events import JsonObject
from backend.platform.tables import sql_table


@dataclass(frozen=True)
class NewCall:
    """Who is to be called by which agent: that is chosen by its id or by its name."""

    agent_id: UUID | None
    to_number: str
    variables: Mapping[str, str]
    metadata: JsonObject
    # `next_allowed`: as soon as the gate lets it pass.
    scheduled_at: datetime | Literal["next_allowed"] | None
    agent_name: str | None = None
    # Where they are, which narrows the zones that their number may lie in.
    time_zone: str | None = None
    postal_code: str | None = None
    # For those who place many: another version than the one published, another number of one's
    # own, and until when it is to be dialled at all.
    agent_version: int | None = None
    from_number: str | None = None
    dial_before: datetime | None = None


async def insert_once(session: AsyncSession, call: Call) -> bool:
    """Insert unless the key is taken; one being taken at this moment is waited for."""
    if call.idempotency_key is None:
        session.add(call)
        await session.flush()
        return True
    values = {column.name: getattr(call, attribute) for attribute, column in _columns().items()}
    inserted = await session.exec(
        insert(sql_table(Call))
        .values(values)
        .on_conflict_do_nothing(index_elements=["org_id", "idempotency_key"])
        .returning(sql_table(Call).c.id)
    )
    return inserted.first() is not None


def _columns() -> dict[str, Any]:
    return {attribute.key: attribute.columns[0] for attribute in inspect(Call).column_attrs}


def if_same_request(earlier: Call, wanted: NewCall) -> Call:
    if earlier.request_hash != hash_of(wanted):
        raise IdempotencyKeyReused(
            "This Idempotency-Key came with another request before; use a new key for a new call."
        )
    return earlier


def hash_of(wanted: NewCall) -> str:
    content = [
        str(wanted.agent_id) if wanted.agent_id else {"name": wanted.agent_name},
        wanted.to_number,
        dict(wanted.variables),
        wanted.metadata,
        wanted.scheduled_at.isoformat()
        if isinstance(wanted.scheduled_at, datetime)
        else wanted.scheduled_at,
        *(part for part in (wanted.time_zone, wanted.postal_code) if part is not None),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
