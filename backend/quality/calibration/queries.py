"""Reading calibrations and what was rated in them."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.quality.calibration.choosing import Candidate
from backend.quality.calibration.models import Calibration, CalibrationCall, CalibrationRating
from backend.quality.models import Evaluation


async def find_calibration(
    session: AsyncSession, org_id: UUID, calibration_id: UUID
) -> Calibration | None:
    statement = select(Calibration).where(
        Calibration.org_id == org_id, Calibration.id == calibration_id
    )
    return (await session.exec(statement)).one_or_none()


async def lock_calibration(
    session: AsyncSession, org_id: UUID, calibration_id: UUID
) -> Calibration | None:
    statement = select(Calibration).where(
        Calibration.org_id == org_id, Calibration.id == calibration_id
    )
    # What is read already would otherwise stay as it was before the lock; so with the calls.
    fresh = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(fresh)).one_or_none()


async def list_calibrations(
    session: AsyncSession,
    org_id: UUID,
    *,
    policy_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> Sequence[Calibration]:
    statement = select(Calibration).where(Calibration.org_id == org_id)
    if policy_id is not None:
        statement = statement.where(Calibration.policy_id == policy_id)
    if cursor is not None:
        statement = statement.where(col(Calibration.id) < cursor)
    return (await session.exec(statement.order_by(col(Calibration.id).desc()).limit(limit))).all()


async def list_calls(session: AsyncSession, calibration_id: UUID) -> Sequence[CalibrationCall]:
    statement = (
        select(CalibrationCall)
        .where(CalibrationCall.calibration_id == calibration_id)
        .order_by(col(CalibrationCall.place))
        .execution_options(populate_existing=True)
    )
    return (await session.exec(statement)).all()


async def lock_call(
    session: AsyncSession, calibration_id: UUID, call_id: UUID
) -> CalibrationCall | None:
    statement = select(CalibrationCall).where(
        CalibrationCall.calibration_id == calibration_id, CalibrationCall.call_id == call_id
    )
    fresh = statement.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(fresh)).one_or_none()


async def list_ratings(session: AsyncSession, calibration_id: UUID) -> Sequence[CalibrationRating]:
    statement = select(CalibrationRating).where(CalibrationRating.calibration_id == calibration_id)
    return (await session.exec(statement)).all()


async def find_rating(
    session: AsyncSession, calibration_id: UUID, call_id: UUID, rater_id: UUID
) -> CalibrationRating | None:
    return await session.get(CalibrationRating, (calibration_id, call_id, rater_id))


async def count_ratings(session: AsyncSession, calibration_ids: Sequence[UUID]) -> dict[UUID, int]:
    statement = (
        select(CalibrationRating.calibration_id, func.count())
        .where(col(CalibrationRating.calibration_id).in_(calibration_ids))
        .group_by(col(CalibrationRating.calibration_id))
    )
    return dict((await session.exec(statement)).all())


async def count_calls(session: AsyncSession, calibration_ids: Sequence[UUID]) -> dict[UUID, int]:
    statement = (
        select(CalibrationCall.calibration_id, func.count())
        .where(col(CalibrationCall.calibration_id).in_(calibration_ids))
        .group_by(col(CalibrationCall.calibration_id))
    )
    return dict((await session.exec(statement)).all())


async def list_candidates(session: AsyncSession, policy_id: UUID, *, limit: int) -> list[Candidate]:
    """List the calls that a policy was applied to last, each with its score."""
    statement = (
        select(Evaluation.call_id, Evaluation.score)
        .where(Evaluation.policy_id == policy_id, col(Evaluation.is_current))
        .order_by(col(Evaluation.id).desc())
        .limit(limit)
    )
    return [Candidate(*row) for row in (await session.exec(statement)).all()]
