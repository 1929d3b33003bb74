"""Settings of Retell's that have no form here go through publish, diff, drift and import whole."""

from typing import Any

import pytest

from backend.agents.retell.agent_fields import agent_settings, config_of, is_ours, llm_settings
from backend.providers.retell_names import agent_names, llm_names
from tests.support.customers import Customer
from tests.support.retell_account import RetellAccount
from tests.support.sandbox import Sandbox

BACKUP = {"model": "claude-5-sonnet", "ultrafast": True, "backup_kick_in_timeout": 2500}
OVERRIDES = {"llm": {"backup_model": BACKUP}, "agent": {"denoising_enhancement_level": 0.5}}
ENGINE = {"type": "retell-llm", "llm_id": "llm_1"}


@pytest.fixture
def account(sandbox: Sandbox) -> RetellAccount:
    return RetellAccount(sandbox)


async def at_retell(account: RetellAccount, agent: dict[str, Any]) -> tuple[Any, Any]:
    live = await account.ask("GET", f"/get-agent/{agent['retell_agent_id']}")
    engine = live["response_engine"]
    path = f"/get-retell-llm/{engine['llm_id']}?version={engine['version']}"
    return live, await account.ask("GET", path)


def test_whatever_the_sdk_knows_is_either_a_field_or_kept_as_it_is() -> None:
    value = {"of": ["next", "week"]}
    agent: dict[str, Any] = {name: value for name in agent_names() if is_ours("agent", name)}
    llm: dict[str, Any] = {name: value for name in llm_names() if is_ours("llm", name)}
    llm |= {"default_dynamic_variables": {}, "general_tools": []}
    llm |= {"general_prompt": "Be kind.", "begin_message": "Hi.", "start_speaker": "agent"}

    read = config_of({"response_engine": ENGINE} | agent, llm)

    told = agent_settings(read) | llm_settings(read)
    # Which events are told is Ringback's own matter.
    given = agent | llm | {"agent_name": str(value), "webhook_events": told["webhook_events"]}
    assert {name for name in given if told.get(name) != given[name]} == set()


async def test_a_backup_model_is_published_and_is_no_drift(
    customer: Customer, account: RetellAccount
) -> None:
    agent = await customer.published_agent(retell_overrides=OVERRIDES)

    compared = await customer.get(f"/agents/{agent['id']}/sync")

    live, llm = await at_retell(account, agent)
    assert llm["backup_model"] == BACKUP
    assert live["denoising_enhancement_level"] == 0.5
    assert (compared["state"], compared["differences"]) == ("in_sync", [])


async def test_a_changed_backup_model_is_seen_between_versions(customer: Customer) -> None:
    agent = await customer.published_agent(retell_overrides=OVERRIDES)
    path = f"/agents/{agent['id']}"
    other = {"llm": {"backup_model": BACKUP | {"backup_kick_in_timeout": 300}}}
    await customer.patch(path, {"retell_overrides": other})
    await customer.post(f"{path}/publish")

    changes = (await customer.get(f"{path}/versions/2"))["changes"]

    changed = {each["pointer"] for each in changes}
    assert any(
        pointer.startswith("/retell_overrides/llm/backup_model/backup_kick_in")
        for pointer in changed
    )


async def test_a_backup_model_out_of_bounds_is_told_by_its_place(customer: Customer) -> None:
    overrides = {"llm": {"backup_model": BACKUP | {"backup_kick_in_timeout": 60_001}}}
    agent = await customer.post(
        "/agents", {"name": "A", "prompt": "Be kind.", "retell_overrides": overrides}
    )

    refused = await customer.client.post(f"/api/v1/agents/{agent['id']}/publish")

    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert error["pointer"].startswith("/retell_overrides/llm/backup_model")


async def test_a_backup_model_set_at_retell_is_drift_that_can_be_taken_over_or_back(
    customer: Customer, account: RetellAccount
) -> None:
    taken, back = [await customer.published_agent() for _ in range(2)]
    for agent in (taken, back):
        await account.edit(
            agent, {"denoising_enhancement_level": 0.5}, llm={"backup_model": BACKUP}
        )

    compared = await customer.get(f"/agents/{taken['id']}/sync")
    draft = await customer.post(f"/agents/{taken['id']}/sync/import")
    await customer.post(f"/agents/{taken['id']}/publish")
    await customer.post(f"/agents/{back['id']}/sync/overwrite")

    found = {each["pointer"]: each["at_retell"] for each in compared["differences"]}
    assert found == {
        "/retell_overrides/llm/backup_model": BACKUP,
        "/retell_overrides/agent/denoising_enhancement_level": 0.5,
    }
    assert draft["retell_overrides"] == OVERRIDES
    assert (await at_retell(account, taken))[1]["backup_model"] == BACKUP
    live, llm = await at_retell(account, back)
    assert "backup_model" not in llm
    assert "denoising_enhancement_level" not in live
    for agent in (taken, back):
        assert (await customer.get(f"/agents/{agent['id']}/sync"))["state"] == "in_sync"


async def test_a_whole_number_written_with_a_fraction_is_no_difference(
    customer: Customer, account: RetellAccount
) -> None:
    agent = await customer.published_agent(ring_duration_ms=20_000, retell_overrides=OVERRIDES)
    again = BACKUP | {"backup_kick_in_timeout": 2500.0}
    await account.edit(agent, {"ring_duration_ms": 20_000.0}, llm={"backup_model": again})

    assert (await customer.get(f"/agents/{agent['id']}/sync"))["state"] == "in_sync"
