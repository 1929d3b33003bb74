"""Webhooks that never arrive: Retell is asked instead, and what lacked is counted."""

import asyncio
from typing import Any

import httpx

from tests.journeys.conftest import Install
from tests.support.installation import Installation
from tests.support.listening import listening
from tests.support.sandbox import API_KEY
from tests.support.service import Service

SCHEMA = {
    "type": "object",
    "properties": {"location": {"type": "string", "description": "Where the driver is."}},
}
OWN_NUMBER = "+14155550199"
CALLS = 40
DROP = {"target": "webhook", "kind": "drop"}
NEVER = "3600"


async def test_a_fifth_of_all_webhooks_lost_is_repaired_by_deadlines_and_counted(
    install: Install,
) -> None:
    async with install(SWEEP_INTERVAL_SECONDS=NEVER) as running:
        customer = await running.customer()
        agent = await customer.published_agent(record_schema=SCHEMA)
        await running.sandbox.add_fault(**DROP, probability=0.2, seed=7)

        async with listening(customer) as listener:
            calls = [await customer.call(agent) for _ in range(CALLS)]
            await listener.sees_the_end_of(*(call["id"] for call in calls))

        lost = await lost_webhooks(running)
        assert len(lost) > CALLS
        # What the last webhook tells includes what all others did.
        lacking = {call_id for call_id, event in lost if event == "call_analyzed"}
        assert lacking
        health = await customer.get("/webhooks/health")
        # On a busy machine a deadline also passes a webhook that is merely late.
        assert len(lacking) <= health["repaired_calls"] <= CALLS
        assert health["missed"] >= len(lacking)
        assert health["waiting"] == health["failed"] == 0
        assert listener.repeated() == []
        assert {call["status"] for call in await all_calls(customer)} == {"ended"}
        assert await running.dials() == {call["id"]: 1 for call in calls}


async def test_calls_that_no_webhook_told_of_are_found_in_retells_list(install: Install) -> None:
    async with install(SWEEP_INTERVAL_SECONDS="2") as running:
        customer = await running.customer()
        agent = await customer.published_agent(record_schema=SCHEMA)
        await answer_with(running, agent)
        await running.sandbox.add_fault(**DROP)

        async with listening(customer) as listener:
            callers = [f"+141555501{number}" for number in range(20, 25)]
            await asyncio.gather(*(call_in(running, caller) for caller in callers))
            await listener.sees(lambda: listener.names.count("record.extracted") == 5, "5 records")

        calls = await all_calls(customer)
        assert {call["from_number"] for call in calls} == set(callers)
        assert {(call["status"], call["source"]) for call in calls} == {("ended", "inbound")}
        health = await customer.get("/webhooks/health")
        assert health["received"] == 0
        assert health["repaired_calls"] == 5
        assert health["silence_is_suspicious"]
        assert listener.repeated() == []


async def lost_webhooks(running: Installation) -> list[tuple[str, str]]:
    return [
        (call["call_id"], webhook["event"])
        for call in await running.sandbox.calls()
        for webhook in call["webhooks"]
        if webhook["state"] == "dropped"
    ]


async def all_calls(customer: Service) -> list[dict[str, Any]]:
    calls: list[dict[str, Any]] = (await customer.get("/calls", limit=200))["items"]
    return calls


async def answer_with(running: Installation, agent: dict[str, Any]) -> None:
    """Have the agent answer our number, as one sets up in Retell's dashboard."""
    async with httpx.AsyncClient(base_url=running.sandbox.url) as retell:
        answer = await retell.patch(
            f"/update-phone-number/{OWN_NUMBER}",
            json={"inbound_agents": [{"agent_id": agent["retell_agent_id"], "weight": 1}]},
            headers={"Authorization": f"Bearer {API_KEY}"},
        )
    assert answer.is_success, answer.text


async def call_in(running: Installation, caller: str) -> None:
    body = {"from_number": caller, "to_number": OWN_NUMBER}
    await running.sandbox.control("POST", "/calls/inbound", body)
