"""What is live at Retell beside what was published: differences, and the two ways out of them."""

from typing import Any

import pytest

from backend.agents import jobs
from backend.agents.draft.config import AgentConfig
from backend.agents.draft.tools import EndCallTool
from backend.agents.events import AgentCheckRequested
from backend.agents.models import Agent
from backend.agents.retell import sync
from backend.agents.retell.agent_fields import agent_settings, llm_settings
from backend.agents.retell.sync import AtRetell
from backend.platform import ids
from tests.support.customers import Customer
from tests.support.problems import problem_of
from tests.support.retell_account import RetellAccount
from tests.support.sandbox import Sandbox
from tests.support.waiting import until


@pytest.fixture
def account(sandbox: Sandbox) -> RetellAccount:
    return RetellAccount(sandbox)


async def test_what_was_just_published_is_in_sync(customer: Customer) -> None:
    agent = await customer.published_agent(voice_speed=1.2, retell_overrides={"stt_mode": "fast"})

    compared = await customer.get(f"/agents/{agent['id']}/sync")

    assert (compared["state"], compared["differences"]) == ("in_sync", [])
    assert (compared["published_version"], compared["live_retell_version"]) == (1, 0)
    shown = await customer.get(f"/agents/{agent['id']}")
    assert (shown["sync_state"], shown["synced_at"]) == ("in_sync", compared["synced_at"])


def test_what_retell_fills_in_by_itself_is_no_difference() -> None:
    config = AgentConfig(name="A", prompt="Be kind.", tools=[EndCallTool(type="end_call")])
    agent = Agent(org_id=ids.new_id(), config={}, retell_llm_id="llm_1")
    told = agent_settings(config), llm_settings(config)
    engine = {"response_engine": {"type": "retell-llm", "llm_id": "llm_1", "version": 0}}
    tool = told[1]["general_tools"][0] | {"speak_during_execution": False}
    filled = told[1] | {"general_tools": [tool], "model": "gpt-4.1"}

    def differing(**changed: Any) -> list[str]:
        live = AtRetell(told[0] | engine, filled | changed)
        found = sync._differences(agent, config, live, None, None)
        return [difference.setting for difference in found]

    assert differing() == []
    assert differing(general_tools=[tool | {"name": "hi"}]) == ["llm.general_tools"]
    assert differing(general_tools=[]) == ["llm.general_tools"]


async def test_what_somebody_published_at_retell_is_shown_field_by_field(
    customer: Customer, account: RetellAccount
) -> None:
    agent = await customer.published_agent(retell_overrides={"agent": {"stt_mode": "fast"}})
    changes = {
        "voice_speed": 1.4,
        "denoising_mode": "no-denoise",
        "stt_mode": "accurate",
        "webhook_url": "https://elsewhere.example.com/hook",
    }
    await account.edit(agent, changes, prompt="Be rude.")

    compared = await customer.get(f"/agents/{agent['id']}/sync")

    assert compared["state"] == "drifted"
    assert (compared["retell_version"], compared["live_retell_version"]) == (0, 1)
    found = {each["pointer"]: each for each in compared["differences"]}
    assert set(found) == {
        "/prompt",
        "/voice_speed",
        "/retell_overrides/agent/stt_mode",
        "/retell_overrides/agent/denoising_mode",
        "/retell_overrides/agent/webhook_url",
    }
    assert found["/voice_speed"] == {
        "pointer": "/voice_speed",
        "setting": "agent.voice_speed",
        "published": 1,
        "at_retell": 1.4,
    }
    assert found["/prompt"]["at_retell"] == "Be rude."
    (event,) = await customer.events("/events", "agent.drifted", since=await _now(customer))
    assert event["data"]["state"] == "drifted"


async def _now(customer: Customer) -> str:
    """Find where the log was before anything drifted."""
    published = await customer.events("/events", "agent.published")
    return str(published[-1]["id"])


async def test_drift_is_announced_once_and_again_after_it_was_mended(
    customer: Customer, account: RetellAccount
) -> None:
    agent = await customer.published_agent()
    path = f"/agents/{agent['id']}"
    await account.edit(agent, {"volume": 0.5})
    for _ in range(2):
        assert (await customer.get(f"{path}/sync"))["state"] == "drifted"

    await customer.post(f"{path}/sync/overwrite")
    await account.edit(agent, {"volume": 0.6})
    await customer.get(f"{path}/sync")
    # What ends the feed comes after all that.
    last = await customer.published_agent()

    seen: list[dict[str, Any]] = []
    since = "0"
    while not seen or seen[-1]["agent_id"] != last["id"]:
        seen += await customer.events("/events", "agent.published", since=since)
        since = seen[-1]["id"]
    assert [each["name"] for each in seen if each["agent_id"] == agent["id"]] == [
        "agent.published",
        "agent.drifted",
        "agent.published",
        "agent.drifted",
    ]


async def test_overwriting_publishes_the_last_version_again_and_leaves_the_draft(
    customer: Customer, account: RetellAccount
) -> None:
    agent = await customer.published_agent()
    path = f"/agents/{agent['id']}"
    await customer.patch(path, {"prompt": "Not ready yet."})
    await account.edit(agent, {"denoising_mode": "no-denoise"}, prompt="Be rude.")

    overwritten = await customer.post(f"{path}/sync/overwrite")

    assert (overwritten["published_version"], overwritten["prompt"]) == (2, "Not ready yet.")
    assert overwritten["has_unpublished_changes"] is True
    assert (await customer.get(f"{path}/versions/2"))["changes"] == []
    assert (await customer.get(f"{path}/sync"))["differences"] == []
    live = await account.ask("GET", f"/get-agent/{agent['retell_agent_id']}")
    assert live["denoising_mode"] == "noise-cancellation"
    llm = await account.ask("GET", f"/get-retell-llm/{live['response_engine']['llm_id']}")
    assert llm["general_prompt"] == "Be kind."


async def test_importing_takes_over_what_is_live_and_keeps_what_is_only_here(
    customer: Customer, account: RetellAccount
) -> None:
    schema = {"type": "object", "properties": {"eta": {"type": "string"}}}
    variables = [{"name": "driver_name", "description": "Who drives.", "default": "driver"}]
    agent = await customer.published_agent(
        prompt="Hi {{driver_name}}.", tags=["night"], record_schema=schema, variables=variables
    )
    path = f"/agents/{agent['id']}"
    changes = {"voice_speed": 1.4, "denoising_mode": "no-denoise"}
    await account.edit(agent, changes, prompt="Hey {{driver_name}}, {{load}}?")

    draft = await customer.post(f"{path}/sync/import")

    assert (draft["prompt"], draft["voice_speed"]) == ("Hey {{driver_name}}, {{load}}?", 1.4)
    assert (draft["tags"], draft["record_schema"]) == (["night"], schema)
    assert draft["retell_overrides"] == {"agent": {"denoising_mode": "no-denoise"}}
    assert [each["description"] for each in draft["variables"]] == ["Who drives.", ""]
    await customer.post(f"{path}/publish")
    assert (await customer.get(f"{path}/sync"))["differences"] == []


async def test_a_draft_at_retell_is_no_drift_and_does_not_slip_in(
    customer: Customer, account: RetellAccount
) -> None:
    agent = await customer.published_agent()
    path = f"/agents/{agent['id']}"
    await account.edit(agent, {"denoising_mode": "no-denoise"}, prompt="Be rude.", publish=False)

    compared = await customer.get(f"{path}/sync")
    await customer.patch(path, {"prompt": "Be brief."})
    await customer.post(f"{path}/publish")

    assert (compared["state"], compared["draft_retell_version"]) == ("in_sync", 1)
    live = await account.ask("GET", f"/get-agent/{agent['retell_agent_id']}")
    assert (live["is_published"], live["denoising_mode"]) == (True, "noise-cancellation")
    assert (await customer.get(f"{path}/sync"))["state"] == "in_sync"


async def test_an_agent_deleted_at_retell_is_missing_and_made_anew_by_publishing(
    customer: Customer, account: RetellAccount
) -> None:
    agent = await customer.published_agent()
    path = f"/agents/{agent['id']}"
    await account.ask("DELETE", f"/delete-agent/{agent['retell_agent_id']}")

    missing = await customer.get(f"{path}/sync")
    imported = await customer.client.post(f"/api/v1{path}/sync/import")
    again = await customer.post(f"{path}/publish")

    assert (missing["state"], missing["live_retell_version"]) == ("missing", None)
    problem_of(imported, 409, "agent-gone")
    assert again["retell_agent_id"] != agent["retell_agent_id"]
    assert (await customer.get(f"{path}/sync"))["state"] == "in_sync"


async def test_another_llm_given_to_the_agent_is_a_difference(
    customer: Customer, account: RetellAccount
) -> None:
    agent = await customer.published_agent()
    other = await account.ask("POST", "/create-retell-llm", {"general_prompt": "Be rude."})
    engine = {"type": "retell-llm", "llm_id": other["llm_id"]}
    await account.edit(agent, {"response_engine": engine})

    compared = await customer.get(f"/agents/{agent['id']}/sync")
    await customer.post(f"/agents/{agent['id']}/sync/overwrite")

    (difference,) = compared["differences"]
    assert (difference["setting"], difference["at_retell"]) == ("agent.response_engine", engine)
    live = await account.ask("GET", f"/get-agent/{agent['retell_agent_id']}")
    assert live["response_engine"]["llm_id"] == difference["published"]["llm_id"]


async def test_every_agent_is_compared_by_night(customer: Customer, account: RetellAccount) -> None:
    agent = await customer.published_agent()
    await account.edit(agent, {"volume": 0.5})

    class Night:
        """What the scheduled job needs of the runtime."""

        sessions = customer.sessions

    await jobs.request_checks(Night())  # type: ignore[arg-type]  # it touches nothing else

    async def found() -> bool:
        state: str = (await customer.get(f"/agents/{agent['id']}"))["sync_state"]
        return state == "drifted"

    await until(found, "the drift to be found")
    assert AgentCheckRequested.is_logged is False


async def test_only_an_own_published_agent_is_compared(
    customer: Customer, stranger: Customer
) -> None:
    draft = await customer.post("/agents", {"name": "Draft", "prompt": "Be kind."})
    foreign = await stranger.published_agent()

    for method, verb in (("GET", ""), ("POST", "/overwrite"), ("POST", "/import")):
        of_draft = await customer.client.request(method, f"/api/v1/agents/{draft['id']}/sync{verb}")
        problem_of(of_draft, 422, "agent-not-published")
        path = f"/api/v1/agents/{foreign['id']}/sync{verb}"
        problem_of(await customer.client.request(method, path), 404, "agent-not-found")
