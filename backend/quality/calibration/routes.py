"""Calibrating the judge: people and the model score the same calls blind."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import users
from backend.auth.deps import AnyCaller, Manager, Person
from backend.auth.service import Caller
from backend.platform import pages
from backend.platform.deps import Session
from backend.platform.pages import Cursor, Limit, Page
from backend.quality.calibration import service
from backend.quality.calibration.models import CalibrationRating, CalibrationStatus
from backend.quality.calibration.opening import open_calibration
from backend.quality.calibration.schemas import (
    CalibrationCreate,
    CalibrationListed,
    CalibrationRead,
    RaterRead,
    RatingCreate,
)
from backend.quality.calibration.state import CalibrationState
from backend.quality.policies import service as policies
from backend.quality.policies.config import Criterion

router = APIRouter(prefix="/api/v1/calibrations", tags=["calibrations"])

CalibrationPath = Annotated[UUID, Path(description="The id of the calibration.")]
CallPath = Annotated[UUID, Path(description="The id of the call.")]


@router.post("", status_code=201)
async def create_calibration(
    body: CalibrationCreate, caller: Manager, session: Session
) -> CalibrationRead:
    """Have people and the model score the same calls blind, by a policy's published version."""
    calibration = await open_calibration(session, caller.org_id, body, caller.user_id)
    caller.note(object_id=calibration.id)
    return await _read(session, caller, calibration.id)


@router.get("")
async def list_calibrations(
    caller: AnyCaller,
    session: Session,
    *,
    policy_id: Annotated[UUID | None, Query(description="Of this policy only.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[CalibrationListed]:
    """List calibrations, newest first."""
    rows = await service.list_calibrations(
        session, caller.org_id, policy_id=policy_id, cursor=cursor, limit=limit + 1
    )
    items, next_cursor = pages.cut([CalibrationListed.of(*row) for row in rows], limit)
    return Page(items=list(items), next_cursor=next_cursor)


@router.get("/raters")
async def list_raters(caller: Manager, session: Session) -> list[RaterRead]:
    """List who can be asked to rate."""
    found = await users.list_users(session, caller.org_id, cursor=None, limit=200)
    return [RaterRead(id=user.id, name=user.name) for user in found if user.deactivated_at is None]


@router.get("/{calibration_id}")
async def get_calibration(
    calibration_id: CalibrationPath, caller: AnyCaller, session: Session
) -> CalibrationRead:
    """Show a calibration; a rater sees what others say of a call once their own rating is in."""
    return await _read(session, caller, calibration_id)


@router.put("/{calibration_id}/ratings/{call_id}")
async def rate_call(
    calibration_id: CalibrationPath,
    call_id: CallPath,
    body: RatingCreate,
    caller: Person,
    session: Session,
) -> CalibrationRead:
    """Give your verdicts on one call: all of them, once, before you see anybody else's."""
    state = await service.get_state(session, caller.org_id, calibration_id)
    rating = CalibrationRating(
        calibration_id=calibration_id,
        call_id=call_id,
        rater_id=caller.id,
        org_id=caller.org_id,
        results=body.model_dump(mode="json", exclude_none=True)["results"],
    )
    criteria = await _criteria(session, state)
    await service.rate(session, calibration_id, call_id, rating, criteria)
    return await _read(session, caller, calibration_id)


async def _read(session: AsyncSession, caller: Caller, calibration_id: UUID) -> CalibrationRead:
    state = await service.get_state(session, caller.org_id, calibration_id)
    raters = await users.list_named(session, caller.org_id, state.raters)
    names = {rater.id: rater.name for rater in raters}
    found = None
    if state.calibration.status is CalibrationStatus.DONE:
        criteria = await _criteria(session, state)
        found = [each for _, each in await service.agreements(state, criteria)]
    return CalibrationRead.of_state(state, names, caller.user_id, found)


async def _criteria(session: AsyncSession, state: CalibrationState) -> list[Criterion]:
    calibration = state.calibration
    version = await policies.get_version(
        session, calibration.org_id, calibration.policy_id, calibration.policy_version
    )
    return version.frozen.criteria
