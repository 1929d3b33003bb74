"""A day's budget: it stops analyses, tells so once, and never lets two take the same room."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from backend.agents.models import ProofPolicy
from backend.analysis import budget, making, queries, service, settings
from backend.analysis.errors import AnalysisBudgetUsedUp, AnalysisSwitchedOff
from backend.analysis.estimating import estimate_cents, unpriced
from backend.analysis.models import AnalysisStatus, CallAnalysis, LeftOutReason
from backend.calls.models import Call, Turn
from backend.platform import clock, db, ids
from backend.platform.events import LoggedEvent
from backend.records.material import Material
from tests.analysis.calls import (
    MORE,
    SCHEMA,
    analyzed,
    asked,
    days,
    is_analyzed,
    made,
    priced_room,
    revisions,
    settled_call,
    switch_on,
)
from tests.support import builders
from tests.support.room import Room
from tests.support.sandbox import Sandbox


async def told(room: Room) -> list[LoggedEvent]:
    """Read how often it was told that the budget is used up."""
    statement = select(LoggedEvent).where(
        LoggedEvent.name == "analysis.budget_reached", LoggedEvent.org_id == room.org.id
    )
    async with db.transaction(room.runtime.sessions) as session:
        return list((await session.exec(statement.order_by(col(LoggedEvent.id)))).all())


async def estimate(room: Room) -> float:
    """Learn what one of these calls is expected to cost."""
    await switch_on(room)
    cents = (await analyzed(room, await settled_call(room))).estimated_cents
    assert cents
    return cents


async def budget_for(room: Room, calls: float) -> float:
    """Set a budget that has room for so many more of these calls, after some that were paid for."""
    cents = await estimate(room)
    await spend(room, 10 * cents)
    spent = (await days(room))[0].spent_cents
    await switch_on(room, daily_budget_cents=spent + calls * cents)
    return cents


async def spend(room: Room, cents: float) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        ask = await settings.read(session, room.org.id)
        await budget.pay(session, room.org.id, budget.day_of(ask.settings), cents)


async def left_out(room: Room) -> list[CallAnalysis]:
    wanted = queries.Wanted(status=AnalysisStatus.LEFT_OUT)
    async with db.transaction(room.runtime.sessions) as session:
        found = await queries.list_current(session, room.org.id, wanted, cursor=None, limit=100)
    return list(found)


async def test_when_the_budget_is_used_up_nobody_is_asked_and_it_is_told_once(
    room: Room, sandbox: Sandbox
) -> None:
    await budget_for(room, 0.5)
    before = await asked(sandbox)
    calls = [await settled_call(room) for _ in range(3)]

    found = [await analyzed(room, call) for call in calls]

    assert {each.left_out_reason for each in found} == {LeftOutReason.BUDGET}
    assert await asked(sandbox) == before
    [event] = await told(room)
    [day] = await days(room)
    assert event.data["day"] == day.day.isoformat()
    assert (day.left_out, day.reached_at is not None) == (3, True)
    assert await room.names(calls[0].id) == ["analysis.left_out"]
    assert {each.call_id for each in await left_out(room)} == {call.id for call in calls}


async def test_workers_that_race_for_the_last_room_ask_for_no_more_than_there_is(
    room: Room, sandbox: Sandbox
) -> None:
    cents = await budget_for(room, 3.5)
    before = await asked(sandbox)
    limit = 3.5 * cents + (await days(room))[0].spent_cents
    calls = [await settled_call(room) for _ in range(12)]
    for call in calls:
        await is_analyzed(room, call)

    failures = await asyncio.gather(*(room.run_jobs() for _ in range(6)))

    assert failures == [[]] * 6
    states = [(await revisions(room, call))[-1].status for call in calls]
    assert states.count(AnalysisStatus.VALID) == await asked(sandbox) - before
    assert states.count(AnalysisStatus.VALID) + states.count(AnalysisStatus.LEFT_OUT) == 12
    # Six on their way hold room for as many at most, of which each pays less than it reserved.
    assert states.count(AnalysisStatus.VALID) >= 3
    [day] = await days(room)
    assert day.spent_cents <= limit
    assert len(await told(room)) == 1


async def test_what_is_on_its_way_holds_its_room_until_it_is_paid(room: Room) -> None:
    cents = await budget_for(room, 1.5)
    first, second = [await settled_call(room) for _ in range(2)]
    for call in (first, second):
        await is_analyzed(room, call)
    async with db.transaction(room.runtime.sessions) as session:
        ask = await settings.read(session, room.org.id)
        [held] = await queries.list_revisions(session, room.org.id, first.id)
        assert await budget.reserve(session, ask.settings, held, cents) is budget.Room.RESERVED
        assert await budget.reserve(session, ask.settings, held, cents) is budget.Room.RESERVED
    async with db.transaction(room.runtime.sessions) as session:
        [other] = await queries.list_revisions(session, room.org.id, second.id)
        assert await budget.left_today(session, ask.settings) == pytest.approx(0.5 * cents)
        assert await budget.reserve(session, ask.settings, other, cents) is budget.Room.USED_UP


async def test_the_next_day_begins_anew_by_the_organizations_calendar(room: Room) -> None:
    await budget_for(room, 0.5)
    await analyzed(room, await settled_call(room))
    async with db.transaction(room.runtime.sessions) as session:
        ask = await settings.read(session, room.org.id)
        today = budget.day_of(ask.settings)
        tomorrow = budget.day_of(ask.settings, clock.now() + timedelta(days=1))
        assert tomorrow == today + timedelta(days=1)
        day = await budget.lock_day(session, room.org.id, tomorrow)
        assert (day.spent_cents, day.reached_at) == (0, None)


async def test_days_are_those_of_the_time_zone_that_is_set(room: Room) -> None:
    east = (await switch_on(room, time_zone="Pacific/Kiritimati")).settings
    west = east.model_copy(update={"time_zone": "Pacific/Niue"})

    assert budget.day_of(east) > budget.day_of(west)


async def test_what_was_left_out_is_analyzed_later_as_far_as_there_is_room(room: Room) -> None:
    cents = await budget_for(room, 0.5)
    calls = [await settled_call(room) for _ in range(3)]
    for call in calls:
        await analyzed(room, call)
    spent = (await days(room))[0].spent_cents
    await switch_on(room, daily_budget_cents=spent + 2.2 * cents)
    async with db.transaction(room.runtime.sessions) as session:
        preview = await queries.count_left_out(session, room.org.id, most_cents=500)

    async with db.transaction(room.runtime.sessions) as session:
        requested = await service.request_left_out(session, room.org.id, limit=100)
    await made(room, calls[0])

    assert (preview.calls, preview.unpriced) == (3, 0)
    assert preview.cents == pytest.approx(3 * cents, rel=0.01)
    assert requested == 2
    states = [[each.status.value for each in await revisions(room, call)] for call in calls]
    assert states == [["valid"], ["valid"], ["left_out"]]


async def test_what_no_day_has_room_for_or_has_lost_its_words_keeps_no_other_from_being_made_up_for(
    room: Room,
) -> None:
    cents = await budget_for(room, 0.5)
    dear, gone, small = [await settled_call(room) for _ in range(3)]
    for call in (dear, gone, small):
        await analyzed(room, call)
    spent = (await days(room))[0].spent_cents
    await switch_on(room, daily_budget_cents=spent + 1.5 * cents)
    await room.change(gone, transcript=[])
    async with db.transaction(room.runtime.sessions) as session:
        [held] = await queries.list_revisions(session, room.org.id, dear.id)
        held.estimated_cents = 100 * cents

    async with db.transaction(room.runtime.sessions) as session:
        most = spent + 1.5 * cents
        counted = await queries.count_left_out(session, room.org.id, most_cents=most)
        requested = await service.request_left_out(session, room.org.id, limit=1)
    await made(room, small)

    assert (counted.calls, requested) == (1, 1)
    assert [each.status.value for each in await revisions(room, small)] == ["valid"]


async def test_the_models_that_step_in_need_a_price_too_and_the_dearest_is_reckoned_with(
    room: Room,
) -> None:
    llm = room.runtime.settings.llm
    second = "openai/steps-in"
    with_second = llm.model_copy(update={"fallback_models": (second,)})
    unknown = room.runtime.settings.model_copy(update={"llm": with_second})
    known = unknown.model_copy(
        update={
            "llm": with_second.model_copy(update={"prices": {**llm.prices, second: (250, 2000)}})
        }
    )
    material = Material(turns=[Turn(turn=0, role="user", text="Hello.")], schema=SCHEMA)

    assert unpriced(unknown, None, ProofPolicy.RULES) == [second]
    assert unpriced(known, None, ProofPolicy.SECOND_READING) == []
    assert estimate_cents(unknown, material) is None
    cheap = estimate_cents(room.runtime.settings, material) or 0
    assert estimate_cents(known, material) == pytest.approx(10 * cheap)


async def test_two_who_ask_for_what_was_left_out_at_once_ask_for_it_once(
    room: Room, sandbox: Sandbox
) -> None:
    await budget_for(room, 0.5)
    calls = [await settled_call(room) for _ in range(3)]
    for call in calls:
        await analyzed(room, call)
    await switch_on(room, daily_budget_cents=500)
    before = await asked(sandbox)

    async def ask() -> int:
        async with db.transaction(room.runtime.sessions) as session:
            return await service.request_left_out(session, room.org.id, limit=100)

    await asyncio.gather(ask(), ask(), ask())
    await made(room, calls[0])

    assert await asked(sandbox) == before + 3
    assert await left_out(room) == []


async def test_a_budget_that_was_raised_is_told_again_when_it_is_used_up(room: Room) -> None:
    cents = await budget_for(room, 0.5)
    await analyzed(room, await settled_call(room))
    spent = (await days(room))[0].spent_cents
    await switch_on(room, daily_budget_cents=spent + 1.1 * cents)

    await analyzed(room, await settled_call(room))
    assert len(await told(room)) == 1
    await spend(room, cents)
    for _ in range(2):
        await analyzed(room, await settled_call(room))

    assert len(await told(room)) == 2


async def test_a_call_that_no_day_has_room_for_is_left_out_and_stops_no_other(
    room: Room,
) -> None:
    await budget_for(room, 1.5)
    long = [f"user: And so on and so forth, number {n}. {'Well. ' * 60}" for n in range(1500)]
    whale = await settled_call(room, lines=tuple(long))
    small = await settled_call(room)

    assert (await analyzed(room, whale)).left_out_reason is LeftOutReason.TOO_LONG
    assert (await analyzed(room, small)).status is AnalysisStatus.VALID
    assert await told(room) == []
    async with db.transaction(room.runtime.sessions) as session:
        assert (await queries.count_left_out(session, room.org.id, most_cents=500)).calls == 0


async def test_a_model_that_has_lost_its_price_is_not_asked(
    room: Room, sandbox: Sandbox, dsn: str
) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    [pending] = await revisions(room, call)

    async with priced_room(dsn, sandbox, llm={"prices": {"openai/other": (1, 1)}}) as unpriced:
        await _run_as(unpriced, pending)

    [analysis] = await revisions(room, call)
    assert analysis.left_out_reason is LeftOutReason.NO_PRICE
    assert await asked(sandbox) == 0
    async with db.transaction(room.runtime.sessions) as session:
        assert (await queries.count_left_out(session, room.org.id, most_cents=500)).unpriced == 1


async def _run_as(room: Room, analysis: CallAnalysis) -> None:
    await making.make_analysis(room.runtime, analysis.org_id, analysis.id)


async def test_what_waits_when_it_is_switched_off_is_left_out(room: Room, sandbox: Sandbox) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await is_analyzed(room, call)
    await switch_on(room, enabled=False)

    [analysis] = await made(room, call)

    assert analysis.left_out_reason is LeftOutReason.SWITCHED_OFF
    assert await asked(sandbox) == 0


async def test_asking_for_a_call_while_nothing_is_left_is_refused(room: Room) -> None:
    await budget_for(room, 0)
    call = await settled_call(room)

    with pytest.raises(AnalysisBudgetUsedUp):
        await _request(room, call)


async def test_asking_while_it_is_switched_off_is_refused(room: Room) -> None:
    with pytest.raises(AnalysisSwitchedOff):
        await _request(room, await settled_call(room))


async def test_a_person_may_have_any_call_analyzed_and_once_more(room: Room) -> None:
    await switch_on(room, share_percent=1, agent_ids=None)
    call = await settled_call(room)

    await _request(room, call)
    await made(room, call)
    await _request(room, call)

    assert [each.revision for each in await made(room, call)] == [1, 2]


async def test_an_analysis_that_counts_stays_while_the_next_one_is_left_out(room: Room) -> None:
    await switch_on(room)
    call = await settled_call(room)
    await analyzed(room, call)
    spent = (await days(room))[0].spent_cents
    await switch_on(room, daily_budget_cents=spent + 0.001)
    await room.change(call, transcript=builders.turns(*MORE))

    await is_analyzed(room, call)
    found = await made(room, call)

    assert [(each.status.value, each.is_current) for each in found] == [
        ("valid", True),
        ("left_out", False),
    ]
    assert [each.call_id for each in await left_out(room)] == [call.id]


async def test_of_a_share_the_same_calls_are_chosen_again_and_about_as_many(room: Room) -> None:
    ask = await switch_on(room, share_percent=30)
    call = await settled_call(room)
    calls = [call.model_copy(update={"id": id_}) for id_ in _ids(2000)]

    chosen = [ask.is_for(each) for each in calls]

    assert chosen == [ask.is_for(each) for each in calls]
    assert 0.25 < sum(chosen) / len(chosen) < 0.35


async def test_only_the_agents_that_are_named_have_their_calls_analyzed(room: Room) -> None:
    mine, other = await settled_call(room), await settled_call(room)
    await switch_on(room, agent_ids=[mine.agent_id])

    for call in (mine, other):
        await is_analyzed(room, call)
    await made(room, mine)

    assert len(await revisions(room, mine)) == 1
    assert await revisions(room, other) == []


async def _request(room: Room, call: Call) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        await service.request_analysis(session, call.org_id, call.id)


def _ids(count: int) -> list[UUID]:
    return [ids.new_id() for _ in range(count)]
