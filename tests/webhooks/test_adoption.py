"""Calls that Ringback did not place: adopted when their agent is ours, left alone otherwise."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from backend.calls import intake
from backend.calls.lifecycle import UpdateKind
from backend.calls.models import Call
from backend.platform import db
from backend.providers.retell_call import RetellCall
from backend.webhooks.models import WebhookState
from tests.support import builders
from tests.support.customers import Customer
from tests.support.inbox import event_names, settled, the_call
from tests.support.retell_side import LASTED_MS, STARTED_AT, RetellSide
from tests.support.room import Room

SCHEMA = {
    "type": "object",
    "properties": {"is_late": {"type": ["boolean", "null"], "description": "Is the driver late?"}},
    "required": ["is_late"],
}


@pytest.mark.parametrize(
    ("members", "source"),
    [
        ({"direction": "inbound"}, "inbound"),
        ({"call_type": "web_call", "direction": None, "from_number": None}, "web"),
        ({"direction": "outbound"}, "outbound"),
    ],
)
async def test_a_call_made_elsewhere_is_adopted_with_its_source_and_gets_its_record(
    customer: Customer, members: dict[str, Any], source: str
) -> None:
    agent = await customer.published_agent(record_schema=SCHEMA)
    side = RetellSide(agent["retell_agent_id"], members=members)

    await settled(
        customer,
        side.started(metadata={"ticket": 7}, retell_llm_dynamic_variables={"name": "Mike"}),
        side.ended(),
        side.analyzed(),
    )

    call = await the_call(customer)
    assert (call["source"], call["status"], call["agent_id"]) == (source, "ended", agent["id"])
    assert (call["retell_call_id"], call["agent_version"]) == (side.call_id, 1)
    assert (call["metadata"], call["variables"]) == ({"ticket": 7}, {"name": "Mike"})
    assert (call["duration_ms"], call["summary"]) == (LASTED_MS, "He is late.")
    assert call["started_at"].startswith(STARTED_AT.isoformat()[:19])
    assert (await customer.record_of(call["id"]))["status"] != "failed"


async def test_what_an_adopted_call_was_given_is_taken_from_whichever_webhook_says_it(
    customer: Customer,
) -> None:
    side = RetellSide((await customer.published_agent())["retell_agent_id"])

    await settled(customer, side.ended())
    await settled(
        customer,
        side.started(metadata={"ticket": 7}, retell_llm_dynamic_variables={"name": "Mike"}),
    )

    call = await the_call(customer)
    assert (call["metadata"], call["variables"]) == ({"ticket": 7}, {"name": "Mike"})


async def test_a_call_of_an_agent_that_is_not_ours_is_ignored(customer: Customer) -> None:
    await customer.published_agent()
    foreign, nameless = RetellSide("agent_of_somebody_else"), RetellSide(None)

    received = await settled(customer, foreign.ended(), nameless.ended())

    assert [item["state"] for item in received] == [WebhookState.IGNORED] * 2
    assert {item["error"] for item in received} == {
        "The call's agent is none of this organisation's agents."
    }
    assert (await customer.get("/calls"))["items"] == []


async def test_a_call_of_an_archived_agent_is_still_ours(customer: Customer) -> None:
    agent = await customer.published_agent()
    await customer.client.delete(f"/api/v1/agents/{agent['id']}")

    await settled(customer, RetellSide(agent["retell_agent_id"]).ended())

    assert (await the_call(customer))["status"] == "ended"


async def test_a_version_published_elsewhere_is_adopted_without_a_version_of_ours(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()

    await settled(customer, RetellSide(agent["retell_agent_id"]).ended(agent_version=99))

    assert (await the_call(customer))["agent_version"] is None


async def test_a_webhook_of_another_organisations_call_does_not_touch_it(
    customer: Customer, stranger: Customer
) -> None:
    agent, other = await customer.published_agent(), await stranger.published_agent()
    side = RetellSide(agent["retell_agent_id"])
    await settled(customer, side.started())
    before = await the_call(customer)
    own_id = {"metadata": {"ringback_call_id": before["id"]}}

    received = await settled(
        stranger,
        side.ended(),
        RetellSide(other["retell_agent_id"], call_id=side.call_id).ended(),
        RetellSide(other["retell_agent_id"], members=own_id).ended(),
    )

    assert [item["state"] for item in received] == ["applied", "ignored", "ignored"]
    assert received[1]["error"] == "The call belongs to another organisation."
    assert await the_call(customer) == before
    # A call of the stranger's own, whatever its metadata claims.
    assert (await the_call(stranger))["id"] != before["id"]


async def test_two_workers_that_learn_of_a_new_call_at_once_adopt_it_once(room: Room) -> None:
    sessions = room.runtime.sessions
    async with db.transaction(sessions) as session:
        agent = await builders.published_agent(session, room.org.id)
    side = RetellSide(agent.retell_agent_id)

    async def take(kind: UpdateKind, webhook: dict[str, Any]) -> UUID:
        found = RetellCall.from_payload(webhook["call"])
        async with db.transaction(sessions) as session:
            call, _ = await intake.apply_update(
                session, room.org.id, kind, found, room.runtime.settings
            )
            return call.id

    adopted = await asyncio.gather(
        take(UpdateKind.STARTED, side.started()),
        take(UpdateKind.ENDED, side.ended()),
        take(UpdateKind.ANALYZED, side.analyzed()),
    )

    async with db.transaction(sessions) as session:
        (call,) = (await session.exec(select(Call))).all()
    assert set(adopted) == {call.id}
    assert sorted(call.seen) == ["analyzed", "ended", "started"]


async def test_a_placed_call_is_recognised_by_its_metadata_before_dialling_was_answered(
    customer: Customer,
) -> None:
    agent = await customer.published_agent()
    placed = await customer.call(agent, scheduled_at="2100-01-01T00:00:00Z")
    own_id = {"direction": "outbound", "metadata": {"ringback_call_id": placed["id"]}}
    side = RetellSide(agent["retell_agent_id"], members=own_id)

    await settled(customer, side.started(), side.ended())

    call = await the_call(customer)
    assert (call["id"], call["retell_call_id"]) == (placed["id"], side.call_id)
    assert (call["source"], call["metadata"]) == ("outbound", {})
    assert "call.ended" in await event_names(customer, placed["id"])
