"""A record's field that means an opt-out suppresses whom the call was with."""

from typing import Any

import pytest

from backend.agents.presets.sales_qualification import SALES_QUALIFICATION
from backend.calls.models import Call, CallSource
from backend.compliance import queries, service as compliance
from backend.compliance.models import Suppression, SuppressionQuote
from backend.platform import db
from backend.records import jobs, review
from backend.records.events import RecordCorrected, RecordExtracted
from backend.records.models import RecordStatus
from backend.records.review import Verdict
from tests.support import builders
from tests.support.room import Room

SCHEMA = {
    "type": "object",
    "properties": {
        "do_not_call": {"type": ["boolean", "null"], "x-meaning": "opt_out"},
        "late": {"type": ["boolean", "null"]},
    },
}
QUOTE = "please never call me again"
FOUND = {"do_not_call": {"quote": QUOTE, "turns": [1], "start_ms": 2000, "found": True}}
NUMBER = "+14155550100"


async def _call(
    room: Room, data: dict[str, Any], schema: dict[str, Any] | None = SCHEMA, **columns: Any
) -> Call:
    """Make a call with a record of this."""
    record = {"evidence": FOUND} | {
        name: columns.pop(name) for name in ("evidence", "problems", "status") if name in columns
    }
    async with db.transaction(room.runtime.sessions) as session:
        agent = await builders.published_agent(session, room.org.id, record_schema=schema)
        lines = ("agent: Hi.", f"user: {QUOTE}")
        call = await builders.call(session, agent, lines=lines, **columns)
        await builders.record(session, call, data=data, **record)
    return call


async def _suppressed(
    room: Room, call: Call, number: str = NUMBER
) -> tuple[list[Suppression], list[SuppressionQuote]]:
    event = RecordExtracted(org_id=room.org.id, call_id=call.id)
    for _ in range(2):
        await jobs.suppress_opted_out(room.runtime, event)
    async with db.transaction(room.runtime.sessions) as session:
        found = await queries.list_of_numbers(session, room.org.id, [number])
        quotes = await compliance.find_quotes(session, found)
    return list(found), list(quotes.values())


async def test_whoever_says_so_is_suppressed_once_with_their_words(room: Room) -> None:
    call = await _call(room, {"do_not_call": True})

    (found,), (quote,) = await _suppressed(room, call)

    assert (found.source, found.call_id, found.scope) == ("record", call.id, "all")
    assert (quote.field, quote.quote, quote.call_id) == ("do_not_call", QUOTE, call.id)


async def test_whoever_says_so_to_the_shipped_seller_is_suppressed_with_their_words(
    room: Room,
) -> None:
    call = await _call(room, {"do_not_call": True}, SALES_QUALIFICATION.config.record_schema)

    (found,), (quote,) = await _suppressed(room, call)

    assert (found.source, quote.quote) == ("record", QUOTE)


async def test_of_an_inbound_call_it_is_whoever_called(room: Room) -> None:
    caller = "+14155550188"
    call = await _call(room, {"do_not_call": True}, source=CallSource.INBOUND, from_number=caller)

    assert len((await _suppressed(room, call, caller))[0]) == 1


@pytest.mark.parametrize(
    ("data", "columns"),
    [
        ({"do_not_call": False}, {}),
        ({"do_not_call": None}, {}),
        ({"late": True}, {}),
        ({"do_not_call": True}, {"evidence": {}}),
        ({"do_not_call": True}, {"evidence": {"do_not_call": {"quote": "x", "found": False}}}),
        ({"do_not_call": True}, {"source": CallSource.WEB, "to_number": None}),
        (
            {"do_not_call": True},
            {
                "status": RecordStatus.NEEDS_REVIEW,
                "problems": [{"field": "do_not_call", "code": "not_proven", "message": "No."}],
            },
        ),
    ],
)
async def test_what_is_not_proven_or_not_said_suppresses_nobody(
    room: Room, data: dict[str, Any], columns: dict[str, Any]
) -> None:
    assert await _suppressed(room, await _call(room, data, **columns)) == ([], [])


async def test_a_person_who_says_so_for_the_record_suppresses(room: Room) -> None:
    call = await _call(room, {"do_not_call": None}, evidence={})
    async with db.transaction(room.runtime.sessions) as session:
        user = await builders.user(session, room.org.id)
        verdict = Verdict(user.id, {"do_not_call": True})
        await review.give_verdict(session, room.org.id, call.id, verdict)
    event = RecordCorrected(org_id=room.org.id, call_id=call.id)

    await jobs.suppress_opted_out(room.runtime, event)

    ((found,), quotes) = await _suppressed(room, call)
    assert (found.created_by, quotes) == (user.id, [])
