"""Agents and LLMs with their versions, phone numbers, voices and the account."""

from typing import Any

import pytest
from retell import BadRequestError, NotFoundError, UnprocessableEntityError
from retell.types import AgentResponse

from tests.sandbox.sandbox_user import OWN_NUMBER, SandboxUser

UNKNOWN = (UnprocessableEntityError, NotFoundError)


async def llm_of(user: SandboxUser, agent: AgentResponse) -> tuple[str, int]:
    engine: Any = agent.response_engine
    return engine.llm_id, engine.version


async def test_an_agent_keeps_its_settings(user: SandboxUser) -> None:
    settings: dict[str, Any] = {
        "language": ["en-US", "es-419"],
        "voice_speed": 1.1,
        "interruption_sensitivity": 0.7,
        "webhook_events": ["call_ended"],
        "webhook_timeout_ms": 5000,
        "ring_duration_ms": 20000,
        "boosted_keywords": ["{{driver_name}}"],
        "voicemail_option": {"action": {"type": "hangup"}},
        "a_field_of_next_week": {"kept": True},
    }

    created = await user.agent(**{k: v for k, v in settings.items() if k != "a_field_of_next_week"})
    body = {"a_field_of_next_week": {"kept": True}}
    await user.request("PATCH", f"/update-agent/{created.agent_id}", body)

    kept = (await user.retell.agent.retrieve(created.agent_id)).to_dict()
    assert {name: kept[name] for name in settings} == settings
    assert (kept["version"], kept["is_published"]) == (0, False)
    assert kept["webhook_url"] == user.hook


async def test_null_removes_a_setting(user: SandboxUser) -> None:
    agent = await user.agent(ambient_sound="call-center")

    await user.retell.agent.update(agent.agent_id, ambient_sound=None, webhook_url=None)

    kept = (await user.retell.agent.retrieve(agent.agent_id)).to_dict()
    assert "ambient_sound" not in kept
    assert "webhook_url" not in kept


@pytest.mark.parametrize(
    "wrong",
    [
        {"voice_speed": 3},
        {"voice_temperature": -0.1},
        {"interruption_sensitivity": "0.5"},
        {"webhook_events": ["call_begun"]},
        {"webhook_url": "not an address"},
        {"language": "xx-XX"},
        {"max_call_duration_ms": 1000},
        {"data_storage_retention_days": 731},
        {"post_call_analysis_model": "gpt-2"},
        {"post_call_analysis_data": [{"type": "enum", "name": "a", "description": "b"}]},
        {"post_call_analysis_data": [{"type": "date", "name": "a", "description": "b"}]},
        {"response_engine": {"type": "unheard-of"}},
        {"ring_duration_ms": 20000.5},
        {"denoising_enhancement_level": 1.1},
        {"custom_stt_config": {"provider": "soniox", "endpointing_ms": 400}},
        {"custom_stt_config": {"provider": "assemblyai", "endpointing_ms": 3001}},
        {"user_dtmf_options": {"termination_key": "A"}},
    ],
    ids=str,
)
async def test_settings_out_of_range_are_refused_with_their_place(
    user: SandboxUser, wrong: dict[str, Any]
) -> None:
    agent = await user.agent()

    response = await user.request("PATCH", f"/update-agent/{agent.agent_id}", wrong)

    assert response.status_code == 400
    assert response.json()["status"] == "error"
    assert f"body/{next(iter(wrong))}" in response.json()["message"]


def custom(**changes: Any) -> dict[str, Any]:
    return {"type": "custom", "name": "find_load", "url": "https://tms.example.com", **changes}


@pytest.mark.parametrize(
    "tools",
    [
        [custom(name="find load")],
        [custom(name="x" * 65)],
        [custom(timeout_ms=999)],
        [custom(timeout_ms=600_001)],
        [custom(max_retry=6)],
        [custom(), custom()],
        [{"type": "press_digit", "name": "press", "delay_ms": 5001}],
        [{"type": "unheard-of", "name": "x"}],
    ],
    ids=str,
)
async def test_tools_out_of_bounds_are_refused_in_a_call_as_well(
    user: SandboxUser, tools: list[dict[str, Any]]
) -> None:
    agent = await user.agent()
    body = {"general_tools": tools}
    override = {"agent_override": {"retell_llm": body}}

    drafted = await user.request("POST", "/create-retell-llm", body)
    called = await user.request(
        "POST", "/v3/create-web-call", {"agent_id": agent.agent_id, **override}
    )

    assert (drafted.status_code, called.status_code) == (400, 400)


async def test_a_number_without_a_fraction_is_an_integer_however_it_is_written(
    user: SandboxUser,
) -> None:
    agent = await user.agent()
    settings = {"ring_duration_ms": 20000.0, "volume": 1.0, "reminder_max_count": 2.0}

    changed = await user.request("PATCH", f"/update-agent/{agent.agent_id}", settings)

    assert changed.status_code == 200
    for written in (b'"ring_duration_ms":20000,', b'"volume":1,', b'"reminder_max_count":2,'):
        assert written in changed.content


async def test_what_an_agent_refers_to_must_exist(user: SandboxUser) -> None:
    with pytest.raises(UNKNOWN):
        await user.agent(voice_id="11labs-Nobody")
    with pytest.raises(UNKNOWN):
        await user.agent(response_engine={"type": "retell-llm", "llm_id": "llm_nobody"})


async def test_a_published_version_cannot_be_changed(user: SandboxUser) -> None:
    agent = await user.agent()
    llm_id, _ = await llm_of(user, agent)

    await user.retell.agent.publish(agent.agent_id, version=0, version_title="First")

    with pytest.raises(BadRequestError, match="Cannot update published agent"):
        await user.retell.agent.update(agent.agent_id, agent_name="Other")
    with pytest.raises(BadRequestError, match="Cannot update published LLM"):
        await user.retell.llm.update(llm_id, general_prompt="Other")
    with pytest.raises(BadRequestError):
        await user.retell.agent.publish(agent.agent_id, version=0)
    published = await user.retell.agent.retrieve(agent.agent_id)
    assert (published.is_published, published.version_title) == (True, "First")


async def test_a_new_draft_takes_changes_and_leaves_the_published_version_alone(
    user: SandboxUser,
) -> None:
    agent = await user.agent(llm={"begin_message": "Hello from the first."})
    llm_id, _ = await llm_of(user, agent)
    await user.retell.agent.publish(agent.agent_id, version=0)

    draft = await user.retell.agent.create_version(agent.agent_id, base_version=0)
    await user.retell.agent.update(agent.agent_id, agent_name="Second")
    await user.retell.llm.update(llm_id, begin_message="Hello from the second.")

    assert isinstance(draft, AgentResponse)
    assert (draft.version, draft.base_version, draft.is_published) == (1, 0, False)
    assert await llm_of(user, draft) == (llm_id, 1)
    first = await user.retell.agent.retrieve(agent.agent_id, version=0)
    latest = await user.retell.agent.retrieve(agent.agent_id)
    assert (first.agent_name, latest.agent_name) == ("Driver check-in", "Second")
    assert (await user.retell.llm.retrieve(llm_id, version=0)).is_published is True
    calls = [
        await user.play(agent.agent_id, "driver_check_in", override_agent_version=version)
        for version in ("latest_published", "latest", 0, 1)
    ]
    assert [call.agent_version for call in calls] == [0, 1, 0, 1]
    assert [(call.transcript or "").partition("\n")[0] for call in calls] == [
        "Agent: Hello from the first.",
        "Agent: Hello from the second.",
        "Agent: Hello from the first.",
        "Agent: Hello from the second.",
    ]


async def test_versions_are_listed_in_pages_and_deleted(user: SandboxUser) -> None:
    agent = await user.agent()
    for base in range(3):
        await user.retell.agent.create_version(agent.agent_id, base_version=base)

    first = await user.retell.agent.list_versions(agent.agent_id, limit=3)
    assert first.pagination_key is not None
    second = await user.retell.agent.list_versions(
        agent.agent_id, limit=3, pagination_key=first.pagination_key
    )
    await user.retell.agent.delete_version(agent.agent_id, version=2)
    left = await user.retell.agent.list_versions(agent.agent_id, sort_order="ascending")

    assert [item.version for item in first.items] == [3, 2, 1]
    assert ([item.version for item in second.items], second.has_more) == ([0], False)
    assert [item.version for item in left.items] == [0, 1, 3]
    assert (left.items[2].base_version, left.items[0].base_version) == (2, None)


async def test_the_only_version_cannot_be_deleted(user: SandboxUser) -> None:
    agent = await user.agent()

    with pytest.raises(BadRequestError):
        await user.retell.agent.delete_version(agent.agent_id, version=0)


async def test_agents_are_listed_newest_change_first_and_searched(user: SandboxUser) -> None:
    agents = [await user.agent(agent_name=name) for name in ("Sales", "Clinic", "Drivers")]
    await user.retell.agent.update(agents[0].agent_id, volume=1.2)

    everything = await user.retell.agent.list()
    found = await user.retell.agent.list(filter_criteria={"query": "CLIN"})
    chats = await user.retell.agent.list(
        filter_criteria={"channel": {"type": "string", "op": "eq", "value": "chat"}}
    )

    assert everything.items[0].agent_name == "Sales"
    assert len(everything.items) == 3
    assert [item.agent_name for item in found.items] == ["Clinic"]
    assert chats.items == []
    assert "response_engine" not in everything.items[0].to_dict()


async def test_a_deleted_agent_is_gone(user: SandboxUser) -> None:
    agent = await user.agent()

    await user.retell.agent.delete(agent.agent_id)

    with pytest.raises(UnprocessableEntityError):
        await user.retell.agent.retrieve(agent.agent_id)
    with pytest.raises(NotFoundError):
        await user.retell.agent.delete(agent.agent_id)


async def test_llms_are_created_changed_listed_and_deleted(user: SandboxUser) -> None:
    llm = await user.retell.llm.create(general_prompt="Be kind.", model="gpt-5.5")

    changed = await user.retell.llm.update(llm.llm_id, general_prompt="Be brief.")
    listed = await user.retell.llm.list()
    await user.retell.llm.delete(llm.llm_id)

    assert (llm.version, llm.is_published, llm.model) == (0, False, "gpt-5.5")
    assert changed.general_prompt == "Be brief."
    assert [item.llm_id for item in listed.items] == [llm.llm_id]
    with pytest.raises(UNKNOWN):
        await user.retell.llm.retrieve(llm.llm_id)


async def test_an_llm_in_use_is_deleted_by_force_only(user: SandboxUser) -> None:
    agent = await user.agent()
    llm_id, _ = await llm_of(user, agent)

    with pytest.raises(BadRequestError):
        await user.retell.llm.delete(llm_id)

    await user.retell.llm.delete(llm_id, force_delete=True)
    with pytest.raises(UNKNOWN):
        await user.retell.llm.retrieve(llm_id)


async def test_an_unknown_model_is_refused(user: SandboxUser) -> None:
    response = await user.request("POST", "/create-retell-llm", {"model": "gpt-2"})

    assert response.status_code == 400


async def test_a_number_calls_with_the_agent_bound_to_it(user: SandboxUser) -> None:
    agent = await user.agent()
    with pytest.raises(BadRequestError):
        await user.retell.call.create_phone_call(from_number=OWN_NUMBER, to_number="+14155550104")

    number = await user.retell.phone_number.update(
        OWN_NUMBER, outbound_agents=[{"agent_id": agent.agent_id, "weight": 1}]
    )
    call = await user.retell.call.create_phone_call(
        from_number=OWN_NUMBER, to_number="+14155550104"
    )

    assert number.outbound_agents is not None
    assert number.outbound_agents[0].agent_id == agent.agent_id
    assert call.agent_id == agent.agent_id


async def test_weights_must_add_up_and_agents_exist(user: SandboxUser) -> None:
    agent = await user.agent()

    with pytest.raises(BadRequestError):
        await user.retell.phone_number.update(
            OWN_NUMBER, inbound_agents=[{"agent_id": agent.agent_id, "weight": 0.5}]
        )
    with pytest.raises(UNKNOWN):
        await user.retell.phone_number.update(
            OWN_NUMBER, inbound_agents=[{"agent_id": "agent_nobody", "weight": 1}]
        )


async def test_numbers_are_bought_imported_listed_and_deleted(user: SandboxUser) -> None:
    bought = await user.retell.phone_number.create(area_code=628)
    imported = await user.retell.phone_number.import_(
        phone_number="+14155550150", termination_uri="trunk.example.com", nickname="Ours"
    )
    listed = await user.retell.phone_number.list(sort_order="ascending")
    await user.retell.phone_number.delete(bought.phone_number)

    assert bought.phone_number.startswith("+1628555")
    assert (imported.phone_number_type, imported.nickname) == ("custom", "Ours")
    assert {item.phone_number for item in listed.items} == {
        OWN_NUMBER,
        bought.phone_number,
        "+14155550150",
    }
    with pytest.raises(UNKNOWN):
        await user.retell.phone_number.retrieve(bought.phone_number)
    with pytest.raises(BadRequestError):
        await user.retell.phone_number.import_(phone_number="+14155550150", termination_uri="x")
    with pytest.raises(BadRequestError):
        await user.retell.phone_number.import_(phone_number="5550150", termination_uri="x")


async def test_voices_can_be_listed_and_looked_up(user: SandboxUser) -> None:
    voices = await user.retell.voice.list()

    voice = await user.retell.voice.retrieve("11labs-Adrian")

    assert "11labs-Adrian" in {each.voice_id for each in voices}
    assert (voice.voice_name, voice.provider) == ("Adrian", "elevenlabs")
    with pytest.raises(UNKNOWN):
        await user.retell.voice.retrieve("nobody")


async def test_the_key_can_be_checked(user: SandboxUser) -> None:
    identity = await user.retell.identity.retrieve()

    assert identity.org_id == "org_sandbox"


async def test_a_path_retell_does_not_have_is_a_404(user: SandboxUser) -> None:
    response = await user.request("GET", "/v1/get-everything")
    other = await user.request("GET", "/get-everything")

    assert response.status_code == 404
    assert other.status_code == 404
    assert other.json() == {"status": "error", "message": "Cannot GET /get-everything"}


async def test_pages_refuse_a_key_they_did_not_give(user: SandboxUser) -> None:
    for key in ("%%%", "bm9ib2R5"):
        with pytest.raises(BadRequestError):
            await user.retell.agent.list(pagination_key=key)


async def test_numbers_without_a_fraction_are_written_as_javascript_writes_them(
    user: SandboxUser,
) -> None:
    backup = {"model": "gpt-5-mini", "backup_kick_in_timeout": 1500.0}

    made = await user.request("POST", "/create-retell-llm", {"backup_model": backup})

    assert b'"backup_kick_in_timeout":1500}' in made.content
    for wrong in ({"backup_kick_in_timeout": 299}, {"model": "gpt-none"}):
        refused = await user.request("POST", "/create-retell-llm", {"backup_model": backup | wrong})
        assert refused.status_code == 400
