"""A refusal after an attempt of unknown outcome says nothing about the phone that may have rung."""

import pytest

from backend.calls import dialling
from backend.calls.models import CallStatus
from backend.platform import clock
from backend.platform.errors import AppError
from tests.support.room import Room
from tests.support.sandbox import Sandbox

DIAL = {"path": "/v2/create-phone-call"}


@pytest.mark.parametrize(
    "refusal",
    [
        {"kind": "rate_limit", "reset_seconds": 1},
        {"kind": "status", "status": 402, "body": {"status": "error", "message": "No credit."}},
        {"kind": "status", "status": 422, "body": {"status": "error", "message": "Bad number."}},
    ],
)
async def test_the_question_stays_open_and_nobody_is_called_twice(
    room: Room, sandbox: Sandbox, refusal: dict[str, object]
) -> None:
    call = await room.call(await room.agent())
    await dialling.claim_due(room.runtime, room.org.id)
    # The first attempt may have rung: nothing is known of it, and no list shows it yet.
    await room.change(call, sent_at=clock.now())
    await sandbox.add_fault(target="api", match=DIAL, count=1, **refusal)

    with pytest.raises(AppError):
        await dialling.dial(room.runtime, room.org.id, call.id)

    stored = await room.stored(call)
    assert stored.status is CallStatus.DIALING
    assert stored.sent_at is not None
    await dialling.dial(room.runtime, room.org.id, call.id)
    assert (await room.stored(call)).retell_call_id is not None
    assert len(await sandbox.calls()) == 1
