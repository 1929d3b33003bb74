"""Each call's transcript is looked at once it is over, and what was said in it counts."""

from typing import Any

import pytest

from backend.calls.models import AnsweredBy, CallSource, CallStatus
from backend.compliance import service as compliance
from backend.compliance.models import Scope, Suppression
from backend.conduct import jobs, service
from backend.conduct.errors import OptOutNotDoubted
from backend.conduct.models import HEARING, CallConduct, OptOutStatus
from backend.platform import clock, db
from tests.conduct.checking import (
    ASKED,
    NUMBER,
    OPENING,
    PERHAPS,
    a_call,
    checked,
    decide,
    who_is_suppressed,
)
from tests.support import builders
from tests.support.room import Room


async def test_whoever_asks_is_suppressed_once_with_their_words(room: Room) -> None:
    call = await a_call(room, OPENING, ASKED, purpose="service")

    found = await checked(room, call)

    (held,) = await who_is_suppressed(room)
    assert found is not None
    assert (held.source, held.scope, held.call_id) == ("transcript", "all", call.id)
    assert (found.opt_out_status, found.suppression_id) == (OptOutStatus.SUPPRESSED, held.id)
    async with db.transaction(room.runtime.sessions) as session:
        quotes = await compliance.find_quotes(session, [held])
    assert quotes[held.id].quote == "Please don't call me again."


async def test_of_an_inbound_call_whoever_called_is_suppressed(room: Room) -> None:
    caller = "+14155550188"
    await checked(
        room, await a_call(room, OPENING, ASKED, source=CallSource.INBOUND, from_number=caller)
    )

    assert len(await who_is_suppressed(room, caller)) == 1


async def test_what_the_call_has_said_already_is_not_said_twice(room: Room) -> None:
    call = await a_call(room, OPENING, ASKED)
    asked = Suppression(
        org_id=room.org.id, to_number=NUMBER, scope=Scope.ALL, source="retell", call_id=call.id
    )
    async with db.transaction(room.runtime.sessions) as session:
        await compliance.suppress(session, [asked])

    found = await checked(room, call)

    assert found is not None
    assert found.opt_out_status is OptOutStatus.RECORDED
    assert len(await who_is_suppressed(room)) == 1


@pytest.mark.parametrize(
    ("line", "columns"),
    [(PERHAPS, {}), (ASKED, {"answered_by": AnsweredBy.VOICEMAIL})],
)
async def test_what_is_unsure_suppresses_nobody_until_a_person_says_so(
    room: Room, line: str, columns: dict[str, Any]
) -> None:
    call = await a_call(room, OPENING, line, **columns)
    found = await checked(room, call)
    before = await who_is_suppressed(room)

    decided = await decide(room, call, is_opt_out=True)

    assert found is not None
    assert (found.opt_out_status, before) == (OptOutStatus.NEEDS_REVIEW, [])
    assert decided.opt_out_status is OptOutStatus.SUPPRESSED
    (held,) = await who_is_suppressed(room)
    assert (held.source, held.created_by) == ("transcript", decided.decided_by)


async def test_a_decision_stays_however_often_the_call_is_looked_at(room: Room) -> None:
    call = await a_call(room, OPENING, PERHAPS)
    await checked(room, call)

    await decide(room, call, is_opt_out=False)
    found = await checked(room, call)

    assert found is not None
    assert found.opt_out_status is OptOutStatus.DISMISSED
    assert await who_is_suppressed(room) == []
    with pytest.raises(OptOutNotDoubted):
        await decide(room, call, is_opt_out=True)


async def test_a_transcript_that_changes_is_looked_at_anew(room: Room) -> None:
    call = await a_call(room, "agent: Hello.", PERHAPS)
    await checked(room, call)

    await room.change(call, transcript=builders.turns(OPENING, "user: Sure, go on."))
    found = await checked(room, call)

    assert found is not None
    assert (found.lacks, found.opt_out, found.opt_out_status) == ([], None, None)


async def test_nobody_is_suppressed_before_it_is_told_whether_a_machine_spoke(room: Room) -> None:
    machine, person = [
        await a_call(room, OPENING, ASKED, to_number=f"+1415555012{n}", seen=["ended", "started"])
        for n in range(2)
    ]
    early = [await checked(room, call) for call in (machine, person)]
    before = await who_is_suppressed(room, str(person.to_number))

    await room.change(
        machine, seen=["analyzed", "ended", "started"], answered_by=AnsweredBy.VOICEMAIL
    )
    await room.change(person, seen=["analyzed", "ended", "started"])
    late = [await checked(room, call) for call in (machine, person)]

    review, suppressed = OptOutStatus.NEEDS_REVIEW, OptOutStatus.SUPPRESSED
    assert [each and each.opt_out_status for each in early] == [review, review]
    assert [each and each.opt_out_status for each in late] == [review, suppressed]
    assert (before, await who_is_suppressed(room, str(machine.to_number))) == ([], [])


async def test_a_dismissed_doubt_hides_no_later_opt_out(room: Room) -> None:
    call = await a_call(room, OPENING, PERHAPS)
    await checked(room, call)
    await decide(room, call, is_opt_out=False)

    await room.change(call, transcript=builders.turns(OPENING, PERHAPS, ASKED))
    found = await checked(room, call)

    assert found is not None
    assert found.opt_out_status is OptOutStatus.SUPPRESSED
    assert (found.decided_by, found.decided_at) == (None, None)
    (held,) = await who_is_suppressed(room)
    assert held.created_by is None


async def test_what_is_left_after_a_dismissal_is_decided_on_next(room: Room) -> None:
    call = await a_call(room, OPENING, PERHAPS, "agent: Pardon?", "user: Don't call me.")
    await checked(room, call)

    decisions = [await decide(room, call, is_opt_out=False) for _ in range(2)]
    found = await checked(room, call)

    assert [each.opt_out_status for each in decisions] == [
        OptOutStatus.NEEDS_REVIEW,
        OptOutStatus.DISMISSED,
    ]
    assert (decisions[0].opt_out or {})["quote"] == "Don't call me."
    assert found is not None
    assert found.opt_out_status is OptOutStatus.DISMISSED
    assert await who_is_suppressed(room) == []


@pytest.mark.parametrize(
    ("language", "status"),
    [
        ("en-US", OptOutStatus.NEEDS_REVIEW),
        (["en-US", "es-419"], OptOutStatus.SUPPRESSED),
    ],
)
async def test_words_of_a_language_that_the_agent_does_not_speak_are_doubted(
    room: Room, language: str | list[str], status: OptOutStatus
) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, language=language)
        call = await builders.call(
            session, agent, lines=(OPENING, "user: No me llamen más."), seen=["analyzed", "ended"]
        )

    found = await checked(room, call)

    assert found is not None
    assert found.opt_out_status is status


async def test_a_long_call_is_looked_at_as_a_short_one(room: Room) -> None:
    found = await checked(room, await a_call(room, OPENING, "user: Go on. " * 900, ASKED))

    assert found is not None
    assert (found.lacks, found.opt_out_status) == ([], OptOutStatus.SUPPRESSED)


async def test_calls_of_before_are_looked_at_by_the_clock_and_suppress_nobody(room: Room) -> None:
    calls = [await a_call(room, OPENING, ASKED, to_number=f"+1415555010{n}") for n in range(5)]
    running = await a_call(
        room, OPENING, ASKED, status=CallStatus.IN_PROGRESS, check_at=clock.now()
    )

    for _ in range(2):
        await jobs.check_earlier(room.runtime)

    async with db.transaction(room.runtime.sessions) as session:
        found = [await service.find_conduct(session, room.org.id, call.id) for call in calls]
        left = await service.find_conduct(session, room.org.id, running.id)
    assert {each and each.opt_out_status for each in found} == {OptOutStatus.NEEDS_REVIEW}
    assert left is None
    assert not [
        held for call in calls for held in await who_is_suppressed(room, str(call.to_number))
    ]


async def test_what_an_older_release_heard_is_heard_anew_and_its_opt_outs_stay(room: Room) -> None:
    call = await a_call(room, "agent: My computer is slow.", ASKED)
    async with db.transaction(room.runtime.sessions) as session:
        session.add(
            CallConduct(
                call_id=call.id,
                org_id=room.org.id,
                agent_id=call.agent_id,
                called_at=call.created_at,
                disclosures=[],
                lacks=[],
                hearing=None,
            )
        )

    for _ in range(2):
        await jobs.check_earlier(room.runtime)

    async with db.transaction(room.runtime.sessions) as session:
        found = await service.find_conduct(session, room.org.id, call.id)
    assert found is not None
    assert (found.lacks, found.opt_out, found.hearing) == (
        ["ai", "caller", "opt_out"],
        None,
        HEARING,
    )


async def test_a_call_that_cannot_be_looked_at_keeps_no_other_from_it(room: Room) -> None:
    older = await a_call(room, OPENING, ASKED)
    broken = await a_call(room, OPENING, ASKED)
    await room.change(broken, transcript=[{"turn": "none"}])

    await jobs.check_earlier(room.runtime)

    async with db.transaction(room.runtime.sessions) as session:
        found = [
            await service.find_conduct(session, room.org.id, call.id) for call in (older, broken)
        ]
    assert [each is not None for each in found] == [True, False]
