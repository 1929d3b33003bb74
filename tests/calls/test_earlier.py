"""Calls of before are gone through one by one, and none keeps the others from it."""

from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.calls import earlier
from backend.calls.earlier import Passed, Through
from backend.calls.models import Call
from backend.conduct import jobs as conduct
from backend.insights import jobs as insights, queries
from backend.platform import db
from tests.support import builders
from tests.support.room import Room


async def _calls(room: Room, many: int) -> list[Call]:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id)
        return [await builders.call(session, agent, lines=("user: Hi.",)) for _ in range(many)]


async def _unnamed(session: AsyncSession, *, before: UUID | None, limit: int) -> Sequence[Passed]:
    statement = select(Call).order_by(col(Call.id).desc()).limit(limit)
    if before is not None:
        statement = statement.where(col(Call.id) < before)
    found = (await session.exec(statement)).all()
    return [Passed(call.org_id, call.id, call.summary is None) for call in found]


@pytest.mark.parametrize("at_once", [1, 2, 5, 200])
async def test_each_that_is_due_is_done_once_the_newest_first(
    room: Room, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(earlier, "_AT_ONCE", at_once)
    monkeypatch.setattr(earlier, "_REST", 0.0)
    calls = await _calls(room, 5)
    await room.change(calls[1], summary="Done.")
    done: list[UUID] = []

    async def name(session: AsyncSession, org_id: UUID, call_id: UUID) -> None:
        (await session.get_one(Call, call_id)).summary = "Done."
        done.append(call_id)

    first = await earlier.go_through(room.runtime.sessions, _unnamed, name)
    again = await earlier.go_through(room.runtime.sessions, _unnamed, name)

    assert (first, again) == (Through(done=4, failed=0), Through(done=0, failed=0))
    assert done == [call.id for call in reversed(calls) if call is not calls[1]]


async def test_one_that_fails_is_left_as_it_was_and_the_others_are_done(room: Room) -> None:
    calls = await _calls(room, 3)

    async def name(session: AsyncSession, org_id: UUID, call_id: UUID) -> None:
        (await session.get_one(Call, call_id)).summary = "Done."
        await session.flush()
        if call_id == calls[1].id:
            raise ZeroDivisionError

    through = await earlier.go_through(room.runtime.sessions, _unnamed, name)

    assert through == Through(done=2, failed=1)
    summaries = [(await room.stored(call)).summary for call in calls]
    assert summaries == ["Done.", None, "Done."]


async def test_a_transcript_that_cannot_be_read_keeps_no_room_from_the_others(room: Room) -> None:
    older, broken, newer = await _calls(room, 3)
    await room.change(broken, transcript=[{"turn": "none"}])

    await insights.cut_earlier(room.runtime)
    await conduct.check_earlier(room.runtime)

    async with db.transaction(room.runtime.sessions) as session:
        cut = [await queries.find_cut(session, room.org.id, each.id) for each in (older, newer)]
        left = await queries.find_cut(session, room.org.id, broken.id)
    assert None not in cut
    assert left is None
