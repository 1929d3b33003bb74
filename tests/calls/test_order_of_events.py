from datetime import timedelta

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import dialling
from backend.calls.models import Call, DialQueue
from backend.platform import clock
from tests.support.room import Room


async def test_a_call_placed_while_another_is_claimed_is_dialled_after_it_was_queued(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log is ordered by transaction, and the claim's transaction began first."""
    agent = await room.agent()
    calls = [await room.call(agent)]
    has_room = dialling._has_room

    async def meanwhile(session: AsyncSession, queue: DialQueue) -> bool:
        if len(calls) == 1:
            calls.append(await more_urgent(room, await room.call(agent)))
        return await has_room(session, queue)

    monkeypatch.setattr(dialling, "_has_room", meanwhile)
    await dialling.claim_due(room.runtime, room.org.id)

    for call in calls:
        assert await room.names(call.id) == ["call.queued", "call.dialing"]


async def more_urgent(room: Room, call: Call) -> Call:
    await room.change(call, due_at=clock.now() - timedelta(hours=1))
    return call
