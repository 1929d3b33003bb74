"""A calibration is done with the last verdict, whoever gives it and whatever came meanwhile."""

from uuid import UUID

from backend.calls.models import Call
from backend.platform import db
from backend.quality.calibration import judging, service
from backend.quality.calibration.judging import Said
from backend.quality.calibration.models import (
    Calibration,
    CalibrationRating,
    CalibrationStatus,
)
from backend.quality.calibration.service import NewCalibration
from backend.quality.policies import service as policies
from backend.quality.policies.config import Criterion, PolicyConfig
from tests.quality.policies import GREETS, LINES, agent_of
from tests.support import builders
from tests.support.room import Room

CRITERIA = [Criterion.model_validate(GREETS)]
SAID = Said(verdicts={"greeting": "yes"})


async def opened(room: Room, calls: int) -> tuple[Calibration, UUID, list[Call]]:
    """Open a calibration with one rater. Nobody has said anything yet."""
    agent = await agent_of(room)
    async with db.transaction(room.runtime.sessions) as session:
        config = PolicyConfig(name="Quality", criteria=CRITERIA)
        policy = await policies.create_policy(session, room.org.id, config)
        await policies.publish_policy(session, room.org.id, policy.id, by=None, note=None)
        rater = await builders.user(session, room.org.id)
        placed = [await builders.call(session, agent, lines=LINES) for _ in range(calls)]
        new = NewCalibration(policy.id, 1, [call.id for call in placed], [rater.id], "given", None)
        made = await service.create_calibration(session, room.org.id, new)
    return made, rater.id, placed


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
