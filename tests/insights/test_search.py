"""What was said is found again: by its words in any form, and by nobody else."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from backend.calls.events import CallEnded
from backend.calls.models import Call, CallStatus, Turn
from backend.insights import jobs, queries, searching
from backend.insights.models import Found, SearchMode, Wanted
from backend.platform import clock, db
from backend.records import service as records
from tests.support import builders
from tests.support.room import Room

TIRE = ("agent: What holds you up?", "user: The delivery is late, a tire went flat in Reno.")
DOCK = ("agent: Where are you?", "user: Waiting at the dock; the receiver opens at nine.")


async def _call(
    room: Room, *lines: str, config: dict[str, Any] | None = None, **columns: Any
) -> Call:
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, **(config or {}))
        call = await builders.call(session, agent, lines=lines, **columns)
    await _cut(room, call)
    return call


async def _cut(room: Room, call: Call) -> None:
    event = CallEnded(org_id=call.org_id, call_id=call.id)
    for _ in range(2):
        await jobs.cut_call(room.runtime, event)


async def _found(room: Room, q: str, **wanted: Any) -> list[Found]:
    defaults: dict[str, Any] = {"org_id": room.org.id, "words": queries.words_in(q), "limit": 20}
    asked = Wanted(**(defaults | wanted))
    return list((await searching.search(room.runtime, asked, q, SearchMode.TEXT)).found)


async def _calls(room: Room, q: str, **wanted: Any) -> list[UUID]:
    return [each.call_id for each in await _found(room, q, **wanted)]


@pytest.mark.parametrize(
    "q", ["tire", "TIRES", "deliveries", "flat tire in Reno", "the late delivery", "holding"]
)
async def test_words_are_found_in_their_forms(room: Room, q: str) -> None:
    call = await _call(room, *TIRE, language="en-US")
    await _call(room, *DOCK, language="en-US")

    (found, *others) = await _found(room, q)

    assert (found.call_id, found.first_turn, found.last_turn, found.start_ms) == (call.id, 0, 1, 0)
    assert others == []


async def test_a_passage_with_more_of_the_words_comes_first(room: Room) -> None:
    dock = await _call(room, *DOCK, language="en-US")
    tire = await _call(room, *TIRE, language="en-US")
    assert await _calls(room, "receiver, dock, late") == [
        dock.id,
        tire.id,
    ]
    assert await _calls(room, "dock, late tire") == [tire.id, dock.id]


async def test_what_was_hit_is_marked_in_what_was_said(room: Room) -> None:
    await _call(room, *TIRE, language="en-US")

    (found,) = await _found(room, "delivery tires")

    assert found.marked[1::2] == ["delivery", "tire"]
    assert "".join(found.marked) == found.text
    assert found.text.startswith("What holds you up?\nThe")


@pytest.mark.parametrize(
    ("language", "said", "q"),
    [
        ("es", "user: Las entregas llegaron tarde.", "entrega"),
        ("de-DE", "user: Die Lieferungen kamen zu spät.", "Lieferung"),
        ("pl", "user: Dostawa przyjedzie jutro.", "dostawa"),
        (None, "user: Load 7891-B is at the gate.", "7891-B"),
    ],
)
async def test_each_call_is_stemmed_in_its_own_language(
    room: Room, language: str | None, said: str, q: str
) -> None:
    call = await _call(room, said, language=language)
    await _call(room, *DOCK, language="en-US")
    assert await _calls(room, q) == [call.id]


@pytest.mark.parametrize("q", ["the", "zeppelin", "''", ":* & !", "\\'"])
async def test_what_says_nothing_finds_nothing_and_harms_nothing(room: Room, q: str) -> None:
    await _call(room, "user: Fine.", language="en-US")
    assert await _found(room, q) == []


async def test_a_word_that_says_nothing_is_found_when_it_is_all(room: Room) -> None:
    call = await _call(room, "user: That is the one.", language="en-US")
    assert await _calls(room, "the") == [call.id]


async def test_one_agent_and_one_time_can_be_asked_for(room: Room) -> None:
    call = await _call(room, *TIRE, language="en-US")
    await _call(room, *TIRE, language="en-US")

    assert [each.call_id for each in await _found(room, "tire", agent_id=call.agent_id)] == [
        call.id
    ]
    assert await _found(room, "tire", created_after=clock.now()) == []
    assert len(await _found(room, "tire", limit=1)) == 1


async def test_a_transcript_that_changes_is_found_by_its_new_words_alone(room: Room) -> None:
    call = await _call(room, *TIRE, language="en-US")
    await room.change(call, transcript=builders.turns(*DOCK))

    await _cut(room, call)

    assert await _found(room, "tire") == []
    assert await _calls(room, "dock") == [call.id]


async def test_what_its_agent_masks_is_not_found(room: Room) -> None:
    said = "user: My card is 4111 1111 1111 1111, for the tire."
    call = await _call(room, said, config={"redact": ["card"]}, language="en-US")

    assert await _found(room, "4111") == []
    (found,) = await _found(room, "tire")
    assert found.call_id == call.id
    assert "1111" not in found.text


async def test_whom_its_record_names_is_not_found_where_names_are_masked(room: Room) -> None:
    said = "user: Tell Okonkwo that the tire is flat."
    call = await _call(room, said, config={"redact": ["name"]}, language="en-US")
    assert await _calls(room, "okonkwo") == [call.id], "Nobody knows yet that it is a name."

    async with db.transaction(room.runtime.sessions) as session:
        record = await builders.record(session, call, data={"driver_name": "Okonkwo"})
        await records.announce(session, record)
    await room.run_jobs()

    assert await _found(room, "okonkwo") == []
    (found,) = await _found(room, "tire")
    assert "Okonkwo" not in found.text


@pytest.mark.parametrize("status", [CallStatus.ENDED, CallStatus.FAILED])
async def test_calls_from_before_there_was_a_search_are_cut(room: Room, status: CallStatus) -> None:
    call = await _call(room, *TIRE, language="en-US", status=status)
    async with db.transaction(room.runtime.sessions) as session:
        for table in ("cut_calls", "passages"):
            await (await session.connection()).execute(text(f"delete from {table}"))  # noqa: S608
    assert await _found(room, "tire") == []

    for _ in range(2):
        await jobs.cut_earlier(room.runtime)

    assert await _calls(room, "tire") == [call.id]


async def test_a_call_that_was_deleted_meanwhile_is_no_failure(room: Room) -> None:
    call = await _call(room, *TIRE)
    async with db.transaction(room.runtime.sessions) as session:
        await session.delete(await session.merge(call))

    await jobs.cut_call(room.runtime, CallEnded(org_id=room.org.id, call_id=call.id))

    assert await _found(room, "tire") == []


async def test_turns_with_marks_of_their_own_are_read_as_they_are(room: Room) -> None:
    turns = [Turn(turn=0, role="user", text="\x02A\x03 tire").model_dump()]
    await _call(room, language="en-US", transcript=turns)

    (found,) = await _found(room, "tire")

    assert found.marked[1::2] == ["tire"]
