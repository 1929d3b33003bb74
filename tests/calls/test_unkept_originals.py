"""Where an agent keeps no original, what was said is masked before it is stored, for all."""

import json
from typing import Any

import pytest

from tests.support.customers import Customer
from tests.support.inbox import settled, stored_webhooks, the_call
from tests.support.people import dump, holding
from tests.support.retell_side import RetellSide, utterances

CARD = "4111 1111 1111 1111"
SAID = ("agent: How will you pay?", f"user: With {CARD}, please.")
OVER: dict[str, Any] = {
    "transcript_object": utterances(*SAID),
    "call_analysis": {"call_summary": f"Paid with {CARD}.", "custom_analysis_data": {"c": CARD}},
}


@pytest.fixture
async def side(customer: Customer) -> RetellSide:
    agent = await customer.published_agent(redact=["card"], keep_original=False)
    given = {"retell_llm_dynamic_variables": {"order": "A-1"}}
    return RetellSide(agent["retell_agent_id"], members=given)


async def test_nothing_stored_has_it_and_the_rest_is_there(
    customer: Customer, side: RetellSide
) -> None:
    half = side.spoken("agent: How will you pay?", "user: With 4111 1111")
    await settled(customer, side.started(), half)
    assert (await the_call(customer))["transcript"] == [], "Half of it could not be told for one."

    await settled(customer, side.ended(**_only("transcript_object")), side.analyzed(**OVER))

    call = await the_call(customer)
    assert [turn["text"] for turn in call["transcript"]] == [
        "How will you pay?",
        "With [card], please.",
    ]
    assert call["summary"] == "Paid with [card]."
    assert call["variables"] == {"order": "A-1"}
    dumped = await dump(customer.settings.database.dsn)
    ours = {
        table: [row for row in rows if str(customer.org.id) in row]
        for table, rows in dumped.items()
    }
    assert holding(ours, call["id"])["calls"] == 1
    assert holding(ours, CARD, "4111 1111") == {}
    bodies = [each.body for each in await stored_webhooks(customer)]
    assert bodies == [None] * 4


async def test_in_any_order_and_twice_it_comes_to_the_same(
    customer: Customer, side: RetellSide
) -> None:
    ended, analyzed = side.ended(**_only("transcript_object")), side.analyzed(**OVER)

    await settled(customer, analyzed, ended, side.spoken(*SAID), analyzed | {"again": 1})

    call = await the_call(customer)
    assert call["transcript"][1]["text"] == "With [card], please."
    timeline = await customer.get(f"/calls/{call['id']}/timeline")
    names = [entry["name"] for entry in timeline if entry["kind"] == "event"]
    assert names.count("call.transcript_updated") == 1
    assert CARD not in json.dumps(timeline)


def _only(name: str) -> dict[str, Any]:
    return {name: OVER[name]}
