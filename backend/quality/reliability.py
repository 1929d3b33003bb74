"""Which criteria people and judge agree too little on, so that they are left out of the score."""

import hashlib
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock
from backend.platform.tables import sql_table
from backend.quality.models import CriterionReliability
from backend.quality.policies.config import Criterion, PolicyConfig


async def find_unreliable(
    session: AsyncSession, policy_id: UUID, policy: PolicyConfig
) -> frozenset[str]:
    """Find those of a policy's criteria that were unreliable when they were last measured.

    What a rule tells is the same every time, and needs no judge to agree with.
    """
    judged = [each.key for each in policy.criteria if each.rule is None]
    statement = select(CriterionReliability.key).where(
        CriterionReliability.policy_id == policy_id,
        col(CriterionReliability.is_reliable).is_(False),
    )
    return frozenset(await session.exec(statement)) & frozenset(judged)


async def note_reliability(
    session: AsyncSession,
    org_id: UUID,
    policy_id: UUID,
    criterion: Criterion,
    *,
    alpha: float | None,
    is_reliable: bool,
) -> None:
    """Note what was measured of a criterion, in the place of what was measured before."""
    measured = {
        "wording": wording_of(criterion),
        "alpha": alpha,
        "is_reliable": is_reliable,
        "measured_at": clock.now(),
    }
    statement = insert(sql_table(CriterionReliability)).values(
        policy_id=policy_id, key=criterion.key, org_id=org_id, **measured
    )
    connection = await session.connection()
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["policy_id", "key"], set_=measured)
    )


def wording_of(criterion: Criterion) -> str:
    """Tell wordings apart: what a judge is asked, and in which form it answers."""
    asked = criterion.model_dump_json(
        include={"question", "scale", "good_when", "said_by", "may_not_apply"}
    )
    return hashlib.sha256(asked.encode()).hexdigest()
