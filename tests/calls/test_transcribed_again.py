"""What holds of a call whose transcript is no longer the one that Retell gave it."""

from uuid import UUID

import pytest

from backend.calls import transcripts, uploads
from backend.calls.models import Call, Turn
from backend.platform import clock, db, ids
from tests.support import builders
from tests.support.customers import Customer
from tests.support.inbox import event_names, settled
from tests.support.retell_side import RetellSide

HEARD = ("agent: Where are you?", "user: Near Flagstaff.")


@pytest.fixture
async def call(customer: Customer) -> Call:
    async with db.transaction(customer.sessions) as session:
        agent = await builders.published_agent(session, customer.org.id)
        lines = ("agent: Where are you?", "user: Near Flagship.")
        return await builders.call(session, agent, lines=lines, ended_at=clock.now())


async def transcribe(customer: Customer, call_id: UUID, *lines: str) -> None:
    async with db.transaction(customer.sessions) as session:
        await transcripts.revise(
            session,
            customer.org.id,
            call_id,
            turns=[Turn.model_validate(turn) for turn in builders.turns(*lines)],
            transcriber="local",
            recording_id=ids.new_id(),
        )


async def test_it_is_found_by_what_was_heard_last(customer: Customer, call: Call) -> None:
    await transcribe(customer, call.id, *HEARD)

    found = [
        [each["id"] for each in (await customer.get("/calls", q=word))["items"]]
        for word in ("flagstaff", "flagship")
    ]

    assert found == [[str(call.id)], []]


async def test_who_spoke_stays_with_the_transcript_it_was_said_of(
    customer: Customer, call: Call
) -> None:
    await transcribe(customer, call.id, *HEARD)
    async with db.transaction(customer.sessions) as session:
        await uploads.assign_speakers(session, customer.org.id, call.id, swap=True, roles={})
    await transcribe(customer, call.id, *HEARD, "user: Goodbye.")

    kept = await customer.get(f"/calls/{call.id}/transcripts")

    assert [[turn["role"] for turn in each["turns"]] for each in kept] == [
        ["agent", "user"],
        ["user", "agent"],
        ["agent", "user", "user"],
    ]


async def test_what_retell_says_later_neither_replaces_it_nor_is_told(
    customer: Customer, call: Call
) -> None:
    await transcribe(customer, call.id, *HEARD)
    before = await event_names(customer, str(call.id))
    side = RetellSide(None, call_id=str(call.retell_call_id))

    await settled(customer, side.analyzed())

    told = (await event_names(customer, str(call.id)))[len(before) :]
    shown = (await customer.get(f"/calls/{call.id}"))["transcript"]
    assert [turn["text"] for turn in shown] == ["Where are you?", "Near Flagstaff."]
    assert told == ["call.analyzed"]
