"""Publishing: what Retell then has, and what an error or a second one in the middle leaves."""

import asyncio
from typing import Any

import pytest

from backend.platform.configuration.groups import RETELL_ITSELF
from backend.platform.settings import Settings
from backend.providers.retell import Retell
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.sandbox import API_KEY, Sandbox

SCHEMA = {"type": "object", "properties": {"eta": {"type": "string"}}}


@pytest.fixture
async def retell(sandbox: Sandbox) -> Any:
    client = Retell(api_key=API_KEY, base_url=sandbox.url)
    yield client
    await client.close()


async def _publish(customer: Customer, agent: dict[str, Any], **body: Any) -> dict[str, Any]:
    published: dict[str, Any] = await customer.post(f"/agents/{agent['id']}/publish", body)
    return published


async def _draft(customer: Customer, **config: Any) -> dict[str, Any]:
    draft: dict[str, Any] = await customer.post(
        "/agents", {"name": "Check-in", "prompt": "Be kind.", **config}
    )
    return draft


async def test_publishing_gives_retell_the_prompt_and_our_address(
    customer: Customer, retell: Retell
) -> None:
    draft = await _draft(
        customer,
        begin_message="Hello",
        retell_overrides={"responsiveness": 0.5, "llm": {"model_temperature": 0.2}},
    )

    agent = await _publish(customer, draft)

    assert agent["published_version"] == 1
    assert agent["has_unpublished_changes"] is False
    there = await retell.get_agent(agent["retell_agent_id"], 0)
    assert there["is_published"] is True
    assert there["agent_name"] == "Check-in"
    assert there["responsiveness"] == 0.5
    url = f"{customer.settings.own_url}/webhook/retell/{customer.org.slug}"
    assert there["webhook_url"] == url
    events = there["webhook_events"]
    assert isinstance(events, list)
    assert {"call_started", "call_ended", "call_analyzed"} <= {str(event) for event in events}
    engine = there["response_engine"]
    assert isinstance(engine, dict)
    llm = await retell.get_llm(str(engine["llm_id"]), 0)
    assert (llm["general_prompt"], llm["begin_message"]) == ("Be kind.", "Hello")
    assert llm["model_temperature"] == 0.2


async def test_publishing_again_makes_another_version_of_the_same_agent(
    customer: Customer, retell: Retell
) -> None:
    first = await _publish(customer, await _draft(customer, record_schema=SCHEMA))
    await customer.patch(f"/agents/{first['id']}", {"prompt": "Be brief."})
    changed = await customer.get(f"/agents/{first['id']}")

    second = await _publish(customer, first, note="Shorter")

    assert changed["has_unpublished_changes"] is True
    assert second["published_version"] == 2
    assert second["retell_agent_id"] == first["retell_agent_id"]
    numbers = [
        entry.version for entry in await retell.list_agent_versions(second["retell_agent_id"])
    ]
    assert sorted(numbers) == [0, 1]
    versions = (await customer.get(f"/agents/{first['id']}/versions"))["items"]
    assert [version["version"] for version in versions] == [2, 1]
    assert [version["note"] for version in versions] == ["Shorter", None]
    assert {version["schema_version"] for version in versions} == {1}
    assert [version["config"]["prompt"] for version in versions] == ["Be brief.", "Be kind."]
    engine = (await retell.get_agent(second["retell_agent_id"], 0))["response_engine"]
    assert isinstance(engine, dict)
    assert (await retell.get_llm(str(engine["llm_id"]), 0))["general_prompt"] == "Be kind."


async def test_a_changed_record_schema_gets_a_new_number(customer: Customer) -> None:
    agent = await _publish(customer, await _draft(customer, record_schema=SCHEMA))
    wider = {**SCHEMA, "properties": {**SCHEMA["properties"], "city": {"type": "string"}}}  # type: ignore[dict-item]  # plain JSON
    await customer.patch(f"/agents/{agent['id']}", {"record_schema": wider})
    await _publish(customer, agent)

    versions = (await customer.get(f"/agents/{agent['id']}/versions"))["items"]
    assert [version["schema_version"] for version in versions] == [2, 1]


async def test_an_old_version_can_be_brought_back_and_published(customer: Customer) -> None:
    agent = await _publish(customer, await _draft(customer))
    await customer.patch(f"/agents/{agent['id']}", {"prompt": "Be brief."})
    await _publish(customer, agent)

    restored = await customer.post(f"/agents/{agent['id']}/versions/1/restore")

    assert (restored["prompt"], restored["published_version"]) == ("Be kind.", 2)
    assert restored["has_unpublished_changes"] is True
    assert (await _publish(customer, agent))["published_version"] == 3
    missing = await customer.client.post(f"/api/v1/agents/{agent['id']}/versions/9/restore")
    problem_of(missing, 404, "agent-version-not-found")


async def test_a_prompt_with_an_undeclared_variable_is_not_published(customer: Customer) -> None:
    draft = await _draft(customer, prompt="Ask {{who}} at {{current_time}}.", begin_message="{{x}}")

    response = await customer.client.post(f"/api/v1/agents/{draft['id']}/publish")

    problem = problem_of(response, 422, "agent-invalid")
    assert pointers(problem) == ["/prompt", "/begin_message"]
    assert "who" in problem["errors"][0]["message"]
    assert (await customer.get(f"/agents/{draft['id']}"))["retell_agent_id"] is None


async def test_of_two_publishes_at_once_one_is_a_conflict(
    customer: Customer, sandbox: Sandbox, retell: Retell
) -> None:
    draft = await _draft(customer)
    await sandbox.add_fault(
        target="api",
        kind="timeout",
        when="after",
        match={"path": "/create-agent"},
        count=1,
        seconds=0.5,
    )

    responses = await asyncio.gather(
        *(customer.client.post(f"/api/v1/agents/{draft['id']}/publish") for _ in range(2))
    )

    assert sorted(response.status_code for response in responses) == [200, 409]
    agent = await customer.get(f"/agents/{draft['id']}")
    assert agent["published_version"] == 1
    assert len(await retell.list_agent_versions(agent["retell_agent_id"])) == 1


@pytest.mark.parametrize(
    "path", ["/create-retell-llm", "/create-agent", "/publish-agent-version/*"]
)
@pytest.mark.parametrize(("status", "answer"), [(500, 502), (429, 429), (402, 503), (422, 422)])
async def test_an_error_of_retell_leaves_the_draft_and_publishing_again_goes_on(
    customer: Customer, sandbox: Sandbox, path: str, status: int, answer: int
) -> None:
    draft = await _draft(customer)
    await sandbox.add_fault(
        target="api",
        kind="status",
        match={"path": path},
        count=1,
        status=status,
        body={"status": "error", "message": "Something is wrong with the voice."},
    )

    response = await customer.client.post(f"/api/v1/agents/{draft['id']}/publish")

    assert response.status_code == answer, response.text
    assert response.headers["content-type"] == "application/problem+json"
    failed = await customer.get(f"/agents/{draft['id']}")
    assert failed["published_version"] is None
    published = await _publish(customer, draft)
    assert published["published_version"] == 1
    assert failed["retell_agent_id"] in {None, published["retell_agent_id"]}


async def test_an_error_leaves_the_old_version_live(customer: Customer, sandbox: Sandbox) -> None:
    agent = await _publish(customer, await _draft(customer))
    await customer.patch(f"/agents/{agent['id']}", {"prompt": "Be brief."})
    await sandbox.add_fault(
        target="api", kind="status", match={"path": "/publish-agent-version/*"}, count=1, status=500
    )

    response = await customer.client.post(f"/api/v1/agents/{agent['id']}/publish")

    assert response.status_code == 502
    now = await customer.get(f"/agents/{agent['id']}")
    assert (now["published_version"], now["has_unpublished_changes"]) == (1, True)
    assert (await _publish(customer, agent))["published_version"] == 2


def test_only_retell_itself_needs_a_public_address(settings: Settings) -> None:
    at_retell = settings.retell.model_copy(update={"base_url": RETELL_ITSELF})
    unreachable = settings.model_copy(update={"retell": at_retell})

    assert settings.can_be_reached
    assert not unreachable.can_be_reached
    assert unreachable.model_copy(update={"public_url": "https://a.example.com"}).can_be_reached
