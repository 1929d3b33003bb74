"""Our verbs against the sandbox, over real HTTP: what one call asks for, the next one finds."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from backend.platform import clock
from backend.platform.errors import AppError
from backend.providers.retell import Retell
from backend.providers.retell_call import RetellCall
from backend.providers.retell_errors import (
    BlockReason,
    DialOutcomeUnknown,
    DialRefused,
    RetellAccountBlocked,
    RetellNotFound,
    RetellRateLimited,
)
from backend.providers.retell_json import JsonObject
from backend.providers.retell_shapes import AgentVersion, CallSearch, Dial

KEY = "key_sandbox"
DIAL = Dial(
    idempotency_key="replaced",
    agent_id="replaced",
    agent_version=0,
    from_number="+14155550199",
    to_number="+14155550100",
    variables={"driver_name": "Mike"},
)


@pytest.fixture(scope="module")
async def url() -> AsyncIterator[str]:
    command = ("-m", "backend.sandbox", "--port", "0", "--speed", "5", "--api-key", KEY)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command, "--log-level", "error"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        address = json.loads(await asyncio.wait_for(process.stdout.readline(), 30))["url"]
        async with httpx.AsyncClient(base_url=address) as client:
            unlimited = {"general": None, "calls_per_second": None}
            (await client.put("/sandbox/limits", json=unlimited)).raise_for_status()
        yield address
    finally:
        process.terminate()
        await process.wait()


@pytest.fixture
async def controls(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=f"{url}/sandbox") as client:
        yield client
        (await client.delete("/faults")).raise_for_status()


@pytest.fixture(scope="module")
async def retell(url: str) -> AsyncIterator[Retell]:
    client = Retell(api_key=KEY, base_url=url)
    yield client
    await client.close()


@pytest.fixture(scope="module")
async def agent(retell: Retell) -> AgentVersion:
    llm_id = await retell.save_llm(None, {"general_prompt": "You call drivers."})
    version = await retell.save_agent(None, agent_fields(llm_id))
    await retell.publish_agent(version.agent_id, version.version)
    return version


def agent_fields(llm_id: str) -> JsonObject:
    return {
        "agent_name": "Driver check-in",
        "voice_id": "11labs-Adrian",
        "response_engine": {"type": "retell-llm", "llm_id": llm_id},
    }


def dial_of(agent: AgentVersion, intent: str) -> Dial:
    return replace(
        DIAL,
        agent_id=agent.agent_id,
        agent_version=agent.version,
        idempotency_key=intent,
        metadata={"ringback_call_id": intent},
    )


async def until(retell: Retell, call_id: str, is_so: Callable[[RetellCall], bool]) -> RetellCall:
    async with asyncio.timeout(20):
        while not is_so(call := await retell.get_call(call_id)):  # noqa: ASYNC110 - polls a process
            await asyncio.sleep(0.05)
    return call


async def fault(controls: httpx.AsyncClient, **rule: object) -> None:
    answer = await controls.post("/faults", json={"target": "api", "count": 1, **rule})
    answer.raise_for_status()


async def test_an_agent_is_published_changed_and_published_again(retell: Retell) -> None:
    llm_id = await retell.save_llm(None, {"general_prompt": "First."})
    first = await retell.save_agent(None, agent_fields(llm_id))
    await retell.publish_agent(first.agent_id, first.version, title="First")
    await retell.publish_agent(first.agent_id, first.version, title="First, once more")

    draft = await retell.open_draft(first.agent_id)
    assert await retell.open_draft(first.agent_id) == draft
    await retell.save_llm(llm_id, {"general_prompt": "Second."})
    second = await retell.save_agent(
        first.agent_id, {**agent_fields(llm_id), "voice_id": "11labs-Dorothy"}
    )
    await retell.publish_agent(second.agent_id, second.version, description="Kinder")

    assert (second.agent_id, second.version) == (first.agent_id, draft.version)
    assert second.version > first.version
    assert (await retell.get_agent(first.agent_id, first.version))["voice_id"] == "11labs-Adrian"
    assert (await retell.get_agent(first.agent_id))["voice_id"] == "11labs-Dorothy"
    assert (await retell.get_llm(llm_id, first.version))["general_prompt"] == "First."
    history = await retell.list_agent_versions(first.agent_id)
    assert {(entry.version, entry.is_published, entry.title) for entry in history} == {
        (first.version, True, "First"),
        (second.version, True, None),
    }

    await retell.delete_agent(first.agent_id)
    await retell.delete_agent(first.agent_id)
    await retell.delete_llm(llm_id)
    with pytest.raises(RetellNotFound):
        await retell.get_agent(first.agent_id)


async def test_a_call_is_placed_found_and_read(retell: Retell, agent: AgentVersion) -> None:
    asked_at = clock.now() - timedelta(minutes=5)
    placed = await retell.create_phone_call(dial_of(agent, "intent-read"))

    call = await until(retell, placed.call_id, lambda call: call.analysis is not None)

    assert (call.call_status, call.direction) == ("ended", "outbound")
    assert (call.agent_id, call.agent_version) == (agent.agent_id, agent.version)
    assert call.variables == {"driver_name": "Mike"}
    assert call.metadata == {"ringback_call_id": "intent-read"}
    assert call.started_at is not None
    assert call.duration_ms is not None
    assert {said.role for said in call.transcript} == {"agent", "user"}
    assert all(said.start_ms is not None for said in call.transcript)
    assert call.recording_url is not None
    assert call.cost is not None
    assert call.cost.telephony_cents
    assert call.cost.llm_cents

    search = CallSearch(
        metadata=("ringback_call_id", "intent-read"),
        started_after=asked_at,
        agent_ids=(agent.agent_id,),
    )
    found = await retell.list_calls(search)
    assert [listed.call_id for listed in found.items] == [placed.call_id]
    assert found.next_page is None


async def test_a_repeated_dial_is_the_same_call(retell: Retell, agent: AgentVersion) -> None:
    dial = dial_of(agent, "intent-repeated")
    first = await retell.create_phone_call(dial)
    again = await retell.create_phone_call(dial)
    assert first.call_id == again.call_id


async def test_a_call_is_stopped(retell: Retell, agent: AgentVersion) -> None:
    placed = await retell.create_phone_call(dial_of(agent, "intent-stopped"))
    await until(retell, placed.call_id, lambda call: call.call_status == "ongoing")
    await retell.stop_call(placed.call_id)
    call = await until(retell, placed.call_id, lambda call: call.call_status == "ended")
    assert call.disconnection_reason == "manual_stopped"


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "reset", "when": "after"},
        {"kind": "malformed", "when": "after"},
        {"kind": "status", "when": "after", "status": 503},
    ],
    ids=lambda rule: str(rule["kind"]),
)
async def test_a_dial_whose_outcome_is_unknown_is_found_by_its_metadata(
    retell: Retell, agent: AgentVersion, controls: httpx.AsyncClient, rule: dict[str, object]
) -> None:
    intent = f"intent-{rule['kind']}"
    await fault(controls, match={"path": "/v2/create-phone-call"}, **rule)

    with pytest.raises(DialOutcomeUnknown):
        await retell.create_phone_call(dial_of(agent, intent))

    found = await retell.list_calls(CallSearch(metadata=("ringback_call_id", intent)))
    assert len(found.items) == 1
    again = await retell.create_phone_call(dial_of(agent, intent))
    assert again.call_id == found.items[0].call_id


async def test_a_rate_limit_says_when_to_come_back(
    retell: Retell, agent: AgentVersion, controls: httpx.AsyncClient
) -> None:
    await fault(controls, kind="rate_limit", limiter="call", reset_seconds=7)
    with pytest.raises(RetellRateLimited) as caught:
        await retell.create_phone_call(dial_of(agent, "intent-limited"))
    assert caught.value.retry_after == 7


async def test_do_not_call_is_respected(
    retell: Retell, agent: AgentVersion, controls: httpx.AsyncClient
) -> None:
    await controls.put("/do-not-call", json={"numbers": [DIAL.to_number]})
    with pytest.raises(DialRefused):
        await retell.create_phone_call(dial_of(agent, "intent-unwanted"))
    await controls.put("/do-not-call", json={"numbers": []})


@pytest.mark.parametrize(
    "attempt",
    [
        lambda retell: retell.get_call("call_unknown"),
        lambda retell: retell.stop_call("call_unknown"),
        lambda retell: retell.get_agent("agent_unknown"),
        lambda retell: retell.open_draft("agent_unknown"),
        lambda retell: retell.save_llm("llm_unknown", {"general_prompt": "x"}),
        lambda retell: retell.get_voice("11labs-Nobody"),
    ],
)
async def test_what_retell_does_not_have_is_not_found(
    retell: Retell, attempt: Callable[[Retell], Awaitable[object]]
) -> None:
    with pytest.raises(RetellNotFound):
        await attempt(retell)


async def test_what_is_there_is_listed_to_the_last_page(retell: Retell) -> None:
    # One more than a page holds.
    llms = [await retell.save_llm(None, {"general_prompt": f"{n}"}) for n in range(101)]
    made = await retell.save_agent(None, agent_fields(llms[0]) | {"agent_name": "Night owl"})

    listed = {str(llm["llm_id"]) for llm in await retell.list_llms()}
    (found,) = await retell.list_agents(query="night OWL")

    assert set(llms) <= listed
    assert (found.agent_id, found.name) == (made.agent_id, "Night owl")
    assert await retell.list_agents(query="nobody is called this") == []
    with pytest.raises(RetellNotFound):
        await retell.get_agent(made.agent_id, "latest_published")
    await retell.publish_agent(made.agent_id, made.version)
    live = await retell.get_agent(made.agent_id, "latest_published")
    assert live["version"] == made.version
    assert (await retell.get_voice("11labs-Adrian")).provider == "elevenlabs"
    await retell.delete_agent(made.agent_id)
    for llm_id in llms:
        await retell.delete_llm(llm_id)


async def test_an_unknown_agent_cannot_dial(retell: Retell, agent: AgentVersion) -> None:
    dial = replace(dial_of(agent, "intent-nobody"), agent_id="agent_unknown")
    with pytest.raises(DialRefused):
        await retell.create_phone_call(dial)


async def test_the_account_is_looked_up(retell: Retell) -> None:
    assert (await retell.get_key_info()).org_id
    assert (await retell.get_concurrency()).limit > 0
    assert "11labs-Adrian" in {voice.voice_id for voice in await retell.list_voices()}
    assert "+14155550199" in {number.phone_number for number in await retell.list_phone_numbers()}


async def test_a_number_is_bound_to_an_agent(retell: Retell, agent: AgentVersion) -> None:
    bound: JsonObject = {
        "inbound_agents": [
            {"agent_id": agent.agent_id, "agent_version": agent.version, "weight": 1}
        ]
    }
    number = await retell.update_phone_number("+14155550199", bound)
    assert number.inbound_agents is not None
    assert number.inbound_agents[0].agent_version == agent.version


async def test_a_web_call_can_be_joined(retell: Retell, agent: AgentVersion) -> None:
    access = await retell.create_web_call(
        agent.agent_id, agent_version=agent.version, variables={}, metadata={}
    )
    assert access.access_token
    assert access.expires_at is not None
    assert access.expires_at > clock.now()
    assert (await retell.get_call(access.call_id)).call_type == "web_call"


async def test_another_key_is_refused(url: str) -> None:
    stranger = Retell(api_key="key_of_a_stranger", base_url=url)
    with pytest.raises(AppError) as caught:
        await stranger.get_key_info()
    await stranger.close()
    assert isinstance(caught.value, RetellAccountBlocked)
    assert caught.value.reason is BlockReason.KEY_REFUSED
