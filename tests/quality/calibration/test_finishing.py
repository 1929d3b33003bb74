"""A calibration is done with the last verdict, whoever gives it and whatever came meanwhile."""

from uuid import UUID

import pytest

from backend.auth import users
from backend.calls import service as calls
from backend.calls.models import Call
from backend.platform import clock, db, ids
from backend.quality.calibration import jobs, judging, service
from backend.quality.calibration.errors import CalibrationInvalid
from backend.quality.calibration.judging import Said
from backend.quality.calibration.models import (
    Calibration,
    CalibrationRating,
    CalibrationStatus,
)
from backend.quality.calibration.service import NewCalibration
from backend.quality.calibration.state import Progress
from backend.quality.models import CriterionMeasurement
from backend.quality.policies import service as policies
from backend.quality.policies.config import Criterion, PolicyConfig
from backend.quality.reliability import Measured, find_standing, note_reliability
from tests.quality.policies import GREETS, LINES, agent_of
from tests.support import builders
from tests.support.room import Room

CRITERIA = [Criterion.model_validate(GREETS)]
SAID = Said(verdicts={"greeting": "yes"})


async def opened(room: Room, calls: int, raters: int = 1) -> tuple[Calibration, UUID, list[Call]]:
    """Open a calibration, and return it with its first rater. Nobody has said anything yet."""
    agent = await agent_of(room)
    async with db.transaction(room.runtime.sessions) as session:
        config = PolicyConfig(name="Quality", criteria=CRITERIA)
        policy = await policies.create_policy(session, room.org.id, config)
        await policies.publish_policy(session, room.org.id, policy.id, by=None, note=None)
        asked = [(await builders.user(session, room.org.id)).id for _ in range(raters)]
        placed = [await builders.call(session, agent, lines=LINES) for _ in range(calls)]
        new = NewCalibration(policy.id, 1, [call.id for call in placed], asked, "given", None)
        made = await service.create_calibration(session, room.org.id, new)
    return made, asked[0], placed


def rating(made: Calibration, call: Call, rater: UUID) -> CalibrationRating:
    results = {"greeting": {"verdict": "yes"}}
    return CalibrationRating(
        calibration_id=made.id,
        call_id=call.id,
        rater_id=rater,
        org_id=made.org_id,
        results=results,
    )


async def status(room: Room, made: Calibration) -> CalibrationStatus:
    async with db.transaction(room.runtime.sessions) as session:
        state = await service.get_state(session, room.org.id, made.id)
        return state.calibration.status


async def test_what_the_model_says_while_the_last_rating_is_read_is_not_missed(room: Room) -> None:
    made, rater, (call,) = await opened(room, calls=1)

    async with db.transaction(room.runtime.sessions) as session:
        before = await service.get_state(session, room.org.id, made.id)
        assert (before.calls[0].verdicts, before.calls[0].failure) == (None, None)
        await judging.keep(room.runtime, made, call.id, SAID)
        await service.rate(session, made.id, call.id, rating(made, call, rater), CRITERIA)

    assert await status(room, made) is CalibrationStatus.DONE


async def delete(room: Room, call: Call) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        await session.delete(await calls.lock_call(session, room.org.id, call.id))


async def test_one_whose_last_open_call_is_deleted_is_finished(room: Room) -> None:
    made, rater, (rated, gone) = await opened(room, calls=2)
    await judging.keep(room.runtime, made, rated.id, SAID)
    async with db.transaction(room.runtime.sessions) as session:
        await service.rate(session, made.id, rated.id, rating(made, rated, rater), CRITERIA)
    await jobs.finish_complete(room.runtime)
    assert await status(room, made) is CalibrationStatus.OPEN

    await delete(room, gone)
    await jobs.finish_complete(room.runtime)

    assert await status(room, made) is CalibrationStatus.DONE


async def test_one_whose_calls_are_all_deleted_is_listed_and_finished(room: Room) -> None:
    made, _, (call,) = await opened(room, calls=1)

    await delete(room, call)
    await jobs.finish_complete(room.runtime)

    async with db.transaction(room.runtime.sessions) as session:
        ((listed, progress),) = await service.list_calibrations(
            session, room.org.id, policy_id=made.policy_id, cursor=None, limit=5
        )
    assert (listed.status, progress) == (CalibrationStatus.DONE, Progress(0, 0, 0))


async def test_who_is_deactivated_is_not_waited_for(room: Room) -> None:
    made, rater, (call,) = await opened(room, calls=1)
    await judging.keep(room.runtime, made, call.id, SAID)

    async with db.transaction(room.runtime.sessions) as session:
        user = await users.get_user(session, room.org.id, rater)
        user.deactivated_at = clock.now()
    await jobs.finish_complete(room.runtime)

    assert await status(room, made) is CalibrationStatus.DONE


async def test_the_last_who_can_rate_finishes_it(room: Room) -> None:
    made, gone, (call,) = await opened(room, calls=1, raters=2)
    await judging.keep(room.runtime, made, call.id, SAID)

    async with db.transaction(room.runtime.sessions) as session:
        user = await users.get_user(session, room.org.id, gone)
        user.deactivated_at = clock.now()
    async with db.transaction(room.runtime.sessions) as session:
        other = UUID(made.raters[1])
        await service.rate(session, made.id, call.id, rating(made, call, other), CRITERIA)

    assert await status(room, made) is CalibrationStatus.DONE


async def test_nobody_who_is_deactivated_can_be_asked_to_rate(room: Room) -> None:
    agent = await agent_of(room)
    async with db.transaction(room.runtime.sessions) as session:
        made = await builders.user(session, room.org.id)
        rater = await users.get_user(session, room.org.id, made.id)
        rater.deactivated_at = clock.now()
        await session.flush()
        call = await builders.call(session, agent, lines=LINES)
        new = NewCalibration(ids.new_id(), 1, [call.id], [rater.id], "given", None)
        with pytest.raises(CalibrationInvalid) as refused:
            await service.create_calibration(session, room.org.id, new)

    assert [error.pointer for error in refused.value.errors] == ["/raters/0"]


async def test_what_is_found_of_an_older_wording_comes_too_late(room: Room) -> None:
    made, _, _ = await opened(room, calls=1)
    (criterion,) = CRITERIA
    async with db.transaction(room.runtime.sessions) as session:
        session.add(
            CriterionMeasurement(
                calibration_id=made.id,
                key=criterion.key,
                org_id=made.org_id,
                policy_id=made.policy_id,
                policy_version=2,
                question="Is a greeting the first word?",
                wording="another",
                raters=2,
                calls=50,
                is_reliable=False,
                measured_at=clock.now(),
            )
        )
        await session.flush()
        for version, alpha in ((1, 0.1), (2, 0.2)):
            found = Measured(alpha, 5, is_reliable=True, policy_version=version)
            await note_reliability(session, made.org_id, made.policy_id, criterion, found)
        standing = await find_standing(session, made.policy_id)

    assert standing[criterion.key].alpha == 0.2
