"""What the demo begins with: the example agents, published, and calls on their way."""

import asyncio
from typing import Any

import httpx

from backend.platform.errors import AppError
from backend.platform.settings import Settings

# Whom to call: the agent's preset, the number that plays the person, and what the agent knows.
PEOPLE: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("driver_check_in", "+14155550110", {"driver_name": "Mike", "load_number": "7891-B"}),
    ("driver_check_in", "+14155550107", {"driver_name": "Carla", "load_number": "3308-C"}),
    ("sales_qualification", "+14155550112", {"customer_name": "Dana"}),
    ("appointment_reminder", "+14155550115", {"patient_name": "Ana Torres"}),
    ("emergency", "+14155550111", {"driver_name": "Luis", "load_number": "4410-A"}),
    ("driver_check_in", "+14155550113", {"driver_name": "José Ángel", "load_number": "4520-Ñ"}),
    ("driver_check_in", "+14155550103", {"driver_name": "Theo", "load_number": "6127-D"}),
    ("driver_check_in", "+14155550101", {"driver_name": "Nadia", "load_number": "2945-F"}),
)
# Scenarios that fit another agent than the driver check-in.
_PRESET_OF = {
    "emergency": "emergency",
    "sales": "sales_qualification",
    "appointment": "appointment_reminder",
}

# By which example policy the calls of which agents are scored.
_SCORED_BY = {
    "dispatch": ("driver_check_in", "emergency"),
    "sales": ("sales_qualification",),
    "support": ("appointment_reminder",),
}

Agents = dict[str, dict[str, Any]]


class DemoFailed(AppError):
    code, title = "demo-failed", "The demo failed"


async def ask(
    client: httpx.AsyncClient, method: str, path: str, body: Any = None, **headers: str
) -> Any:
    response = await client.request(method, path, json=body, headers=headers)
    if response.is_error:
        raise DemoFailed(f"{method} {path} answered {response.status_code}: {response.text}")
    return response.json()


async def publish_agents(client: httpx.AsyncClient, settings: Settings) -> Agents:
    """Create and publish the example agents that are not there yet. Return them by preset.

    Those published from another address are published again, for their webhooks to come here.
    """
    held = await ask(client, "GET", "/api/v1/agents?limit=200")
    by_name = {agent["name"]: agent for agent in held["items"]}
    address = settings.data_dir / "published_from"
    has_moved = not address.exists() or address.read_text() != settings.own_url
    agents = {}
    for preset in await ask(client, "GET", "/api/v1/agents/presets"):
        agents[preset["key"]] = by_name.get(preset["config"]["name"]) or await ask(
            client, "POST", "/api/v1/agents", preset["config"]
        )
    published = await asyncio.gather(
        *(
            ask(client, "POST", f"/api/v1/agents/{agent['id']}/publish")
            for agent in agents.values()
            if agent["published_version"] is None or has_moved
        )
    )
    by_id = {agent["id"]: agent for agent in published}
    address.write_text(settings.own_url)
    return {key: by_id.get(agent["id"], agent) for key, agent in agents.items()}


async def analyze_calls(client: httpx.AsyncClient) -> None:
    """Have every call analysed, unless somebody has said already whether they are to be."""
    if (await ask(client, "GET", "/api/v1/analysis/settings"))["schema_version"] == 0:
        await ask(client, "PATCH", "/api/v1/analysis/settings", {"enabled": True})


async def publish_policies(client: httpx.AsyncClient, agents: Agents) -> None:
    """Have the agents' calls scored by example policies, unless there are any policies yet."""
    if (await ask(client, "GET", "/api/v1/policies?archived=true&limit=1"))["items"]:
        return
    for preset in await ask(client, "GET", "/api/v1/policies/presets"):
        own = [agents[key]["id"] for key in _SCORED_BY.get(preset["key"], ())]
        if own:
            applies_to = [{"agent_id": agent_id} for agent_id in own]
            config = preset["config"] | {"applies_to": applies_to}
            policy = await ask(client, "POST", "/api/v1/policies", config)
            await ask(client, "POST", f"/api/v1/policies/{policy['id']}/publish")


async def call_people(client: httpx.AsyncClient, agents: Agents) -> int:
    """Place the first calls, so that the board is not empty. Return how many; later starts: 0."""
    if (await ask(client, "GET", "/api/v1/calls?limit=1"))["items"]:
        return 0
    for key, number, variables in PEOPLE:
        await place(client, agents[key], number, variables, idempotency_key=f"demo {number}")
    return len(PEOPLE)


async def place_scenario(
    client: httpx.AsyncClient, agents: Agents, scenario: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Place a call that plays a scenario, by the agent it suits. Return both."""
    agent = agents[_PRESET_OF.get(scenario, "driver_check_in")]
    metadata = {"sandbox_scenario": scenario}
    return agent, await place(client, agent, "+14155550100", {}, metadata=metadata)


async def place(
    client: httpx.AsyncClient,
    agent: dict[str, Any],
    number: str,
    variables: dict[str, str],
    *,
    metadata: dict[str, str] | None = None,
    idempotency_key: str | None = None,
) -> dict[str, Any]:
    examples = {each["name"]: each["example"] for each in agent["variables"] if each["example"]}
    body = {
        "agent_id": agent["id"],
        "to_number": number,
        "variables": examples | variables,
        "metadata": metadata or {},
    }
    headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
    placed: dict[str, Any] = await ask(client, "POST", "/api/v1/calls", body, **headers)
    return placed
