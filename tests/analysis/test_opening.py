"""Which calls cost a job when they are over: those that are to be analyzed, and no others."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text

from backend.analysis.events import AnalysisRequested
from backend.calls.events import CallAnalyzed, CallEnded, CallFailed, CallRevised
from backend.calls.models import Call
from backend.platform import db, events
from backend.wiring import build
from tests.analysis.calls import is_analyzed, made, settled_call, switch_on
from tests.support import builders
from tests.support.room import Room

OVER = (CallEnded, CallFailed, CallAnalyzed, CallRevised)
_JOBS = text("select entrypoint from pgqueuer where entrypoint like 'analysis.%' order by id")


async def opened(room: Room, call: Call) -> Sequence[str]:
    """Say four times that a call is over, and name the jobs that this brings the analyses."""
    async with db.transaction(room.runtime.sessions) as session:
        about: dict[str, Any] = {"org_id": call.org_id, "call_id": call.id}
        await events.publish(session, *(over(**about) for over in OVER))
        return (await (await session.connection()).execute(_JOBS)).scalars().all()


async def test_while_analysis_is_off_a_call_that_is_over_brings_no_job(room: Room) -> None:
    call = await settled_call(room)

    assert await opened(room, call) == []
    await switch_on(room)
    await switch_on(room, enabled=False)
    assert await opened(room, call) == []


async def test_a_call_that_is_to_be_analyzed_brings_a_job_for_each_news_of_it(room: Room) -> None:
    await switch_on(room)
    call = await settled_call(room)

    assert len(await opened(room, call)) == len(OVER)
    assert [each.status.value for each in await made(room, call)] == ["valid"]


@pytest.mark.parametrize("why", ["agent", "share"])
async def test_a_call_of_another_agent_or_out_of_the_share_brings_no_job(
    room: Room, why: str
) -> None:
    call = await settled_call(room)
    if why == "agent":
        other = await settled_call(room)
        await switch_on(room, agent_ids=[other.agent_id])
    else:
        ask = await switch_on(room, share_percent=1)
        while ask.is_for(call):
            call = await settled_call(room)

    assert await opened(room, call) == []


async def test_no_job_of_an_analysis_stands_in_the_way_of_calls(room: Room) -> None:
    wiring = build(room.runtime.settings)

    lanes = {
        subscription.lane
        for event in (*OVER, AnalysisRequested)
        for subscription in wiring.subscriptions[event.name]
        if subscription.job_name.startswith("analysis.")
    }

    assert lanes == {"analysis"}


async def test_who_has_many_waiting_keeps_no_other_organization_from_its_first(room: Room) -> None:
    await switch_on(room)
    async with db.transaction(room.runtime.sessions) as session:
        other = replace(room, org=await builders.organisation(session))
    await switch_on(other)
    many = [await settled_call(room) for _ in range(4)]
    for call in many:
        await is_analyzed(room, call)
    one = await settled_call(other)
    await is_analyzed(other, one)

    async with db.transaction(room.runtime.sessions) as session:
        in_order = text(
            "select encode(payload, 'escape')::json ->> 'call_id' from pgqueuer "
            "where entrypoint like 'analysis.make%' order by priority desc, id"
        )
        order = (await (await session.connection()).execute(in_order)).scalars().all()

    assert order == [str(call.id) for call in (many[0], one, *many[1:])]
