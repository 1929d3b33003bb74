"""`Idempotency-Key` on placing a call: sent however often, one call comes of it."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.sandbox import Sandbox


@pytest.fixture
async def agent(customer: Customer) -> dict[str, Any]:
    return await customer.published_agent(variables=[{"name": "name", "required": False}])


async def _place(
    customer: Customer, agent: dict[str, Any], key: str, **changes: Any
) -> httpx.Response:
    body = {"agent_id": agent["id"], "to_number": "+14155550100", **changes}
    return await customer.client.post("/api/v1/calls", json=body, headers={"Idempotency-Key": key})


async def _placed(customer: Customer) -> list[str]:
    return [call["id"] for call in (await customer.get("/calls"))["items"]]


async def test_the_same_request_with_the_same_key_gives_the_same_call(
    customer: Customer, agent: dict[str, Any], sandbox: Sandbox
) -> None:
    first = await _place(customer, agent, "key 1", variables={"name": 7})
    await customer.call_in(first.json()["id"], "ended")
    second = await _place(customer, agent, "key 1", variables={"name": "7"})

    assert (first.status_code, second.status_code) == (202, 202)
    assert second.json()["id"] == first.json()["id"]
    assert second.json()["status"] == "ended"
    assert await _placed(customer) == [first.json()["id"]]
    assert len(await sandbox.calls()) == 1


async def test_the_same_call_is_given_by_an_agents_name_that_is_another_by_now(
    customer: Customer, agent: dict[str, Any]
) -> None:
    body = {"agent_name": agent["name"], "to_number": "+14155550100"}

    async def place() -> httpx.Response:
        headers = {"Idempotency-Key": "by name"}
        return await customer.client.post("/api/v1/calls", json=body, headers=headers)

    first = await place()
    await customer.patch(f"/agents/{agent['id']}", {"name": "Renamed"})

    assert (await place()).json()["id"] == first.json()["id"]


async def test_ten_at_once_make_one_call_and_one_phone_ring(
    customer: Customer, agent: dict[str, Any], sandbox: Sandbox
) -> None:
    answers = await asyncio.gather(*(_place(customer, agent, "raced") for _ in range(10)))

    assert [answer.status_code for answer in answers] == [202] * 10
    (call_id,) = {answer.json()["id"] for answer in answers}
    await customer.call_in(call_id, "ended")
    assert await _placed(customer) == [call_id]
    assert len(await sandbox.calls()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"to_number": "+14155550110"},
        {"metadata": {"ticket": 7}},
        {"variables": {"name": "Mike"}},
        {"scheduled_at": "2100-01-01T00:00:00Z"},
    ],
)
async def test_another_request_with_the_same_key_is_a_conflict(
    customer: Customer, agent: dict[str, Any], changes: dict[str, Any]
) -> None:
    first = await _place(customer, agent, "key 1")

    second = await _place(customer, agent, "key 1", **changes)

    problem_of(second, 409, "idempotency-key-reused")
    assert await _placed(customer) == [first.json()["id"]]


async def test_the_same_instant_written_in_another_zone_is_the_same_request(
    customer: Customer, agent: dict[str, Any]
) -> None:
    first = await _place(customer, agent, "key 1", scheduled_at="2100-01-01T00:00:00Z")
    second = await _place(customer, agent, "key 1", scheduled_at="2100-01-01T02:00:00+02:00")

    assert second.json()["id"] == first.json()["id"]


async def test_keys_are_each_organisations_own(customer: Customer, stranger: Customer) -> None:
    agent, other = await customer.published_agent(), await stranger.published_agent()

    first, second = await _place(customer, agent, "1"), await _place(stranger, other, "1")

    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json()["id"] != second.json()["id"]


async def test_a_refused_request_does_not_use_its_key_up(
    customer: Customer, agent: dict[str, Any]
) -> None:
    refused = await _place(customer, agent, "key 1", to_number="911")
    taken = await _place(customer, agent, "key 1")

    assert (refused.status_code, taken.status_code) == (422, 202)


async def test_a_request_sent_again_gives_its_call_even_if_it_could_not_be_placed_any_more(
    customer: Customer, agent: dict[str, Any]
) -> None:
    first = await _place(customer, agent, "key 1", scheduled_at="2100-01-01T00:00:00Z")
    await customer.client.delete(f"/api/v1/agents/{agent['id']}")

    again = await _place(customer, agent, "key 1", scheduled_at="2100-01-01T00:00:00Z")
    other = await _place(customer, agent, "key 1")

    assert again.json()["id"] == first.json()["id"]
    problem_of(other, 409, "idempotency-key-reused")


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_that_is_empty_or_too_long_is_refused(
    customer: Customer, agent: dict[str, Any], key: str
) -> None:
    response = await _place(customer, agent, key)

    document = problem_of(response, 422, "invalid-request")
    assert document["errors"][0]["pointer"] == "header:idempotency-key"
    assert await _placed(customer) == []
