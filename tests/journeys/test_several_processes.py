"""Two APIs and two workers on one database."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.installation import Installation, installed
from tests.support.listening import listening, whole_log
from tests.support.retell_side import RetellSide, deliver
from tests.support.service import Service

SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string", "description": "What the person is called."}},
}
CALLS = 60


@pytest.fixture(scope="module")
async def running(
    tmp_path_factory: pytest.TempPathFactory, migrated: Path
) -> AsyncIterator[Installation]:
    folder = tmp_path_factory.mktemp("several")
    async with installed(folder, migrated, apis=2, workers=2) as running:
        yield running


@pytest.fixture(scope="module")
async def customers(running: Installation) -> list[Service]:
    """The same administrator, at either API."""
    return [await running.customer(api) for api in range(2)]


@pytest.fixture(scope="module")
async def agent(customers: list[Service]) -> dict[str, Any]:
    return await customers[0].published_agent(record_schema=SCHEMA)


async def webhooks_of(customer: Service, call: RetellSide) -> list[dict[str, Any]]:
    inbox = (await customer.get("/webhooks", limit=200))["items"]
    return [each for each in inbox if each["retell_call_id"] == call.call_id]


async def all_calls(customer: Service) -> dict[str, dict[str, Any]]:
    """List all calls by Retell's id."""
    calls = (await customer.get("/calls", limit=200))["items"]
    return {call["retell_call_id"]: call for call in calls}


async def test_the_same_webhook_twenty_times_at_once_is_one_row_and_one_effect(
    customers: list[Service], agent: dict[str, Any]
) -> None:
    call = RetellSide(agent["retell_agent_id"])
    webhook = call.analyzed()
    counted_before = (await customers[1].get("/webhooks/health"))["duplicates"]

    answers = await asyncio.gather(
        *(deliver(customers[n % 2].client, "default", webhook) for n in range(20))
    )

    (row,) = await webhooks_of(customers[0], call)
    health = await customers[1].get("/webhooks/health")
    async with listening(customers[0]) as listener:
        await listener.sees(lambda: "call.analyzed" in listener.names, "the effect")
        held = (await all_calls(customers[0]))[call.call_id]
        await listener.sees_the_end_of(held["id"])
    assert [answer.status_code for answer in answers] == [204] * 20
    assert row["repeats"] == 19
    assert health["duplicates"] - counted_before == 19
    assert listener.repeated() == []
    assert listener.names_of(held["id"]).count("call.ended") == 1


async def test_webhooks_of_many_calls_at_the_same_instant_have_each_effect_once(
    customers: list[Service], agent: dict[str, Any]
) -> None:
    calls = [RetellSide(agent["retell_agent_id"]) for _ in range(CALLS)]
    webhooks = [
        webhook for call in calls for webhook in (call.analyzed(), call.started(), call.ended())
    ]

    async with listening(customers[1]) as listener:
        answers = await asyncio.gather(
            *(
                deliver(customers[number % 2].client, "default", webhook)
                for number, webhook in enumerate(webhooks)
            )
        )
        assert {answer.status_code for answer in answers} == {204}
        await listener.sees(
            lambda: listener.names.count("record.extracted") >= CALLS, "all records"
        )

    held = await all_calls(customers[0])
    assert {held[call.call_id]["status"] for call in calls} == {"ended"}
    assert listener.repeated() == []
    for call in calls:
        names = listener.names_of(held[call.call_id]["id"])
        assert {"call.started", "call.ended", "call.analyzed"} <= set(names)
        assert names.index("call.started") < names.index("call.ended")


async def test_a_client_that_changes_between_apis_misses_and_repeats_nothing(
    customers: list[Service], agent: dict[str, Any]
) -> None:
    async with listening(*customers, stay=5) as hopping:
        calls = [await customers[n % 2].call(agent) for n in range(12)]
        await hopping.sees_the_end_of(*(call["id"] for call in calls))
        everything = await whole_log(customers[0], hopping.ids[-1])

    assert hopping.connections > 20
    assert hopping.ids == everything.ids[: len(hopping.ids)]
