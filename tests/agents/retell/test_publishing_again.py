"""Publishing that fails half-way: what Retell said is told, nothing is made twice, it goes on."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from backend.agents import queries
from backend.agents.models import Agent
from backend.agents.retell import publishing
from backend.agents.retell.publishing import Publication
from backend.platform import clock, db
from backend.providers.retell_errors import RetellTimedOut
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.room import NOWHERE, Room
from tests.support.sandbox import API_KEY, Sandbox
from tests.support.waiting import until

STEPS = ["/create-retell-llm", "/create-agent", "/publish-agent-version/*"]
LATER_STEPS = ["/get-agent/*", "/create-agent-version/*", "/update-retell-llm/*", "/update-agent/*"]


async def _at_retell(sandbox: Sandbox) -> tuple[int, int]:
    """Count the agents and the LLMs there are."""
    key = {"Authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=sandbox.url, headers=key) as client:
        agents = await client.post("/v2/list-agents", json={})
        llms = await client.get("/v2/list-retell-llms")
    return len(agents.json()["items"]), len(llms.json()["items"])


async def _draft(customer: Customer, **config: Any) -> dict[str, Any]:
    draft: dict[str, Any] = await customer.post(
        "/agents", {"name": "Check-in", "prompt": "Be kind.", **config}
    )
    return draft


async def _publish(customer: Customer, agent: dict[str, Any]) -> httpx.Response:
    return await customer.client.post(f"/api/v1/agents/{agent['id']}/publish")


@pytest.mark.parametrize("kind", ["status", "rate_limit", "reset"])
@pytest.mark.parametrize("path", STEPS)
async def test_a_first_publish_that_failed_goes_on_where_it_stopped(
    customer: Customer, sandbox: Sandbox, path: str, kind: str
) -> None:
    draft = await _draft(customer)
    await sandbox.add_fault(target="api", kind=kind, match={"path": path}, count=1)

    first = await _publish(customer, draft)
    second = await _publish(customer, draft)

    assert first.status_code in {429, 502}, first.text
    assert second.json()["published_version"] == 1
    assert await _at_retell(sandbox) == (1, 1)


@pytest.mark.parametrize("path", [*LATER_STEPS, STEPS[-1]])
async def test_a_later_publish_that_failed_leaves_the_old_version_and_goes_on(
    customer: Customer, sandbox: Sandbox, path: str
) -> None:
    agent = await customer.published_agent()
    await customer.patch(f"/agents/{agent['id']}", {"prompt": "Be brief."})
    await sandbox.add_fault(target="api", kind="status", match={"path": path})

    failed = await _publish(customer, agent)
    meanwhile = await customer.get(f"/agents/{agent['id']}")
    await sandbox.control("DELETE", "/faults")
    published = (await _publish(customer, agent)).json()

    problem_of(failed, 502, "retell-failed")
    assert (meanwhile["published_version"], meanwhile["has_unpublished_changes"]) == (1, True)
    assert (published["published_version"], published["has_unpublished_changes"]) == (2, False)
    assert published["retell_agent_id"] == agent["retell_agent_id"]
    assert await _at_retell(sandbox) == (1, 1)


@pytest.mark.parametrize(
    ("status", "code", "answer"),
    [(422, "retell-refused", 422), (402, "retell-account-blocked", 503)],
)
async def test_what_retell_said_is_told(
    customer: Customer, sandbox: Sandbox, status: int, code: str, answer: int
) -> None:
    draft = await _draft(customer)
    said = {"status": "error", "message": "The voice 11labs-Adrian is not yours."}
    await sandbox.add_fault(
        target="api", kind="status", match={"path": "/create-agent"}, status=status, body=said
    )

    document = problem_of(await _publish(customer, draft), answer, code)

    assert "Retell says: The voice 11labs-Adrian is not yours." in document["detail"]


async def test_an_answer_that_comes_too_late_is_a_failure_that_can_be_repeated(
    room: Room, sandbox: Sandbox
) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        user = await builders.user(session, room.org.id)
        draft = await builders.agent(session, room.org.id)
    publication = Publication(room.org.id, draft.id, NOWHERE, user.id, None)
    await sandbox.add_fault(
        target="api",
        kind="timeout",
        when="after",
        match={"path": "/publish-agent-version/*"},
        count=1,
        seconds=1,
    )

    async with room.with_retell(timeout=0.3) as hurried:
        with pytest.raises(RetellTimedOut):
            await publishing.publish_agent(
                room.runtime.sessions, hurried.runtime.retell, publication
            )
    agent = await publishing.publish_agent(room.runtime.sessions, room.runtime.retell, publication)

    assert agent.published_version == 1
    assert await _at_retell(sandbox) == (1, 1)


@pytest.mark.parametrize(("minutes", "status"), [(5, 409), (-1, 200)])
async def test_a_publish_that_died_blocks_the_next_only_for_a_while(
    customer: Customer, minutes: int, status: int
) -> None:
    draft = await _draft(customer)
    async with db.transaction(customer.sessions) as session:
        agent = await queries.AGENTS.find_locked(session, customer.org.id, draft["id"])
        assert isinstance(agent, Agent)
        agent.publishing_until = clock.now() + timedelta(minutes=minutes)

    assert (await _publish(customer, draft)).status_code == status


async def test_what_is_changed_during_a_publish_is_not_published(
    customer: Customer, sandbox: Sandbox
) -> None:
    draft = await _draft(customer)
    path = f"/agents/{draft['id']}"
    await sandbox.add_fault(
        target="api", kind="timeout", match={"path": "/create-agent"}, count=1, seconds=0.5
    )

    async def being_pushed() -> bool:
        return (await _at_retell(sandbox))[1] == 1

    publishing_now = asyncio.create_task(_publish(customer, draft))
    await until(being_pushed, "the LLM to be at Retell")
    await customer.patch(path, {"prompt": "Be brief."})
    published = (await publishing_now).json()

    assert published["has_unpublished_changes"] is True
    assert (await customer.get(path))["prompt"] == "Be brief."
    (version,) = (await customer.get(f"{path}/versions"))["items"]
    assert version["config"]["prompt"] == "Be kind."


async def test_publishing_is_announced(customer: Customer) -> None:
    agent = await customer.published_agent()

    (event,) = await customer.events("/events", "agent.published")

    assert event["data"] == {"version": 1}
    assert event["agent_id"] == agent["id"]


async def test_every_preset_can_be_published(customer: Customer, sandbox: Sandbox) -> None:
    presets = await customer.get("/agents/presets")

    for preset in presets:
        published = await customer.published_agent(**preset["config"])
        assert published["published_version"] == 1

    assert await _at_retell(sandbox) == (len(presets), len(presets))


@pytest.mark.parametrize(
    ("overrides", "place"),
    [
        ({"webhook_url": "https://elsewhere.example.com"}, "/retell_overrides/webhook_url"),
        ({"agent": {"webhook_events": []}}, "/retell_overrides/agent/webhook_events"),
        ({"response_engine": {}}, "/retell_overrides/response_engine"),
    ],
)
async def test_an_override_that_would_cut_the_agent_off_is_refused(
    customer: Customer, overrides: dict[str, Any], place: str
) -> None:
    body = {"name": "Check-in", "prompt": "Be kind.", "retell_overrides": overrides}

    response = await customer.client.post("/api/v1/agents", json=body)

    assert pointers(problem_of(response, 422, "agent-invalid")) == [place]


async def test_a_list_says_of_each_agent_whether_its_draft_is_live(customer: Customer) -> None:
    draft = await _draft(customer)
    live = await customer.published_agent()
    changed = await customer.published_agent()
    await customer.patch(f"/agents/{changed['id']}", {"name": "Renamed"})

    listed = (await customer.get("/agents"))["items"]

    assert {agent["id"]: agent["has_unpublished_changes"] for agent in listed} == {
        draft["id"]: True,
        live["id"]: False,
        changed["id"]: True,
    }
