"""Publishing that dies after each of its steps: the next one finds what it left, and goes on."""

from datetime import timedelta
from typing import Any

import pytest

from backend.agents import queries, service
from backend.agents.models import Agent, PublishState
from backend.agents.retell import publishing
from backend.agents.retell.publishing import Publication
from backend.platform import clock, db
from backend.providers.retell_errors import RetellTimedOut
from tests.support import builders
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.retell_account import RetellAccount
from tests.support.room import NOWHERE, Room
from tests.support.sandbox import Sandbox

FIRST = ["/create-retell-llm", "/update-retell-llm/*", "/create-agent", "/publish-agent-version/*"]
LATER = [
    "/create-agent-version/*",
    "/update-retell-llm/*",
    "/update-agent/*",
    "/publish-agent-version/*",
]


async def _publish(room: Room, agent: Agent) -> Agent:
    publication = Publication(room.org.id, agent.id, NOWHERE, None, None)
    return await publishing.publish_agent(room.runtime.sessions, room.runtime.retell, publication)


async def _die_after(room: Room, sandbox: Sandbox, agent: Agent, path: str) -> Agent:
    """Let Retell do one step without hearing of it, and leave the agent as a dead process does."""
    fault = {"kind": "timeout", "when": "after", "match": {"path": path}, "count": 1}
    await sandbox.add_fault(target="api", seconds=0.6, **fault)
    async with room.with_retell(timeout=0.3) as hurried:
        with pytest.raises(RetellTimedOut):
            await _publish(hurried, agent)
    async with db.transaction(room.runtime.sessions) as session:
        left = await queries.AGENTS.find_locked(session, room.org.id, agent.id)
        assert left is not None
        left.publish_error = None
        left.publishing_until = clock.now() - timedelta(seconds=1)
        return left


async def _at_retell(sandbox: Sandbox) -> dict[str, Any]:
    """Look at the one agent there is, as it takes calls, and at its one LLM."""
    account = RetellAccount(sandbox)
    (listed,) = (await account.ask("POST", "/v2/list-agents", {}))["items"]
    path = f"/get-agent/{listed['agent_id']}?version=latest_published"
    agent = await account.ask("GET", path)
    (llm,) = (await account.ask("GET", "/v2/list-retell-llms"))["items"]
    assert agent["response_engine"]["llm_id"] == llm["llm_id"]
    version = agent["response_engine"]["version"]
    spoken_with = await account.ask("GET", f"/get-retell-llm/{llm['llm_id']}?version={version}")
    return {"agent": agent, "llm": spoken_with}


@pytest.mark.parametrize("path", FIRST)
async def test_a_first_publish_that_died_is_finished_with_one_agent_and_one_llm(
    room: Room, sandbox: Sandbox, path: str
) -> None:
    async with db.transaction(room.runtime.sessions) as session:
        draft = await builders.agent(session, room.org.id)

    left = await _die_after(room, sandbox, draft, path)
    agent = await _publish(room, draft)

    assert (left.published_version, left.publish_state) == (None, PublishState.INTERRUPTED)
    assert (agent.published_version, agent.publish_state) == (1, PublishState.IDLE)
    there = await _at_retell(sandbox)
    assert there["agent"]["agent_id"] == agent.retell_agent_id
    assert there["llm"]["general_prompt"] == "Be kind."
    # Nothing is left of what it was found by.
    assert there["llm"]["default_dynamic_variables"] == {}
    async with db.transaction(room.runtime.sessions) as session:
        version = await service.get_version(session, room.org.id, agent.id, 1)
    assert version.retell_version == there["agent"]["version"]


@pytest.mark.parametrize("path", LATER)
async def test_a_later_publish_that_died_leaves_the_old_version_until_it_is_finished(
    room: Room, sandbox: Sandbox, path: str
) -> None:
    live = await room.agent()
    async with db.transaction(room.runtime.sessions) as session:
        await service.update_agent(session, room.org.id, live.id, {"prompt": "Be brief."})

    left = await _die_after(room, sandbox, live, path)
    agent = await _publish(room, live)

    assert (left.published_version, left.publish_state) == (1, PublishState.INTERRUPTED)
    assert agent.published_version == 2
    there = await _at_retell(sandbox)
    assert there["llm"]["general_prompt"] == "Be brief."
    async with db.transaction(room.runtime.sessions) as session:
        versions = [
            await service.get_version(session, room.org.id, agent.id, number) for number in (1, 2)
        ]
    assert [version.frozen.prompt for version in versions] == ["Be kind.", "Be brief."]
    assert versions[1].retell_version == there["agent"]["version"]
    assert versions[0].retell_version == 0


async def test_while_a_dead_publish_holds_the_agent_it_is_said_for_how_long(
    customer: Customer,
) -> None:
    draft = await customer.post("/agents", {"name": "Draft", "prompt": "Be kind."})
    async with db.transaction(customer.sessions) as session:
        agent = await queries.AGENTS.find_locked(session, customer.org.id, draft["id"])
        assert agent is not None
        agent.publish_step = "save_llm"
        agent.publishing_until = clock.now() + timedelta(seconds=90)

    refused = await customer.client.post(f"/api/v1/agents/{draft['id']}/publish")

    assert "seconds" in problem_of(refused, 409, "publish-running")["detail"]
    assert (await customer.get(f"/agents/{draft['id']}"))["publish_state"] == "running"


async def test_a_failed_publish_is_told_until_the_next_goes_well(
    customer: Customer, sandbox: Sandbox
) -> None:
    agent = await customer.published_agent()
    path = f"/agents/{agent['id']}"
    await sandbox.add_fault(
        target="api", kind="status", match={"path": "/update-agent/*"}, count=1, status=500
    )

    await customer.client.post(f"/api/v1{path}/publish")
    failed = await customer.get(path)
    await customer.post(f"{path}/publish")
    mended = await customer.get(path)

    assert (failed["publish_state"], failed["published_version"]) == ("failed", 1)
    assert "Retell failed with status 500" in failed["publish_error"]
    assert (mended["publish_state"], mended["publish_error"]) == ("idle", None)


@pytest.mark.parametrize(
    ("config", "pointer"),
    [
        ({"voice_id": "11labs-Nobody"}, "/voice_id"),
        ({"model": "gpt-0"}, "/model"),
        ({"language": "xx-XX"}, "/language"),
        ({"retell_overrides": {"denoising_mode": "loud"}}, "/retell_overrides/denoising_mode"),
        (
            {"retell_overrides": {"llm": {"starting_state": 7}}},
            "/retell_overrides/llm/starting_state",
        ),
    ],
)
async def test_what_retell_does_not_take_is_told_by_the_field(
    customer: Customer, config: dict[str, Any], pointer: str
) -> None:
    draft = await customer.post("/agents", {"name": "Draft", "prompt": "Be kind.", **config})

    response = await customer.client.post(f"/api/v1/agents/{draft['id']}/publish")

    assert response.status_code == 422, response.text
    assert pointers(response.json()) == [pointer]
    mended = {"voice_id": "11labs-Adrian", "model": None, "language": "en-US"}
    await customer.patch(f"/agents/{draft['id']}", mended | {"retell_overrides": {}})
    assert (await customer.post(f"/agents/{draft['id']}/publish"))["published_version"] == 1


async def test_a_voice_to_fall_back_on_that_is_unknown_is_told_too(
    customer: Customer, sandbox: Sandbox
) -> None:
    draft = await customer.post(
        "/agents",
        {"name": "Draft", "prompt": "Be kind.", "fallback_voice_ids": ["openai-Alloy", "x-Y"]},
    )
    said = {"status": "error", "message": "Cannot find requested asset under given api key."}
    await sandbox.add_fault(
        target="api", kind="status", match={"path": "/create-agent"}, status=422, body=said
    )

    response = await customer.client.post(f"/api/v1/agents/{draft['id']}/publish")

    problem = problem_of(response, 422, "agent-invalid")
    assert pointers(problem) == ["/fallback_voice_ids/1"]
