"""Which criteria people and judge agree too little on, so that they are left out of the score."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.platform import clock
from backend.platform.tables import sql_table
from backend.quality.models import CriterionMeasurement, CriterionReliability
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


class Measured(NamedTuple):
    """What a calibration found of a criterion, on how many calls."""

    alpha: float | None
    calls: int
    is_reliable: bool
    calibration_id: UUID | None = None
    # Of the policy, whose wording was measured.
    policy_version: int | None = None


async def note_reliability(
    session: AsyncSession, org_id: UUID, policy_id: UUID, criterion: Criterion, found: Measured
) -> None:
    """Note what was measured of a criterion, in the place of what was measured before.

    What was found unreliable stays so until it is worded otherwise, or more calls than spoke
    against it speak for it: else it would be enough to measure until chance allows it. What is
    found of a wording that is no longer measured comes too late.
    """
    wording = wording_of(criterion)
    if await _is_superseded(session, policy_id, criterion.key, wording, found.policy_version):
        return
    measured = {
        "wording": wording,
        "alpha": found.alpha,
        "calls": found.calls,
        "is_reliable": found.is_reliable,
        "calibration_id": found.calibration_id,
        "measured_at": clock.now(),
    }
    table = sql_table(CriterionReliability)
    insertion = insert(table).values(
        policy_id=policy_id, key=criterion.key, org_id=org_id, **measured
    )
    new = insertion.excluded
    takes_over = or_(table.c.is_reliable, table.c.wording != new.wording, table.c.calls < new.calls)
    connection = await session.connection()
    await connection.execute(
        insertion.on_conflict_do_update(
            index_elements=["policy_id", "key"], set_=measured, where=takes_over
        )
    )


async def _is_superseded(
    session: AsyncSession, policy_id: UUID, key: str, wording: str, policy_version: int | None
) -> bool:
    """Whether a later version's other wording was measured already."""
    statement = select(CriterionMeasurement.key).where(
        CriterionMeasurement.policy_id == policy_id,
        CriterionMeasurement.key == key,
        CriterionMeasurement.wording != wording,
        CriterionMeasurement.policy_version > (policy_version or 0),
        col(CriterionMeasurement.is_reliable).is_not(None),
    )
    return policy_version is not None and (await session.exec(statement)).first() is not None


async def find_standing(
    session: AsyncSession, policy_id: UUID
) -> Mapping[str, CriterionReliability]:
    """Find what a policy's criteria are taken for, by their keys."""
    statement = select(CriterionReliability).where(CriterionReliability.policy_id == policy_id)
    return {each.key: each for each in await session.exec(statement)}


async def list_measurements(
    session: AsyncSession, policy_id: UUID
) -> Mapping[str, Sequence[CriterionMeasurement]]:
    """List what each calibration found of a policy's criteria, by their keys, newest first."""
    statement = (
        select(CriterionMeasurement)
        .where(CriterionMeasurement.policy_id == policy_id)
        .order_by(col(CriterionMeasurement.calibration_id).desc())
    )
    found: dict[str, list[CriterionMeasurement]] = {}
    for each in await session.exec(statement):
        found.setdefault(each.key, []).append(each)
    return found


def wording_of(criterion: Criterion) -> str:
    """Tell wordings apart: what a judge is asked, and in which form it answers."""
    asked = criterion.model_dump_json(
        include={"question", "scale", "good_when", "said_by", "may_not_apply"}
    )
    return hashlib.sha256(asked.encode()).hexdigest()
