"""What is over its time goes, once, and nothing else does."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlmodel import select

from backend.agents.models import Agent
from backend.calls import service as calls
from backend.calls.models import Call, CallStatus, CallWords
from backend.calls.search import has_words
from backend.platform import clock, db
from backend.platform.errors import Unavailable
from backend.platform.people.erased import ErasedSubject
from backend.platform.people.holds import Hold
from backend.platform.people.personal_data import Holdings, KeptKind, Place
from backend.retention import cleaning, holding, measuring, periods, queries
from backend.retention.models import Cleanup
from tests.retention.test_erasing import files_of
from tests.support import builders
from tests.support.people import Person, a_person, an_office, dump, fill_rooms, holding as held_by
from tests.support.room import Room
from tests.support.waiting import until_one_waits_for_a_lock


async def keep(room: Room, of_agents: dict[UUID, Any] | None = None, **days: int | None) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        settings = room.runtime.settings
        await periods.set_policy(session, room.org.id, days, of_agents or {}, settings)


async def an_agent(room: Room) -> Agent:
    async with db.transaction(room.runtime.sessions) as session:
        return await builders.published_agent(session, room.org.id)


async def a_call(room: Room, agent: Agent, days: int, **columns: Any) -> Call:
    """Make one that came here so many days ago, and that Retell does not know."""
    defaults = {"retell_call_id": None, "lines": ("user: Load 4471 is late.",)}
    async with db.transaction(room.runtime.sessions) as session:
        at = clock.now() - timedelta(days=days)
        return await builders.call(session, agent, created_at=at, **(defaults | columns))


async def clean(room: Room) -> None:
    """Clean up, whenever the last clean-up was."""
    async with db.transaction(room.runtime.sessions) as session:
        past = {"org_id": room.org.id}
        statement = (
            "update cleanups set began_at = began_at - interval '1 day' where org_id = :org_id"
        )
        await (await session.connection()).execute(text(statement), past)
    await cleaning.clean_up(room.runtime)


async def last(room: Room) -> Cleanup:
    async with db.transaction(room.runtime.sessions) as session:
        found = await queries.find_last_cleanup(session, room.org.id)
        assert found is not None
        return found


async def left(room: Room, *made: Call) -> list[bool]:
    async with db.transaction(room.runtime.sessions) as session:
        return [await session.get(Call, call.id) is not None for call in made]


async def words(room: Room, call: Call) -> int:
    async with db.transaction(room.runtime.sessions) as session:
        return len((await session.get_one(Call, call.id)).transcript)


async def test_calls_go_when_their_time_is_over_and_not_before(kept: Room) -> None:
    agent = await an_agent(kept)
    made = [await a_call(kept, agent, days) for days in (31, 29)]
    going_on = await a_call(kept, agent, 31, status=CallStatus.SCHEDULED)
    await keep(kept, calls=30)

    await clean(kept)

    assert await left(kept, *made, going_on) == [False, True, True]
    done = await last(kept)
    assert (done.removed, done.error) == ({"calls": 1}, None)
    assert done.ended_at is not None


async def test_a_call_that_was_too_old_does_not_come_back(kept: Room) -> None:
    agent = await an_agent(kept)
    await a_call(kept, agent, 31)
    await keep(kept, calls=30)
    await clean(kept)

    async with db.transaction(kept.runtime.sessions) as session:
        kinds = [row.kind for row in await session.exec(select(ErasedSubject))]
    assert kinds == ["call"], "Its number may call again."


async def test_without_periods_nothing_goes(kept: Room) -> None:
    agent = await an_agent(kept)
    old = await a_call(kept, agent, 3000)
    await keep(kept)

    await clean(kept)

    assert (await left(kept, old), (await last(kept)).removed) == ([True], {})


@pytest.mark.parametrize(
    ("kind", "goes"),
    [
        (KeptKind.TRANSCRIPTS, {"call_transcripts", "record_audits", "webhooks"}),
        (KeptKind.RECORDS, {"records", "evaluations", "call_comments"}),
        (KeptKind.RECORDINGS, {"recordings", "recording_chunks"}),
    ],
)
async def test_a_kind_goes_before_its_call(
    kept: Room, folder: Path, kind: KeptKind, goes: set[str]
) -> None:
    agent = await an_agent(kept)
    office = await an_office(kept, agent)
    people = [a_person(800), a_person(801)]
    for person, days in zip(people, (31, 29), strict=True):
        call = await a_call(
            kept,
            agent,
            days,
            to_number=person.number,
            lines=(f"user: {person.sentence}",),
            retell_call_id=f"call_old_{days}",
        )
        await fill_rooms(kept, office, person, call)
    dsn = kept.runtime.settings.database.dsn
    before = await dump(dsn)
    old, new = people
    await keep(kept, None, **{kind.value: 30})

    await clean(kept)

    after = await dump(dsn)
    assert await left(kept, *old.calls, *new.calls) == [True, True]
    assert held_by(after, *new.marks) == held_by(before, *new.marks)
    assert goes.isdisjoint(_tables_of(after, old))
    assert goes <= _tables_of(before, old) | {"recording_chunks"}
    sounds = [name for name in files_of(folder) if name.startswith("recordings/")]
    assert len(sounds) == (1 if kind is KeptKind.RECORDINGS else 2)
    assert (await last(kept)).removed == {kind.value: 1}
    if kind is KeptKind.TRANSCRIPTS:
        where = held_by(after, old.sentence)
        # Quotes are of records; what a sender said of a file is the file's, and a job not done.
        made_up = {"events", "pgqueuer", "recordings"}
        assert set(where) <= {"records", "criterion_verdicts", "disputes"} | made_up


async def test_with_a_recording_goes_what_its_file_was_called(kept: Room) -> None:
    agent = await an_agent(kept)
    old = await a_call(kept, agent, 31, lines=("user: The gate was shut.",))
    async with db.transaction(kept.runtime.sessions) as session:
        call = await session.get_one(Call, old.id)
        call.file_name, call.ended_at = "2026-10-29_Nadia-Brandt.wav", call.created_at
    await keep(kept, None, recordings=30)
    found = await _found(kept, "brandt", "gate")

    await clean(kept)

    async with db.transaction(kept.runtime.sessions) as session:
        assert (await session.get_one(Call, old.id)).file_name is None
    assert (found, await _found(kept, "brandt", "gate")) == ([True, True], [False, True])


async def _found(kept: Room, *words: str) -> list[bool]:
    async with db.transaction(kept.runtime.sessions) as session:
        return [
            (await session.exec(select(CallWords.call_id).where(has_words(word)))).first()
            is not None
            for word in words
        ]


def _tables_of(dumped: dict[str, list[str]], person: Person) -> set[str]:
    return set(held_by(dumped, *person.marks))


async def test_an_agents_own_period_goes_before_the_organisations(kept: Room) -> None:
    shorter, longer, other = [await an_agent(kept) for _ in range(3)]
    made = [await a_call(kept, agent, 20) for agent in (shorter, longer, other)]
    older = [await a_call(kept, agent, 40) for agent in (shorter, longer, other)]
    own = {shorter.id: {"calls": 10}, longer.id: {"calls": None}}
    await keep(kept, own, calls=30)

    await clean(kept)

    assert await left(kept, *made) == [False, True, True]
    assert await left(kept, *older) == [False, True, False]


async def test_cleaning_up_twice_at_once_removes_and_counts_once(kept: Room) -> None:
    agent = await an_agent(kept)
    made = [await a_call(kept, agent, 31) for _ in range(60)]
    await keep(kept, calls=30, transcripts=10)
    async with db.transaction(kept.runtime.sessions) as session:
        cleanup = Cleanup(org_id=kept.org.id)
        session.add(cleanup)

    results = await asyncio.gather(
        *(cleaning.clean_organisation(kept.runtime, cleanup) for _ in range(2))
    )

    assert results == [None, None]
    assert await left(kept, *made) == [False] * 60
    assert (await last(kept)).removed == {"calls": 60, "transcripts": 60}


async def test_only_one_works_on_a_clean_up_until_it_is_killed(kept: Room) -> None:
    agent = await an_agent(kept)
    old = await a_call(kept, agent, 31)
    await keep(kept, calls=30)
    async with db.transaction(kept.runtime.sessions) as session:
        mine = await queries.claim_cleanup(
            session, kept.org.id, every=cleaning.EVERY, lease=cleaning.LEASE
        )
        assert mine is not None

    await cleaning.clean_up(kept.runtime)
    assert await left(kept, old) == [True], "Somebody has it."

    async with db.transaction(kept.runtime.sessions) as session:
        (await queries.lock_cleanup(session, mine.id)).lease_until = clock.now()
    await cleaning.clean_up(kept.runtime)
    assert await left(kept, old) == [False]
    assert (await last(kept)).id == mine.id

    again = await a_call(kept, agent, 31)
    await cleaning.clean_up(kept.runtime)
    assert await left(kept, again) == [True], "Once a day is enough."


async def test_what_fails_in_the_middle_is_gone_on_with(
    kept: Room,
) -> None:
    agent = await an_agent(kept)
    made = [await a_call(kept, agent, 31) for _ in range(60)]
    await keep(kept, calls=30)
    turns = iter([*[None] * 29, Unavailable("Retell is away."), *[None] * 60])

    async def erase(*_: Any) -> None:
        if (failure := next(turns)) is not None:
            raise failure

    place = Place[Any]("a copy", _nothing, erase, (KeptKind.CALLS,))
    kept.runtime.sessions.wiring.keeps(Holdings("elsewhere", places=(place,)))

    await clean(kept)
    stopped = await last(kept)
    assert (stopped.ended_at, stopped.error) == (None, "Retell is away.")
    assert 0 < sum(await left(kept, *made)) < 60

    await cleaning.clean_up(kept.runtime)
    done = await last(kept)
    assert (done.id, done.removed, done.error) == (stopped.id, {"calls": 60}, None)
    assert not any(await left(kept, *made))


async def _nothing(*_: Any) -> int:
    return 0


async def test_a_call_somebody_works_on_is_waited_for(kept: Room) -> None:
    agent = await an_agent(kept)
    old = await a_call(kept, agent, 31)
    await keep(kept, calls=30)

    async with db.transaction(kept.runtime.sessions) as session:
        await calls.lock_call(session, kept.org.id, old.id)
        cleaned = asyncio.create_task(clean(kept))
        await until_one_waits_for_a_lock(kept.runtime.sessions)
        assert await left(kept, old) == [True]
    await cleaned

    assert await left(kept, old) == [False]


async def test_what_was_done_is_skipped_until_periods_change_or_a_week_has_passed(
    kept: Room,
) -> None:
    agent = await an_agent(kept)
    old, older = [await a_call(kept, agent, days) for days in (31, 61)]
    await keep(kept, transcripts=30)
    await clean(kept)
    assert [await words(kept, call) for call in (old, older)] == [0, 0]

    async def comes_late() -> None:
        await kept.change(old, transcript=builders.turns("user: More of it came."))

    await comes_late()
    await clean(kept)
    assert await words(kept, old) == 1, "Not looked at every night."

    await keep(kept, transcripts=31)
    await clean(kept)
    assert await words(kept, old) == 0

    await comes_late()
    week_ago = (clock.now() - timedelta(days=8)).isoformat()
    async with db.transaction(kept.runtime.sessions) as session:
        policy = await queries.lock_policy(session, kept.org.id)
        assert policy is not None
        policy.marks = {key: mark | {"since": week_ago} for key, mark in policy.marks.items()}
    await clean(kept)
    assert await words(kept, old) == 0


async def test_what_is_held_stays_until_the_hold_ends(kept: Room) -> None:
    agent, held_agent = await an_agent(kept), await an_agent(kept)
    one = await a_call(kept, agent, 31)
    two = await a_call(kept, agent, 31, to_number="+14155550188")
    three = await a_call(kept, held_agent, 31)
    free = await a_call(kept, agent, 31)
    wanted: list[dict[str, Any]] = [
        {"call_id": one.id},
        {"phone_number": "+14155550188"},
        {"agent_id": held_agent.id},
    ]
    made = []
    for each in wanted:
        async with db.transaction(kept.runtime.sessions) as session:
            new = Hold(org_id=kept.org.id, reason="Case 7", created_by="Robin", **each)
            made.append(await holding.hold(session, new))
    await keep(kept, calls=30, transcripts=20)

    await clean(kept)
    assert await left(kept, one, two, three, free) == [True, True, True, False]
    assert [await words(kept, call) for call in (one, two, three)] == [1, 1, 1]

    await keep(kept, transcripts=20)
    await clean(kept)
    async with db.transaction(kept.runtime.sessions) as session:
        await holding.end_hold(session, kept.org.id, made[0].id)
    await clean(kept)
    assert [await words(kept, call) for call in (one, two, three)] == [0, 1, 1]


async def test_logs_go_by_the_organisations_own_days(kept: Room) -> None:
    agent = await an_agent(kept)
    call = await a_call(kept, agent, 1)
    async with db.transaction(kept.runtime.sessions) as session:
        connection = await session.connection()
        for days in (10, 40, 400):
            values = {"org": kept.org.id, "at": clock.now() - timedelta(days=days)}
            for statement in (_EVENT, _ENTRY, _WEBHOOK):
                await connection.execute(statement, values | {"body": str(days).encode()})
    await keep(kept, webhooks=20, events=20, audit=100)

    await clean(kept)

    assert (await last(kept)).removed == {"webhooks": 2, "events": 2, "audit": 1}
    assert await left(kept, call) == [True]


_EVENT = text(
    "insert into events (org_id, name, data, at) values (:org, 'agent.checked', '{}', :at)"
)
_ENTRY = text(
    "insert into audit_entries (id, org_id, at, actor_kind, actor_name, action, details)"
    " values (cast(lpad(to_hex((extract(epoch from cast(:at as timestamptz)) * 1000)::bigint),"
    " 12, '0') || '70008000000000000000' as uuid), :org, :at, 'operator', 'x', 'tidy', '{}')"
)
_WEBHOOK = text(
    "insert into webhooks (id, org_id, body, body_sha256, body_bytes, headers, state, attempts,"
    " received_at) values (gen_random_uuid(), :org, :body, :body, 1, '{}', 'applied', 1, :at)"
)


async def test_the_audit_log_still_refuses_everybody_else(kept: Room) -> None:
    async with db.transaction(kept.runtime.sessions) as session:
        connection = await session.connection()
        with pytest.raises(Exception, match="only ever added to"):
            await connection.execute(text("delete from audit_entries"))
        await session.rollback()


async def test_what_was_removed_is_in_the_metrics(kept: Room) -> None:
    agent = await an_agent(kept)
    await a_call(kept, agent, 31)
    await keep(kept, calls=30)
    await clean(kept)

    async with db.transaction(kept.runtime.sessions) as session:
        written = (await measuring.measure(session)).decode()
    sample = f'ringback_retention_removed_total{{kind="calls",org="{kept.org.slug}"}} 1.0'
    assert sample in written.splitlines()
