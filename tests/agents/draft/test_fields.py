"""Every field of an agent: described where it is documented, and at Retell once it is published."""

import json
from pathlib import Path
from typing import Any

import pytest

from backend.agents.draft.config import AgentConfig
from backend.agents.retell.agent_fields import agent_settings, config_of, is_same, llm_settings
from backend.providers.retell import Retell
from tests.support.customers import Customer
from tests.support.problems import pointers, problem_of
from tests.support.sandbox import API_KEY, Sandbox

OPENAPI = Path(__file__).parents[3] / "docs/openapi.json"
TRANSFER = {
    "type": "transfer_call",
    "name": "to_dispatch",
    "description": "When {{driver_name}} asks for a person.",
    "number": "+14155550123",
    "extension": "12#",
    "mode": "warm_transfer",
    "show_transferee_as_caller": True,
}
FUNCTION = {
    "type": "custom",
    "name": "find_load",
    "description": "Looks a load up.",
    "url": "https://tms.example.com/{{driver_name}}",
    "method": "PUT",
    "headers": {"X-Team": "dispatch"},
    "parameters": {"type": "object", "properties": {"load": {"type": "string"}}},
    "timeout_ms": 5000,
    "speak_during_execution": True,
    "speak_after_execution": False,
}
SMS = {"type": "send_sms", "name": "send_directions", "sms_content": {"type": "predefined"}}
# Each field with another value than its default, and where at Retell it is then found.
FIELDS: dict[str, tuple[Any, str, Any]] = {
    "name": ("Night shift", "agent.agent_name", "Night shift"),
    "language": (["en-US", "es-419"], "agent.language", ["en-US", "es-419"]),
    "time_zone": ("America/Chicago", "agent.timezone", "America/Chicago"),
    "prompt": ("Ask {{driver_name}}.", "llm.general_prompt", "Ask {{driver_name}}."),
    "begin_message": ("", "llm.start_speaker", "user"),
    "begin_message_delay_ms": (700, "agent.begin_message_delay_ms", 700),
    "model": ("gpt-5.4", "llm.model", "gpt-5.4"),
    "tools": (
        [
            {"type": "end_call", "name": "bye", "description": "After goodbye."},
            TRANSFER,
            {"type": "press_digit", "name": "keys", "description": "", "delay_ms": 2000},
            FUNCTION,
            {"type": "other", "definition": SMS},
        ],
        "llm.general_tools",
        [
            {"type": "end_call", "name": "bye", "description": "After goodbye."},
            {
                "type": "transfer_call",
                "name": "to_dispatch",
                "description": "When {{driver_name}} asks for a person.",
                "transfer_destination": {
                    "type": "predefined",
                    "number": "+14155550123",
                    "extension": "12#",
                },
                "transfer_option": {"type": "warm_transfer", "show_transferee_as_caller": True},
            },
            {"type": "press_digit", "name": "keys", "description": "", "delay_ms": 2000},
            FUNCTION,
            SMS,
        ],
    ),
    "variables": (
        [
            {"name": "driver_name", "default": "driver"},
            {"name": "load", "required": False},
        ],
        "llm.default_dynamic_variables",
        {"driver_name": "driver", "load": ""},
    ),
    "voice_id": ("openai-Alloy", "agent.voice_id", "openai-Alloy"),
    "fallback_voice_ids": (["cartesia-Cimo"], "agent.fallback_voice_ids", ["cartesia-Cimo"]),
    "voice_model": ("tts-1", "agent.voice_model", "tts-1"),
    "voice_speed": (1.2, "agent.voice_speed", 1.2),
    "voice_temperature": (0.4, "agent.voice_temperature", 0.4),
    "volume": (0.7, "agent.volume", 0.7),
    "ambient_sound": ("call-center", "agent.ambient_sound", "call-center"),
    "ambient_sound_volume": (0.3, "agent.ambient_sound_volume", 0.3),
    "pronunciation_dictionary": (
        [{"word": "Barstow", "alphabet": "cmu", "phoneme": "B AA1 R S T OW0"}],
        "agent.pronunciation_dictionary",
        [{"word": "Barstow", "alphabet": "cmu", "phoneme": "B AA1 R S T OW0"}],
    ),
    "boosted_keywords": (["Barstow"], "agent.boosted_keywords", ["Barstow"]),
    "responsiveness": (0.6, "agent.responsiveness", 0.6),
    "interruption_sensitivity": (0.5, "agent.interruption_sensitivity", 0.5),
    "enable_backchannel": (True, "agent.enable_backchannel", True),
    "backchannel_frequency": (0.3, "agent.backchannel_frequency", 0.3),
    "backchannel_words": (["yeah"], "agent.backchannel_words", ["yeah"]),
    "reminder_trigger_ms": (8000, "agent.reminder_trigger_ms", 8000),
    "reminder_max_count": (3, "agent.reminder_max_count", 3),
    "end_call_after_silence_ms": (30_000, "agent.end_call_after_silence_ms", 30_000),
    "max_call_duration_ms": (600_000, "agent.max_call_duration_ms", 600_000),
    "ring_duration_ms": (40_000, "agent.ring_duration_ms", 40_000),
    "voicemail_option": (
        {"action": {"type": "static_text", "text": "Hi {{driver_name}}"}},
        "agent.voicemail_option",
        {
            "action": {"type": "static_text", "text": "Hi {{driver_name}}"},
            "detection_prompt": None,
        },
    ),
    "allow_user_dtmf": (False, "agent.allow_user_dtmf", False),
    "user_dtmf_options": (
        {"digit_limit": 6, "termination_key": "#", "timeout_ms": 2500},
        "agent.user_dtmf_options",
        {"digit_limit": 6, "termination_key": "#", "timeout_ms": 2500},
    ),
    "transcript_updates": (
        False,
        "agent.webhook_events",
        [
            "call_started",
            "call_ended",
            "call_analyzed",
            "transfer_started",
            "transfer_bridged",
            "transfer_cancelled",
            "transfer_ended",
        ],
    ),
    "data_storage_setting": (
        "everything_except_pii",
        "agent.data_storage_setting",
        "everything_except_pii",
    ),
    "data_storage_retention_days": (90, "agent.data_storage_retention_days", 90),
    "opt_in_signed_url": (True, "agent.opt_in_signed_url", True),
    "signed_url_expiration_ms": (3_600_000, "agent.signed_url_expiration_ms", 3_600_000),
    "retell_overrides": ({"denoising_mode": "no-denoise"}, "agent.denoising_mode", "no-denoise"),
}
# What stays here: Retell has no place for it.
KEPT_HERE = {
    "tags",
    "from_number",
    "record_schema",
    "extraction_instructions",
    "extraction_model",
    "proof",
    "purpose",
    "redact",
    "keep_original",
    "transcribe_calls",
    "transcriber",
}


@pytest.fixture
async def retell(sandbox: Sandbox) -> Any:
    client = Retell(api_key=API_KEY, base_url=sandbox.url)
    yield client
    await client.close()


async def _at_retell(retell: Retell, agent: dict[str, Any]) -> dict[str, Any]:
    there: dict[str, Any] = await retell.get_agent(agent["retell_agent_id"], "latest_published")
    engine = there["response_engine"]
    return {"agent": there, "llm": await retell.get_llm(engine["llm_id"], engine["version"])}


async def test_every_field_arrives_at_retell_and_goes_back_to_its_default(
    customer: Customer, retell: Retell
) -> None:
    assert set(FIELDS) | KEPT_HERE == set(AgentConfig.model_fields)
    agent = await customer.published_agent()
    plain = await _at_retell(retell, agent)
    wanted = {name: given for name, (given, _, _) in FIELDS.items()}
    await customer.patch(f"/agents/{agent['id']}", wanted)

    await customer.post(f"/agents/{agent['id']}/publish")
    there = await _at_retell(retell, agent)
    await customer.post(f"/agents/{agent['id']}/versions/1/restore")
    await customer.post(f"/agents/{agent['id']}/publish")
    back = await _at_retell(retell, agent)

    for name, (_, place, expected) in FIELDS.items():
        group, setting = place.split(".")
        assert there[group][setting] == expected, name
        # A setting of Retell's that was overridden is where Retell has it by default.
        before = {"denoising_mode": "noise-cancellation"} | plain[group]
        assert back[group].get(setting) == before.get(setting), name


def test_what_is_written_for_retell_reads_back_as_the_same() -> None:
    given = {name: value for name, (value, _, _) in FIELDS.items()}
    config = AgentConfig(**given)

    read = config_of(agent_settings(config), llm_settings(config))

    # Retell keeps a default for each variable, and not whether a call has to bring one.
    written = config.model_dump(exclude={"variables", "retell_overrides"})
    assert read.model_dump(exclude={"variables", "retell_overrides"}) == written
    assert read.retell_overrides == {"agent": {"denoising_mode": "no-denoise"}}
    assert [(v.name, v.default) for v in read.variables] == [
        ("driver_name", "driver"),
        ("load", None),
    ]
    for ours, retells in (
        (agent_settings(config), agent_settings(read)),
        (llm_settings(config), llm_settings(read)),
    ):
        assert all(is_same(name, ours[name], retells[name]) for name in ours)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"voice_speed": 2.1}, "/voice_speed"),
        ({"responsiveness": -0.1}, "/responsiveness"),
        ({"max_call_duration_ms": 59_999}, "/max_call_duration_ms"),
        ({"end_call_after_silence_ms": 9_999}, "/end_call_after_silence_ms"),
        ({"ring_duration_ms": 300_001}, "/ring_duration_ms"),
        ({"begin_message_delay_ms": 5001}, "/begin_message_delay_ms"),
        ({"data_storage_retention_days": 731}, "/data_storage_retention_days"),
        ({"ambient_sound": "rain"}, "/ambient_sound"),
        ({"language": "English"}, "/language"),
        ({"tools": [TRANSFER | {"number": "0123"}]}, "/tools/0/number"),
        ({"tools": [FUNCTION | {"timeout_ms": 999}]}, "/tools/0/timeout_ms"),
        ({"tools": [FUNCTION | {"url": "tms"}]}, "/tools/0/url"),
        ({"tools": [FUNCTION | {"parameters": {}}]}, "/tools/0/parameters"),
        ({"tools": [TRANSFER, TRANSFER]}, "/tools"),
        ({"tools": [{"type": "dance"}]}, "/tools/0"),
        (
            {"voicemail_option": {"action": {"type": "static_text"}}},
            "/voicemail_option/action/text",
        ),
        ({"prompt": " "}, "/prompt"),
    ],
)
async def test_what_is_out_of_range_is_refused_where_it_stands(
    customer: Customer, change: dict[str, Any], pointer: str
) -> None:
    agent = await customer.post("/agents", {"name": "Check-in", "prompt": "Be kind."})

    response = await customer.client.patch(f"/api/v1/agents/{agent['id']}", json=change)

    assert response.status_code == 422, response.text
    assert set(pointers(response.json())) == {pointer}


@pytest.mark.parametrize(
    ("config", "pointer"),
    [
        ({"tools": [TRANSFER]}, "/tools/0/description"),
        ({"tools": [FUNCTION]}, "/tools/0/url"),
        ({"boosted_keywords": ["{{driver_name}}"]}, "/boosted_keywords/0"),
        (
            {"voicemail_option": {"action": {"type": "prompt", "text": "{{driver_name}}"}}},
            "/voicemail_option/action/text",
        ),
    ],
)
async def test_every_text_is_searched_for_undeclared_variables(
    customer: Customer, config: dict[str, Any], pointer: str
) -> None:
    draft = await customer.post("/agents", {"name": "Check-in", "prompt": "Be kind.", **config})

    response = await customer.client.post(f"/api/v1/agents/{draft['id']}/publish")

    assert pointers(problem_of(response, 422, "agent-invalid")) == [pointer]


def _own_schemas(schemas: dict[str, Any], name: str) -> set[str]:
    """Follow the references of a schema to those of the configuration's parts."""
    found: set[str] = set()
    todo = [name]
    while todo:
        current = todo.pop()
        if current in found:
            continue
        found.add(current)
        text = json.dumps(schemas[current])
        todo += [part.split('"')[0] for part in text.split("#/components/schemas/")[1:]]
    return found


@pytest.mark.parametrize("root", ["AgentCreate", "AgentUpdate"])
def test_every_field_is_documented_with_range_unit_and_example(root: str) -> None:
    schemas = json.loads(OPENAPI.read_text())["components"]["schemas"]

    wrong = []
    for name in _own_schemas(schemas, root):
        for field, schema in schemas[name].get("properties", {}).items():
            place = f"{name}.{field}"
            kinds = [schema, *schema.get("anyOf", [])]
            if not schema.get("description"):
                wrong.append(f"{place}: no description")
            if not schema.get("examples") and "const" not in schema:
                wrong.append(f"{place}: no example")
            for kind in kinds:
                bounds = {"minimum", "exclusiveMinimum"} & set(kind)
                if kind.get("type") in {"integer", "number"} and not bounds:
                    wrong.append(f"{place}: no range")
            if field.endswith("_ms") and "illiseconds" not in schema.get("description", ""):
                wrong.append(f"{place}: no unit")
            if field.endswith("_days") and "Days" not in schema["description"]:
                wrong.append(f"{place}: no unit")
    assert wrong == []
    assert set(schemas[root]["properties"]) == set(AgentConfig.model_fields)
