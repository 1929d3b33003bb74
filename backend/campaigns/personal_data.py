"""What campaigns keep about people: whom they are to reach, and what was tried."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform.people.personal_data import CALLS, NUMBERS, Holdings, Rows
from backend.providers.runtime import Runtime

_OF_NUMBERS = f"org_id = :org_id and to_number = any({NUMBERS}) and created_at <= :until"
_NUMBERS = text("select distinct to_number from campaign_contacts where org_id = :org_id")


async def _numbers(session: AsyncSession, org_id: UUID) -> Sequence[str]:
    connection = await session.connection()
    return (await connection.execute(_NUMBERS, {"org_id": org_id})).scalars().all()


HOLDINGS = Holdings[Runtime](
    "campaigns",
    rows=(
        Rows(
            "campaign_attempts",
            "call_ids",
            f"org_id = :org_id and call_id = any({CALLS})",
            ("from_number",),
            ("reason",),
        ),
        # Their attempts go with them.
        Rows(
            "campaign_contacts",
            "numbers",
            _OF_NUMBERS,
            ("to_number", "variables", "metadata", "time_zone", "postal_code"),
            ("reason",),
        ),
    ),
    harmless={"campaigns": "what lists of contacts are worked through by"},
    numbers=_numbers,
)
