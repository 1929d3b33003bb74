"""Agents that exist at Retell already: taken over whole, or looked after as they are."""

import asyncio
from typing import Any

import pytest

from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.retell_account import RetellAccount
from tests.support.sandbox import Sandbox

TRANSFER = {
    "type": "transfer_call",
    "name": "to_dispatch",
    "description": "Asked for a person.",
    "transfer_destination": {"type": "predefined", "number": "+14155550123"},
    "transfer_option": {"type": "cold_transfer", "show_transferee_as_caller": False},
}
SWAP = {"type": "agent_swap", "name": "swap", "agent_id": "agent_x"}
LLM = {
    "general_prompt": "Call {{driver_name}} about {{load}} at {{current_time}}.",
    "begin_message": "Hi {{driver_name}}.",
    "model": "gpt-5.4",
    "general_tools": [TRANSFER, SWAP],
    "default_dynamic_variables": {"load": "any load"},
    "tool_call_strict_mode": True,
}
AGENT = {
    "agent_name": "Night shift",
    "voice_id": "openai-Onyx",
    "voice_speed": 1.3,
    "language": "en-GB",
    "timezone": "America/Chicago",
    "voicemail_option": {"action": {"type": "bridge_transfer"}},
    "denoising_mode": "no-denoise",
    "webhook_url": "https://elsewhere.example.com/hook",
    "webhook_events": ["call_ended"],
}


@pytest.fixture
def account(sandbox: Sandbox) -> RetellAccount:
    return RetellAccount(sandbox)


async def _at_retell(account: RetellAccount) -> dict[str, Any]:
    """Make an agent at Retell as people did before they had this service."""
    llm = await account.ask("POST", "/create-retell-llm", LLM)
    engine = {"type": "retell-llm", "llm_id": llm["llm_id"]}
    agent = await account.ask("POST", "/create-agent", AGENT | {"response_engine": engine})
    path = f"/publish-agent-version/{agent['agent_id']}"
    await account.ask("POST", path, {"version": 0})
    return {"agent": agent, "llm": llm}


async def _import(customer: Customer, agent_id: str) -> dict[str, Any]:
    imported: dict[str, Any] = await customer.post("/agents/import", {"retell_agent_id": agent_id})
    return imported


async def test_an_agent_with_a_retell_llm_is_taken_over_whole(
    customer: Customer, account: RetellAccount
) -> None:
    there = await _at_retell(account)

    draft = await _import(customer, there["agent"]["agent_id"])

    assert draft["retell_agent_id"] == there["agent"]["agent_id"]
    assert (draft["engine"], draft["published_version"]) == ("retell_llm", None)
    assert (draft["name"], draft["prompt"]) == ("Night shift", LLM["general_prompt"])
    assert (draft["begin_message"], draft["model"]) == ("Hi {{driver_name}}.", "gpt-5.4")
    assert (draft["voice_id"], draft["voice_speed"]) == ("openai-Onyx", 1.3)
    assert (draft["language"], draft["time_zone"]) == ("en-GB", "America/Chicago")
    assert draft["transcript_updates"] is False
    assert [tool["type"] for tool in draft["tools"]] == ["transfer_call", "other"]
    assert {(v["name"], v["default"], v["required"]) for v in draft["variables"]} == {
        ("load", "any load", False),
        ("driver_name", None, True),
    }
    # What has no form here is sent back as it was.
    assert draft["voicemail_option"] is None
    assert draft["retell_overrides"] == {
        "agent": {
            "denoising_mode": "no-denoise",
            "voicemail_option": {"action": {"type": "bridge_transfer"}},
        },
        "llm": {"tool_call_strict_mode": True},
    }


async def test_importing_and_publishing_unchanged_leaves_no_difference(
    customer: Customer, account: RetellAccount
) -> None:
    there = await _at_retell(account)
    draft = await _import(customer, there["agent"]["agent_id"])

    published = await customer.post(f"/agents/{draft['id']}/publish")

    assert published["retell_agent_id"] == draft["retell_agent_id"]
    compared = await customer.get(f"/agents/{draft['id']}/sync")
    assert (compared["state"], compared["differences"]) == ("in_sync", [])
    live = await account.ask("GET", f"/get-agent/{draft['retell_agent_id']}")
    llm = await account.ask("GET", f"/get-retell-llm/{there['llm']['llm_id']}")
    assert live["response_engine"]["llm_id"] == there["llm"]["llm_id"]
    own = {name: value for name, value in AGENT.items() if not name.startswith("webhook")}
    assert {name: live[name] for name in own} == own
    assert {name: llm[name] for name in LLM if name != "default_dynamic_variables"} == {
        name: value for name, value in LLM.items() if name != "default_dynamic_variables"
    }
    assert live["webhook_url"].endswith(f"/webhook/retell/{customer.org.slug}")
    assert len((await account.ask("GET", "/v2/list-retell-llms"))["items"]) == 1


@pytest.mark.parametrize(
    ("engine", "kind"),
    [
        ({"type": "conversation-flow", "conversation_flow_id": "flow_1"}, "conversation_flow"),
        ({"type": "custom-llm", "llm_websocket_url": "wss://llm.example.com"}, "custom_llm"),
    ],
)
async def test_an_agent_designed_at_retell_works_here_but_is_read_only(
    customer: Customer, account: RetellAccount, engine: dict[str, Any], kind: str
) -> None:
    made = await account.ask("POST", "/create-agent", AGENT | {"response_engine": engine})
    await account.ask("POST", f"/publish-agent-version/{made['agent_id']}", {"version": 0})
    schema = {"type": "object", "properties": {"status": {"type": ["string", "null"]}}}

    draft = await _import(customer, made["agent_id"])
    path = f"/agents/{draft['id']}"
    refused = await customer.client.patch(
        f"/api/v1{path}", json={"prompt": "Be kind.", "voice_speed": 1.0, "name": "Nights"}
    )
    await customer.patch(path, {"record_schema": schema, "name": "Nights"})
    published = await customer.post(f"{path}/publish")
    placed = await customer.call(published)
    call = await customer.call_in(placed["id"], "ended")

    assert (draft["engine"], draft["prompt"]) == (kind, "")
    problem = problem_of(refused, 422, "agent-read-only")
    assert set(pointers(problem)) == {"/prompt", "/voice_speed"}
    assert published["published_version"] == 1
    live = await account.ask("GET", f"/get-agent/{made['agent_id']}")
    assert (live["response_engine"], live["agent_name"]) == (engine, "Night shift")
    assert live["webhook_url"].endswith(f"/webhook/retell/{customer.org.slug}")
    assert (await customer.get(f"{path}/sync"))["state"] == "in_sync"
    assert call["agent_version"] == 1
    assert await customer.record_of(call["id"])


async def test_what_was_changed_at_retell_is_taken_over_by_importing_again(
    customer: Customer, account: RetellAccount
) -> None:
    engine = {"type": "conversation-flow", "conversation_flow_id": "flow_1"}
    made = await account.ask("POST", "/create-agent", AGENT | {"response_engine": engine})
    draft = await _import(customer, made["agent_id"])
    path = f"/agents/{draft['id']}"
    await customer.post(f"{path}/publish")
    agent_id = made["agent_id"]
    await account.ask("POST", f"/create-agent-version/{agent_id}", {"base_version": 0})
    await account.ask("PATCH", f"/update-agent/{agent_id}", {"voice_speed": 0.8})
    await account.ask("POST", f"/publish-agent-version/{agent_id}", {"version": 1})

    drifted = await customer.get(f"{path}/sync")
    overwritten = await customer.client.post(f"/api/v1{path}/sync/overwrite")
    imported = await customer.post(f"{path}/sync/import")
    await customer.post(f"{path}/publish")

    assert [each["pointer"] for each in drifted["differences"]] == ["/voice_speed"]
    problem_of(overwritten, 422, "agent-read-only")
    assert imported["voice_speed"] == 0.8
    assert (await customer.get(f"{path}/sync"))["state"] == "in_sync"


async def test_an_agent_is_imported_once_and_by_one_organisation(
    customer: Customer, stranger: Customer, account: RetellAccount
) -> None:
    there = await _at_retell(account)
    agent_id = there["agent"]["agent_id"]
    body = {"retell_agent_id": agent_id}
    before = await customer.get("/agents/importable", q="night")
    draft = await _import(customer, agent_id)

    twice = await customer.client.post("/api/v1/agents/import", json=body)
    foreign = await stranger.client.post("/api/v1/agents/import", json=body)
    unknown = await customer.client.post(
        "/api/v1/agents/import", json={"retell_agent_id": "agent_none"}
    )

    assert problem_of(twice, 409, "agent-imported")["agent_id"] == draft["id"]
    problem_of(foreign, 404, "retell-agent-not-found")
    problem_of(unknown, 404, "retell-agent-not-found")
    (importable,) = before
    assert (importable["name"], importable["agent_id"]) == ("Night shift", None)
    (known,) = await customer.get("/agents/importable")
    assert known["agent_id"] == draft["id"]
    assert await stranger.get("/agents/importable") == []


async def test_of_two_imports_of_one_agent_at_once_one_is_a_conflict(
    customer: Customer, account: RetellAccount
) -> None:
    there = await _at_retell(account)
    body = {"retell_agent_id": there["agent"]["agent_id"]}

    responses = await asyncio.gather(
        *(customer.client.post("/api/v1/agents/import", json=body) for _ in range(3))
    )

    assert sorted(response.status_code for response in responses) == [201, 409, 409]
    assert len((await customer.get("/agents"))["items"]) == 1
