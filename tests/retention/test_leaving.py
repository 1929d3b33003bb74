"""What a clean-up leaves to a later one, and that it does come to it then."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from backend.calls.models import Call, CallStatus
from backend.conduct.models import CallConduct, OptOutStatus
from backend.destinations.models import Delivery, DeliveryStatus, Destination, DestinationKind
from backend.platform import clock, db
from backend.platform.people.holds import Hold
from backend.platform.people.personal_data import Holdings, KeptKind, Place, Subject
from backend.retention import cleaning, holding
from tests.retention.test_cleaning import a_call, an_agent, clean, keep, last, left, words
from tests.support import builders
from tests.support.room import Room

Erase = Callable[[Any, Subject], Awaitable[None]]


def copies_elsewhere(room: Room, kind: KeptKind, erase: Erase) -> None:
    """Have copies of each call that go with a kind."""

    async def count(*_: Any) -> int:
        return 0

    place = Place[Any]("a copy", count, erase, (kind,))
    room.runtime.sessions.wiring.keeps(Holdings("elsewhere", places=(place,)))


async def hold(room: Room, call: Call) -> Hold:
    async with db.transaction(room.runtime.sessions) as session:
        new = Hold(org_id=room.org.id, reason="Case 7", created_by="Robin", call_id=call.id)
        return await holding.hold(session, new)


async def test_age_counts_from_when_a_call_was_over(kept: Room) -> None:
    agent = await an_agent(kept)
    yesterday = clock.now() - timedelta(days=1)
    not_connected = CallStatus.NOT_CONNECTED
    made = [
        await a_call(kept, agent, 61, ended_at=yesterday),
        await a_call(kept, agent, 61, scheduled_at=yesterday, status=not_connected),
        # An uploaded one: it was over before it came here.
        await a_call(kept, agent, 29, ended_at=clock.now() - timedelta(days=90)),
        await a_call(kept, agent, 31, ended_at=clock.now() - timedelta(days=90)),
    ]
    await keep(kept, calls=30)

    await clean(kept)

    assert await left(kept, *made) == [True, True, True, False]


async def test_a_call_that_was_over_later_is_not_passed_for_good(kept: Room) -> None:
    agent = await an_agent(kept)
    late = await a_call(kept, agent, 61, ended_at=clock.now() - timedelta(days=1))
    other = await a_call(kept, agent, 40)
    await keep(kept, transcripts=30)
    await clean(kept)
    assert [await words(kept, call) for call in (late, other)] == [1, 0]

    await kept.change(late, ended_at=clock.now() - timedelta(days=31))
    await clean(kept)

    assert await words(kept, late) == 0


@pytest.mark.parametrize("when", ["before its copies go", "after its copies went"])
async def test_a_call_that_is_held_meanwhile_stays_and_others_go(kept: Room, when: str) -> None:
    agent = await an_agent(kept)
    made = [await a_call(kept, agent, days) for days in (34, 33, 32, 31)]
    held = made[3] if when == "before its copies go" else made[0]
    erased: list[str] = []

    async def erase(_: Any, subject: Subject) -> None:
        erased.extend(subject.call_ids)
        if erased == [str(made[0].id)]:
            await hold(kept, held)

    copies_elsewhere(kept, KeptKind.CALLS, erase)
    await keep(kept, calls=30)

    await clean(kept)

    assert await left(kept, *made) == [call is held for call in made]
    before = when == "before its copies go"
    assert erased == [str(call.id) for call in (made[:3] if before else made)]
    assert (await last(kept)).removed == {"calls": 3}


@pytest.mark.parametrize("has_been_through", [False, True])
async def test_a_hold_that_ends_while_it_cleans_up_is_not_forgotten(
    kept: Room, *, has_been_through: bool
) -> None:
    agent = await an_agent(kept)
    call = await a_call(kept, agent, 33)
    wanted = await hold(kept, call)
    await keep(kept, transcripts=30)
    if has_been_through:
        await a_call(kept, agent, 32)
        await clean(kept)
    await a_call(kept, agent, 31)
    holds = [wanted.id]

    async def erase(*_: Any) -> None:
        if holds:
            async with db.transaction(kept.runtime.sessions) as session:
                await holding.end_hold(session, kept.org.id, holds.pop())

    copies_elsewhere(kept, KeptKind.TRANSCRIPTS, erase)

    await clean(kept)
    assert (holds, await words(kept, call)) == ([], 1)
    await clean(kept)

    assert await words(kept, call) == 0


@pytest.mark.parametrize("kind", [KeptKind.TRANSCRIPTS, KeptKind.CALLS])
@pytest.mark.parametrize("status", [DeliveryStatus.PENDING, DeliveryStatus.SENDING])
async def test_what_is_still_to_be_delivered_is_delivered_first(
    kept: Room, status: DeliveryStatus, kind: KeptKind
) -> None:
    agent = await an_agent(kept)
    made = [await a_call(kept, agent, days) for days in (35, 34)]
    async with db.transaction(kept.runtime.sessions) as session:
        crm, off = [_a_destination(kept, enabled=enabled) for enabled in (True, False)]
        session.add_all([crm, off])
        await session.flush()
        awaited = _a_delivery(crm, made[0], status)
        # One that was switched off keeps nothing.
        session.add_all([awaited, _a_delivery(off, made[1], DeliveryStatus.PENDING)])
    await keep(kept, None, **{kind.value: 30})

    await clean(kept)
    there = kind is KeptKind.TRANSCRIPTS
    assert await left(kept, *made) == [True, there]
    assert await words(kept, made[0]) == 1

    async with db.transaction(kept.runtime.sessions) as session:
        (await session.get_one(Delivery, awaited.id)).status = DeliveryStatus.DELIVERED
    await clean(kept)

    assert await left(kept, made[0]) == [there]
    if there:
        assert [await words(kept, call) for call in made] == [0, 0]


@pytest.mark.parametrize("kind", [KeptKind.TRANSCRIPTS, KeptKind.CALLS])
async def test_words_that_may_be_an_opt_out_stay_until_somebody_has_decided(
    kept: Room, kind: KeptKind
) -> None:
    agent = await an_agent(kept)
    made = [await a_call(kept, agent, days) for days in (35, 34)]
    async with db.transaction(kept.runtime.sessions) as session:
        session.add_all(
            CallConduct(
                call_id=call.id,
                org_id=kept.org.id,
                agent_id=agent.id,
                called_at=clock.now(),
                opt_out={"turn": 1, "quote": "Leave me alone.", "is_sure": False},
                opt_out_status=status,
            )
            for call, status in zip(
                made, (OptOutStatus.NEEDS_REVIEW, OptOutStatus.DISMISSED), strict=True
            )
        )
    await keep(kept, None, **{kind.value: 30})

    await clean(kept)
    there = kind is KeptKind.TRANSCRIPTS
    assert await left(kept, *made) == [True, there]
    assert await words(kept, made[0]) == 1

    async with db.transaction(kept.runtime.sessions) as session:
        found = await session.get_one(CallConduct, made[0].id)
        found.opt_out_status = OptOutStatus.DISMISSED
    await clean(kept)

    assert await left(kept, made[0]) == [there]
    if there:
        assert [await words(kept, call) for call in made] == [0, 0]


def _a_destination(room: Room, *, enabled: bool) -> Destination:
    return Destination(
        org_id=room.org.id,
        name="CRM",
        kind=DestinationKind.WEBHOOK,
        config={"url": "https://crm.example.com/"},
        secrets=b"",
        events=[],
        watched=[],
        record_statuses=[],
        concurrency=1,
        enabled=enabled,
    )


def _a_delivery(destination: Destination, call: Call, status: DeliveryStatus) -> Delivery:
    return Delivery(
        org_id=destination.org_id,
        destination_id=destination.id,
        event_id=1,
        event="call.ended",
        call_id=call.id,
        status=status,
        next_attempt_at=clock.now(),
    )


@pytest.mark.parametrize("failure", ["the database", "a mistake"])
async def test_what_fails_for_one_organisation_stops_no_other(kept: Room, failure: str) -> None:
    mine = await a_call(kept, await an_agent(kept), 31)
    async with db.transaction(kept.runtime.sessions) as session:
        other = Room(kept.runtime, await builders.organisation(session))
    others = await a_call(other, await an_agent(other), 31)
    await keep(kept, calls=30)
    await keep(other, calls=30)
    fails = [True]

    async def erase(_: Any, subject: Subject) -> None:
        if subject.org_id == kept.org.id and fails:
            fails.clear()
            async with db.transaction(kept.runtime.sessions) as session:
                connection = await session.connection()
                if failure == "a mistake":
                    await connection.execute(text("select 1 / 0"))
                await connection.execute(text("set local statement_timeout = 1"))
                await connection.execute(text("select pg_sleep(5)"))

    copies_elsewhere(kept, KeptKind.CALLS, erase)

    await cleaning.clean_up(kept.runtime)
    assert (await left(kept, mine), await left(other, others)) == ([True], [False])
    said = "The database does not answer" if failure == "the database" else "A mistake of ours"
    assert ((await last(kept)).error or "").startswith(said)

    await cleaning.clean_up(kept.runtime)
    assert await left(kept, mine) == [False]
    assert (await last(kept)).error is None
