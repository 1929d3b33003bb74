"""Each call's transcript is looked at once it is over, and what was said in it counts."""

import asyncio
from typing import Any

import pytest

from backend.calls.models import AnsweredBy, Call, CallSource
from backend.compliance import queries, service as compliance
from backend.compliance.models import Scope, Suppression
from backend.conduct import jobs, service
from backend.conduct.errors import OptOutNotDoubted
from backend.conduct.models import CallConduct, OptOutStatus
from backend.platform import db, ids
from tests.support import builders
from tests.support.room import Room

NUMBER = "+14155550100"
ASKED = "user: No. Please don't call me again. Bye."
PERHAPS = "user: Just leave me alone."
OPENING = "agent: Hi, this is Alex, an AI assistant from Brightline. You can opt out any time."


async def _call(room: Room, *lines: str, purpose: str = "marketing", **columns: Any) -> Call:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, purpose=purpose)
        return await builders.call(session, agent, lines=lines, **columns)


async def _checked(room: Room, call: Call) -> CallConduct | None:
    """Look at a call as several jobs do, some at the same time."""

    async def check() -> None:
        async with db.transaction(room.runtime.sessions) as session:
            await service.check_call(session, room.org.id, call.id)

    await asyncio.gather(check(), check())
    await check()
    async with db.transaction(room.runtime.sessions) as session:
        return await service.find_conduct(session, room.org.id, call.id)


async def _suppressed(room: Room, number: str = NUMBER) -> list[Suppression]:
    async with db.transaction(room.runtime.sessions) as session:
        return list(await queries.list_of_numbers(session, room.org.id, [number]))


async def _decide(room: Room, call: Call, *, is_opt_out: bool) -> CallConduct:
    async with db.transaction(room.runtime.sessions) as session:
        return await service.decide(
            session, room.org.id, call.id, is_opt_out=is_opt_out, by=ids.new_id()
        )


async def test_what_a_rule_asks_for_is_found_with_turn_and_words(room: Room) -> None:
    found = await _checked(room, await _call(room, OPENING, "user: Okay."))

    assert found is not None
    said = {each["disclosure"]: (each["turn"], each["quote"]) for each in found.disclosures}
    assert said["ai"] == (0, "Hi, this is Alex, an AI assistant from Brightline.")
    assert said["opt_out"] == (0, "You can opt out any time.")
    assert set(said) == {"ai", "caller", "opt_out"}
    assert found.lacks == []
    assert found.opt_out_status is None


async def test_what_was_not_said_is_lacking_by_its_rule(room: Room) -> None:
    found = await _checked(room, await _call(room, "agent: How are you?", "user: Fine."))

    assert found is not None
    assert found.lacks == ["ai", "caller", "opt_out"]
    rules = {each["rule"]["name"] for each in found.disclosures}
    assert rules == {"us-ca.ai", "us.caller", "us.opt_out"}


@pytest.mark.parametrize(
    "columns",
    [{"purpose": "service"}, {"source": CallSource.INBOUND}, {"to_number": "+4915155501"}],
)
async def test_where_no_rule_binds_nothing_is_lacking(room: Room, columns: dict[str, Any]) -> None:
    found = await _checked(room, await _call(room, "agent: How are you?", **columns))

    assert found is not None
    assert found.disclosures == []


async def test_whoever_asks_is_suppressed_once_with_their_words(room: Room) -> None:
    call = await _call(room, OPENING, ASKED, purpose="service")

    found = await _checked(room, call)

    (held,) = await _suppressed(room)
    assert found is not None
    assert (held.source, held.scope, held.call_id) == ("transcript", "all", call.id)
    assert (found.opt_out_status, found.suppression_id) == (OptOutStatus.SUPPRESSED, held.id)
    async with db.transaction(room.runtime.sessions) as session:
        quotes = await compliance.find_quotes(session, [held])
    assert quotes[held.id].quote == "Please don't call me again."


async def test_of_an_inbound_call_whoever_called_is_suppressed(room: Room) -> None:
    caller = "+14155550188"
    await _checked(
        room, await _call(room, OPENING, ASKED, source=CallSource.INBOUND, from_number=caller)
    )

    assert len(await _suppressed(room, caller)) == 1


async def test_what_the_call_has_said_already_is_not_said_twice(room: Room) -> None:
    call = await _call(room, OPENING, ASKED)
    asked = Suppression(
        org_id=room.org.id, to_number=NUMBER, scope=Scope.ALL, source="retell", call_id=call.id
    )
    async with db.transaction(room.runtime.sessions) as session:
        await compliance.suppress(session, [asked])

    found = await _checked(room, call)

    assert found is not None
    assert found.opt_out_status is OptOutStatus.RECORDED
    assert len(await _suppressed(room)) == 1


@pytest.mark.parametrize(
    ("line", "columns"),
    [(PERHAPS, {}), (ASKED, {"answered_by": AnsweredBy.VOICEMAIL})],
)
async def test_what_is_unsure_suppresses_nobody_until_a_person_says_so(
    room: Room, line: str, columns: dict[str, Any]
) -> None:
    call = await _call(room, OPENING, line, **columns)
    found = await _checked(room, call)
    before = await _suppressed(room)

    decided = await _decide(room, call, is_opt_out=True)

    assert found is not None
    assert (found.opt_out_status, before) == (OptOutStatus.NEEDS_REVIEW, [])
    assert decided.opt_out_status is OptOutStatus.SUPPRESSED
    (held,) = await _suppressed(room)
    assert (held.source, held.created_by) == ("transcript", decided.decided_by)


async def test_a_decision_stays_however_often_the_call_is_looked_at(room: Room) -> None:
    call = await _call(room, OPENING, PERHAPS)
    await _checked(room, call)

    await _decide(room, call, is_opt_out=False)
    found = await _checked(room, call)

    assert found is not None
    assert found.opt_out_status is OptOutStatus.DISMISSED
    assert await _suppressed(room) == []
    with pytest.raises(OptOutNotDoubted):
        await _decide(room, call, is_opt_out=True)


async def test_a_transcript_that_changes_is_looked_at_anew(room: Room) -> None:
    call = await _call(room, "agent: Hello.", PERHAPS)
    await _checked(room, call)

    await room.change(call, transcript=builders.turns(OPENING, "user: Sure, go on."))
    found = await _checked(room, call)

    assert found is not None
    assert (found.lacks, found.opt_out, found.opt_out_status) == ([], None, None)


async def test_calls_of_before_are_looked_at_by_the_clock(room: Room) -> None:
    calls = [await _call(room, OPENING, ASKED, to_number=f"+1415555010{n}") for n in range(3)]

    await jobs.check_earlier(room.runtime)

    async with db.transaction(room.runtime.sessions) as session:
        assert not await service.list_unchecked(session, before=None, limit=9)
    assert len(await _suppressed(room, str(calls[2].to_number))) == 1
