"""What is kept about people here: who is not to be called, and what they agreed to."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.compliance.hooks import queries as hook_queries
from backend.platform.people.personal_data import CALLS, NUMBERS, Holdings, KeptKind, Rows
from backend.providers.runtime import Runtime

_OF_NUMBERS = f"org_id = :org_id and to_number = any({NUMBERS}) and created_at <= :until"
_NUMBERS = text(
    """
    select to_number from suppressions where org_id = :org_id
    union
    select to_number from consents where org_id = :org_id
    union
    select to_number from hook_inquiries where org_id = :org_id
    """
)


async def _numbers(session: AsyncSession, org_id: UUID) -> Sequence[str]:
    connection = await session.connection()
    return (await connection.execute(_NUMBERS, {"org_id": org_id})).scalars().all()


HOLDINGS = Holdings[Runtime](
    "compliance",
    rows=(
        # A suppression outlives the call it is from, and the words it is from do not.
        Rows(
            "suppression_quotes",
            "call_ids",
            f"org_id = :org_id and call_id = any({CALLS})",
            ("quote",),
            ("field",),
            kinds=(KeptKind.TRANSCRIPTS, KeptKind.RECORDS),
        ),
        # Of their calls also what was heard in one after the erasure had begun.
        Rows(
            "suppressions",
            "numbers",
            f"org_id = :org_id and to_number = any({NUMBERS})"
            f" and (created_at <= :until or call_id = any({CALLS}))",
            ("to_number", "reason", "source"),
        ),
        Rows("consents", "numbers", _OF_NUMBERS, ("to_number", "source")),
        Rows(
            "hook_inquiries",
            "numbers",
            _OF_NUMBERS,
            ("to_number", "question", "answer", "failure"),
            ("open_reason",),
        ),
    ),
    harmless={
        "compliance_hooks": "addresses that are asked, their secrets sealed, and why they fail",
        "rule_changes": "hours, caps and consents, and why an organisation changed them",
    },
    numbers=_numbers,
    # What was asked before dials is proof of them, as the audit log is.
    prunes={KeptKind.AUDIT: hook_queries.prune},
)
