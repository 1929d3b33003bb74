"""What people know calls by, for lists that are about something else."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import load_only
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls.models import Call, CallSource


class NamedCall(BaseModel):
    """What tells one call from another."""

    model_config = ConfigDict(from_attributes=True)

    agent_id: UUID = Field(description="Whose call it was.")
    source: CallSource = Field(description="How the call came about.")
    to_number: str | None = Field(description="The number called.")
    from_number: str | None = Field(description="The number that called.")
    variables: dict[str, str] = Field(description="What the agent was told.")
    created_at: datetime = Field(description="When the call was placed, or came in.")


_COLUMNS = tuple(getattr(Call, name) for name in NamedCall.model_fields)


async def find_named(
    session: AsyncSession, org_id: UUID, call_ids: Collection[UUID]
) -> Mapping[UUID, NamedCall]:
    """Find what calls are known by, by their ids; those that are gone are left out."""
    statement = (
        select(Call)
        .where(Call.org_id == org_id, col(Call.id).in_(call_ids))
        .options(load_only(*_COLUMNS, raiseload=True))
    )
    return {call.id: NamedCall.model_validate(call) for call in await session.exec(statement)}
