"""What agents keep about people: what is known about callers before they are heard."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.agents.models import InboundRule
from backend.platform.people.personal_data import NUMBERS, Holdings, Rows
from backend.providers.runtime import Runtime


async def _numbers(session: AsyncSession, org_id: UUID) -> Sequence[str]:
    statement = select(InboundRule.caller).where(InboundRule.org_id == org_id)
    return (await session.exec(statement.distinct())).all()


_STAFF = "written by those who work with the service, about no call"

HOLDINGS = Holdings[Runtime](
    "agents",
    rows=(
        Rows(
            "inbound_rules",
            "numbers",
            f"org_id = :org_id and caller = any({NUMBERS}) and created_at <= :until",
            ("caller", "variables", "note"),
            ("phone_number",),
        ),
    ),
    numbers=_numbers,
    harmless={
        "agents": _STAFF,
        "agent_versions": _STAFF,
        "number_bindings": "the organisation's own numbers",
    },
)
