"""Voices and phone numbers of the account, and which agents take a number's calls."""

import asyncio
from typing import Any

import pytest

from backend.auth.models import Role
from backend.platform import ids
from backend.providers.retell import Retell
from backend.providers.retell_catalog import RetellCatalog
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.retell_account import RetellAccount
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.waiting import until


@pytest.fixture
def account(sandbox: Sandbox) -> RetellAccount:
    return RetellAccount(sandbox)


async def _bind(customer: Customer, number: str, **agents: str | None) -> dict[str, Any]:
    response = await customer.client.put(f"/api/v1/phone-numbers/{number}", json=agents)
    assert response.status_code == 200, response.text
    bound: dict[str, Any] = response.json()
    return bound


async def test_voices_are_listed_with_what_the_account_has(customer: Customer) -> None:
    voices = await customer.get("/voices", refresh=True)

    adrian = next(voice for voice in voices if voice["voice_id"] == "11labs-Adrian")
    assert (adrian["name"], adrian["provider"], adrian["gender"]) == (
        "Adrian",
        "elevenlabs",
        "male",
    )


async def test_lists_are_remembered_until_asked_anew(account: RetellAccount) -> None:
    retell = Retell(api_key=API_KEY, base_url=account.sandbox.url)
    catalog, forgetful = RetellCatalog(retell), RetellCatalog(retell, kept_seconds=0)
    before = len(await catalog.phone_numbers())
    await forgetful.phone_numbers()

    await account.buy_number()

    assert len(await catalog.phone_numbers()) == before
    assert len(await forgetful.phone_numbers()) == before + 1
    assert len(await catalog.phone_numbers(refresh=True)) == before + 1
    catalog.forget_phone_numbers()
    assert len(await catalog.phone_numbers()) == before + 1
    await retell.close()


async def test_a_failing_retell_is_not_remembered(customer: Customer, sandbox: Sandbox) -> None:
    await sandbox.add_fault(target="api", kind="status", match={"path": "/list-voices"}, status=402)
    failed = await customer.client.get("/api/v1/voices", params={"refresh": True})
    await sandbox.control("DELETE", "/faults")

    problem_of(failed, 503, "retell-account-blocked")
    assert await customer.get("/voices", refresh=True)


async def test_a_bound_number_is_answered_by_the_version_that_is_live(
    customer: Customer, account: RetellAccount
) -> None:
    number = await account.buy_number()
    agent = await customer.published_agent()

    bound = await _bind(customer, number, inbound_agent_id=agent["id"])

    assert (bound["inbound_agent_id"], bound["outbound_agent_id"]) == (agent["id"], None)
    listed = {each["phone_number"]: each for each in await customer.get("/phone-numbers")}
    assert listed[number] == bound
    there = await account.number(number)
    assert there["inbound_agents"] == [
        {"agent_id": agent["retell_agent_id"], "agent_version": 0, "weight": 1}
    ]
    answer = await account.call_in(number)
    call = await account.call(answer["call_id"])
    assert (call["agent_id"], call["agent_version"]) == (agent["retell_agent_id"], 0)


async def test_a_number_that_is_bound_several_times_at_once_is_bound(
    customer: Customer, account: RetellAccount
) -> None:
    number = await account.buy_number()
    agent = await customer.published_agent()

    answers = await asyncio.gather(
        *(_bind(customer, number, inbound_agent_id=agent["id"]) for _ in range(8))
    )

    assert {answer["inbound_agent_id"] for answer in answers} == {agent["id"]}
    listed = {each["phone_number"]: each for each in await customer.get("/phone-numbers")}
    assert listed[number]["inbound_agent_id"] == agent["id"]


async def test_publishing_moves_the_agents_numbers_on(
    customer: Customer, account: RetellAccount
) -> None:
    number = await account.buy_number()
    agent = await customer.published_agent()
    await _bind(customer, number, inbound_agent_id=agent["id"], outbound_agent_id=agent["id"])
    await customer.patch(f"/agents/{agent['id']}", {"prompt": "Be brief."})

    await customer.post(f"/agents/{agent['id']}/publish")

    async def moved() -> bool:
        there = await account.number(number)
        bound = [*there["inbound_agents"], *there["outbound_agents"]]
        return [each["agent_version"] for each in bound] == [1, 1]

    await until(moved, "the number to have the new version")


async def test_an_unbound_number_is_asked_about_no_more(
    customer: Customer, account: RetellAccount
) -> None:
    number = await account.buy_number()
    agent = await customer.published_agent()
    await _bind(customer, number, inbound_agent_id=agent["id"])
    archived = await customer.client.delete(f"/api/v1/agents/{agent['id']}")

    await _bind(customer, number)

    assert number in problem_of(archived, 409, "agent-bound")["detail"]
    there = await account.number(number)
    assert there.get("inbound_agents") is None
    assert there.get("inbound_webhook_url") is None
    assert (await customer.client.delete(f"/api/v1/agents/{agent['id']}")).status_code == 204


async def test_a_number_somebody_else_uses_is_not_there(
    customer: Customer, stranger: Customer, account: RetellAccount
) -> None:
    number = await account.buy_number()
    await _bind(stranger, number, inbound_agent_id=(await stranger.published_agent())["id"])
    agent = await customer.published_agent()

    taken = await customer.client.put(
        f"/api/v1/phone-numbers/{number}", json={"inbound_agent_id": agent["id"]}
    )

    problem_of(taken, 404, "phone-number-not-found")
    listed = {each["phone_number"] for each in await customer.get("/phone-numbers", refresh=True)}
    assert number not in listed
    assert (await account.number(number))["inbound_agents"][0]["agent_id"] != agent[
        "retell_agent_id"
    ]


async def test_what_cannot_be_bound_is_refused(customer: Customer, account: RetellAccount) -> None:
    number = await account.buy_number()
    draft = await customer.post("/agents", {"name": "Draft", "prompt": "Be kind."})
    live = await customer.published_agent()
    reviewer = await customer.colleague(Role.REVIEWER)

    async def refused(by: Customer, to: str, agent_id: str) -> Any:
        path = f"/api/v1/phone-numbers/{to}"
        return await by.client.put(path, json={"inbound_agent_id": agent_id})

    problem_of(await refused(customer, number, draft["id"]), 422, "agent-not-published")
    problem_of(await refused(customer, number, str(ids.new_id())), 404, "agent-not-found")
    problem_of(await refused(customer, "+14155550999", live["id"]), 404, "phone-number-not-found")
    problem_of(await refused(reviewer, number, live["id"]), 403, "role-missing")
    assert (await account.number(number)).get("inbound_agents") is None
