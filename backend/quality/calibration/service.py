"""Calibrations: several people and the model score the same calls blind."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.auth import users
from backend.calls import service as calls
from backend.calls.errors import CallNotFound
from backend.platform import clock, events
from backend.platform.errors import FieldError, pointer_to
from backend.quality.calibration import queries
from backend.quality.calibration.errors import (
    AlreadyRated,
    CalibrationInvalid,
    CalibrationNotFound,
    CalibrationOver,
    NotARater,
    RatingInvalid,
)
from backend.quality.calibration.events import CallToCalibrate
from backend.quality.calibration.keeping import measurement_of
from backend.quality.calibration.measuring import Agreement, Sheet, measure
from backend.quality.calibration.models import (
    Calibration,
    CalibrationCall,
    CalibrationRating,
    CalibrationStatus,
)
from backend.quality.calibration.state import CalibrationState, Progress
from backend.quality.judging.verdicts import Verdict, fits
from backend.quality.policies.config import Criterion
from backend.quality.reliability import Measured, note_reliability


@dataclass(frozen=True)
class NewCalibration:
    """Which version of a policy is measured, on which calls, by whom."""

    policy_id: UUID
    policy_version: int
    calls: Sequence[UUID]
    raters: Sequence[UUID]
    chosen: str
    created_by: UUID | None


async def create_calibration(
    session: AsyncSession, org_id: UUID, new: NewCalibration
) -> Calibration:
    """Open a calibration and have the model judge each call. Refuses what nobody could rate."""
    await _refuse_raters(session, org_id, new.raters)
    await _refuse_calls(session, org_id, new.calls)
    calibration = Calibration(
        org_id=org_id,
        policy_id=new.policy_id,
        policy_version=new.policy_version,
        raters=[str(rater) for rater in new.raters],
        chosen=new.chosen,
        created_by=new.created_by,
    )
    session.add(calibration)
    await session.flush()
    session.add_all(
        CalibrationCall(calibration_id=calibration.id, call_id=call_id, org_id=org_id, place=place)
        for place, call_id in enumerate(new.calls)
    )
    await session.flush()
    for call_id in new.calls:
        due = CallToCalibrate(org_id=org_id, calibration_id=calibration.id, call_id=call_id)
        await events.publish(session, due)
    return calibration


async def _refuse_raters(session: AsyncSession, org_id: UUID, raters: Sequence[UUID]) -> None:
    found = await users.list_named(session, org_id, raters)
    active = {user.id for user in found if user.deactivated_at is None}
    wrong = [
        FieldError(pointer_to("raters", place), f"There is no active user {rater}.")
        for place, rater in enumerate(raters)
        if rater not in active
    ]
    if len(set(raters)) != len(raters):
        wrong.append(FieldError("/raters", "A rater is named twice."))
    _refuse(wrong)


async def _refuse_calls(session: AsyncSession, org_id: UUID, call_ids: Sequence[UUID]) -> None:
    wrong = []
    for place, call_id in enumerate(call_ids):
        try:
            call = await calls.get_call(session, org_id, call_id)
        except CallNotFound:
            wrong.append(FieldError(pointer_to("calls", place), f"There is no call {call_id}."))
            continue
        if not call.transcript:
            message = f"Call {call_id} has no transcript to rate."
            wrong.append(FieldError(pointer_to("calls", place), message))
    if not call_ids:
        wrong.append(FieldError("/calls", "There is no call to rate."))
    _refuse(wrong)


def _refuse(wrong: Sequence[FieldError]) -> None:
    if wrong:
        detail = "; ".join(f"{error.pointer}: {error.message}" for error in wrong)
        raise CalibrationInvalid(detail, errors=wrong)


async def get_state(session: AsyncSession, org_id: UUID, calibration_id: UUID) -> CalibrationState:
    calibration = await queries.find_calibration(session, org_id, calibration_id)
    if calibration is None:
        raise CalibrationNotFound(f"There is no calibration {calibration_id}.")
    return await _state(session, calibration)


async def _state(session: AsyncSession, calibration: Calibration) -> CalibrationState:
    found = await queries.list_ratings(session, calibration.id)
    raters = [UUID(rater) for rater in calibration.raters]
    named = await users.list_named(session, calibration.org_id, raters)
    return CalibrationState(
        calibration,
        await queries.list_calls(session, calibration.id),
        {(rating.call_id, rating.rater_id): rating for rating in found},
        absent={user.id for user in named if user.deactivated_at is not None},
    )


async def list_calibrations(
    session: AsyncSession,
    org_id: UUID,
    *,
    policy_id: UUID | None,
    cursor: UUID | None,
    limit: int,
) -> Sequence[tuple[Calibration, Progress]]:
    """List calibrations, newest first, each with how far it has come."""
    rows = await queries.list_calibrations(
        session, org_id, policy_id=policy_id, cursor=cursor, limit=limit
    )
    ids = [row.id for row in rows]
    calls = await queries.count_calls(session, ids)
    rated = await queries.count_ratings(session, ids)
    return [
        (row, Progress(count, rated.get(row.id, 0), count * len(row.raters)))
        for row in rows
        for count in [calls.get(row.id, 0)]
    ]


async def rate(
    session: AsyncSession,
    calibration_id: UUID,
    call_id: UUID,
    rating: CalibrationRating,
    criteria: Sequence[Criterion],
) -> CalibrationState:
    """Take a rater's verdicts on one call: all of them, once. The same again changes nothing."""
    calibration = await queries.lock_calibration(session, rating.org_id, calibration_id)
    if calibration is None:
        raise CalibrationNotFound(f"There is no calibration {calibration_id}.")
    if str(rating.rater_id) not in calibration.raters:
        raise NotARater(f"Calibration {calibration_id} has other raters.")
    if await queries.lock_call(session, calibration_id, call_id) is None:
        raise CallNotFound(f"Calibration {calibration_id} has no call {call_id}.")
    _refuse_unfit(rating.results, criteria)
    earlier = await queries.find_rating(session, calibration_id, call_id, rating.rater_id)
    if earlier is not None and earlier.results != rating.results:
        raise AlreadyRated("What others say of this call has been shown to you since.")
    if earlier is None:
        if calibration.status is CalibrationStatus.DONE:
            raise CalibrationOver(f"Calibration {calibration_id} is over.")
        session.add(rating)
        await session.flush()
        await finish_if_complete(session, calibration, criteria)
    return await _state(session, calibration)


def _refuse_unfit(results: Mapping[str, Any], criteria: Sequence[Criterion]) -> None:
    """Ask for a verdict on each criterion, within its scale."""
    rated = {criterion.key: criterion for criterion in rateable(criteria)}
    wrong = [
        FieldError(pointer_to("results", key), "The policy has no such criterion to rate.")
        for key in results
        if key not in rated
    ]
    for key, criterion in rated.items():
        problem = _unfit(results[key]["verdict"], criterion) if key in results else "Is not rated."
        if problem:
            wrong.append(FieldError(pointer_to("results", key), problem))
    if wrong:
        detail = "; ".join(f"{error.pointer}: {error.message}" for error in wrong)
        raise RatingInvalid(detail, errors=wrong)


def _unfit(verdict: Verdict, criterion: Criterion) -> str | None:
    if fits(verdict, criterion):
        return None
    return f"A criterion of scale {criterion.scale.value} has no such verdict."


def rateable(criteria: Iterable[Criterion]) -> list[Criterion]:
    """Return those that a judge answers: what a rule measures has nothing to agree on."""
    return [criterion for criterion in criteria if criterion.rule is None]


async def finish_if_complete(
    session: AsyncSession, calibration: Calibration, criteria: Sequence[Criterion]
) -> None:
    """Measure the agreement once everybody is through. Lock the calibration first."""
    state = await _state(session, calibration)
    if calibration.status is CalibrationStatus.DONE or not state.is_complete:
        return
    calibration.status = CalibrationStatus.DONE
    calibration.done_at = clock.now()
    for criterion, found in await agreements(state, criteria):
        session.add(measurement_of(calibration, criterion, found, raters=state.raters_heard))
        if found.reliable is not None:
            measured = Measured(
                found.krippendorff_alpha,
                found.n,
                is_reliable=found.reliable,
                calibration_id=calibration.id,
                policy_version=calibration.policy_version,
            )
            await note_reliability(
                session, calibration.org_id, calibration.policy_id, criterion, measured
            )
    await session.flush()


async def agreements(
    state: CalibrationState, criteria: Sequence[Criterion]
) -> list[tuple[Criterion, Agreement]]:
    """Measure in a thread: many raters of many calls take seconds."""
    return await asyncio.to_thread(_measured, state.sheets(), rateable(criteria))


def _measured(
    sheets: Sequence[Sheet], criteria: Sequence[Criterion]
) -> list[tuple[Criterion, Agreement]]:
    return [(each, measure(each.key, each.scale, sheets)) for each in criteria]
