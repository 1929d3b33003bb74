"""Reading calibrations and what was rated in them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Text, cast, exists
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth.models import User
from backend.quality.calibration.choosing import Candidate
from backend.quality.calibration.models import (
    Calibration,
    CalibrationCall,
    CalibrationRating,
    CalibrationStatus,
)
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


async def list_complete(session: AsyncSession) -> Sequence[Calibration]:
    """List the open ones of all organizations of which nothing more can come.

    Calls may have been deleted meanwhile, and raters deactivated.
    """
    of_one = col(CalibrationCall.calibration_id) == col(Calibration.id)
    not_judged = of_one & col(CalibrationCall.verdicts).is_(None)
    is_rater = col(Calibration.raters).contains(func.to_jsonb(cast(col(User.id), Text)))
    is_rated = exists().where(
        col(CalibrationRating.calibration_id) == col(CalibrationCall.calibration_id),
        col(CalibrationRating.call_id) == col(CalibrationCall.call_id),
        col(CalibrationRating.rater_id) == col(User.id),
    )
    waited_for = (
        select(col(User.id))
        .join(CalibrationCall, of_one)
        .where(is_rater, col(User.deactivated_at).is_(None), ~is_rated)
        .correlate(Calibration)
        .exists()
    )
    statement = select(Calibration).where(
        Calibration.status == CalibrationStatus.OPEN,
        ~exists().where(not_judged, col(CalibrationCall.failure).is_(None)),
        ~waited_for,
    )
    return (await session.exec(statement)).all()


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
