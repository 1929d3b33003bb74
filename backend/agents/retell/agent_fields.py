"""A configuration in the form Retell takes it, and back, field by field."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from pydantic import ValidationError

from backend.agents.draft.config import AgentConfig
from backend.agents.draft.overrides import overrides_of
from backend.agents.draft.variables import is_name, used_in
from backend.agents.retell import tool_fields
from backend.platform.events import JsonObject
from backend.providers.retell_names import agent_names, llm_names

# Fields that are called the same at Retell, on the agent.
_AS_NAMED: Final = (
    "language",
    "begin_message_delay_ms",
    "voice_id",
    "fallback_voice_ids",
    "voice_model",
    "voice_speed",
    "voice_temperature",
    "volume",
    "ambient_sound",
    "ambient_sound_volume",
    "pronunciation_dictionary",
    "boosted_keywords",
    "responsiveness",
    "interruption_sensitivity",
    "enable_backchannel",
    "backchannel_frequency",
    "backchannel_words",
    "reminder_trigger_ms",
    "reminder_max_count",
    "end_call_after_silence_ms",
    "max_call_duration_ms",
    "ring_duration_ms",
    "voicemail_option",
    "allow_user_dtmf",
    "user_dtmf_options",
    "data_storage_setting",
    "data_storage_retention_days",
    "opt_in_signed_url",
    "signed_url_expiration_ms",
)
# Which of our fields decides about one of Retell's, where the names differ.
_OURS: Final = {
    "agent_name": "name",
    "timezone": "time_zone",
    "webhook_events": "transcript_updates",
    "general_prompt": "prompt",
    "begin_message": "begin_message",
    "start_speaker": "begin_message",
    "model": "model",
    "general_tools": "tools",
    "default_dynamic_variables": "variables",
} | {name: name for name in _AS_NAMED}
# Set by Ringback itself, whatever the configuration says.
OWN_SETTINGS: Final = frozenset({"response_engine", "webhook_url", "webhook_timeout_ms"})
_EVENTS: Final = (
    "call_started",
    "call_ended",
    "call_analyzed",
    "transfer_started",
    "transfer_bridged",
    "transfer_cancelled",
    "transfer_ended",
)
_LIVE_EVENT: Final = "transcript_updated"


def agent_settings(config: AgentConfig) -> JsonObject:
    """Write what goes to Retell's agent, overrides included; null clears what was set."""
    settings = config.model_dump(mode="json", include=set(_AS_NAMED))
    settings["agent_name"] = config.name
    settings["timezone"] = config.time_zone
    settings["webhook_events"] = [*_EVENTS, *([_LIVE_EVENT] if config.transcript_updates else [])]
    return settings | overrides_of(config.retell_overrides)["agent"]


def llm_settings(config: AgentConfig) -> JsonObject:
    """Write what goes to Retell's LLM. A variable without a value is empty, not read out."""
    overrides = overrides_of(config.retell_overrides)["llm"]
    defaults = {variable.name: variable.default or "" for variable in config.variables}
    if isinstance(further := overrides.get("default_dynamic_variables"), dict):
        defaults |= further
    settings: JsonObject = {
        "general_prompt": config.prompt,
        "begin_message": config.begin_message,
        "start_speaker": "user" if config.begin_message == "" else "agent",
        "model": config.model,
        "general_tools": [tool_fields.to_retell(tool) for tool in config.tools],
    }
    return settings | overrides | {"default_dynamic_variables": defaults}


def place_of(config: AgentConfig, group: str, name: str) -> tuple[str, ...]:
    """Find what to change in the configuration to change one of Retell's settings."""
    if name in overrides_of(config.retell_overrides)[group]:
        is_grouped = name in _group(config.retell_overrides, group)
        return ("retell_overrides", group, name) if is_grouped else ("retell_overrides", name)
    return (_OURS[name],) if name in _OURS else ("retell_overrides", group, name)


def is_ours(group: str, name: str) -> bool:
    """Tell whether a setting is one that publishing decides about."""
    settings = agent_names() if group == "agent" else llm_names()
    return name in settings and name not in OWN_SETTINGS


def _group(overrides: JsonObject, group: str) -> JsonObject:
    members = overrides.get(group)
    return members if isinstance(members, dict) else {}


def is_same(name: str, ours: object, retells: object) -> bool:
    """Compare two values of a setting, past the forms in which Retell writes nothing."""
    if name == "general_tools":
        return tool_fields.normal(ours) == tool_fields.normal(retells)
    if name == "webhook_events" and isinstance(ours, list) and isinstance(retells, list):
        return set(ours) == set(retells)
    return _without_nothing(ours) == _without_nothing(
        _DEFAULTS.get(name) if retells is None else retells
    )


def is_covered(ours: object, retells: object) -> bool:
    """Tell whether an object or list says at Retell all that ours says, whatever it adds."""
    if isinstance(ours, Mapping) and isinstance(retells, Mapping):
        return all(value is None or is_covered(value, retells.get(n)) for n, value in ours.items())
    if isinstance(ours, list) and isinstance(retells, list):
        return len(ours) == len(retells) and all(map(is_covered, ours, retells))
    return ours == retells


def _without_nothing(value: object) -> object:
    if isinstance(value, Mapping):
        kept = {name: _without_nothing(member) for name, member in value.items()}
        return {name: member for name, member in kept.items() if member is not None} or None
    if isinstance(value, list):
        return [_without_nothing(member) for member in value] or None
    return value


_PLAIN = AgentConfig(name="-", prompt="")
# What Retell does where it has been told nothing.
_DEFAULTS: Final[JsonObject] = (
    agent_settings(_PLAIN)
    | llm_settings(_PLAIN)
    | {
        "agent_name": None,
        "general_prompt": None,
        "timezone": "America/Los_Angeles",
        "webhook_events": ["call_started", "call_ended", "call_analyzed"],
    }
)


def config_of(agent: Mapping[str, Any], llm: Mapping[str, Any] | None) -> AgentConfig:
    """Read a configuration from what Retell has. What has no form here becomes an override."""
    values = _read_agent(agent) | {"prompt": ""}
    overrides: dict[str, JsonObject] = {"agent": _rest(agent, agent_names()), "llm": {}}
    if llm is not None:
        overrides["llm"] = _rest(llm, llm_names())
        values |= _read_llm(llm, overrides["llm"])
    raw = {"agent": agent, "llm": llm or {}}
    try:
        AgentConfig.model_validate(values)
    except ValidationError as error:
        for field in {str(item["loc"][0]) for item in error.errors(include_url=False)}:
            values.pop(field)
            for group, name in _RETELLS[field]:
                overrides[group][name] = raw[group].get(name)
    values["retell_overrides"] = {name: group for name, group in overrides.items() if group}
    return AgentConfig.model_validate({"prompt": ""} | values)


_LLM_NAMES = {"general_prompt", "begin_message", "start_speaker", "model", "general_tools"}
_LLM_NAMES |= {"default_dynamic_variables"}
_RETELLS: Final = {
    ours: [
        ("llm" if name in _LLM_NAMES else "agent", name)
        for name, its in _OURS.items()
        if its == ours
    ]
    for ours in set(_OURS.values())
}


def _rest(given: Mapping[str, Any], settings: Iterable[str]) -> JsonObject:
    """Take what Retell has been told and we have no field for."""
    names = set(settings) - set(_OURS) - OWN_SETTINGS
    return {name: given[name] for name in sorted(names) if given.get(name) is not None}


def _read_agent(agent: Mapping[str, Any]) -> JsonObject:
    events = agent.get("webhook_events")
    values = {name: agent[name] for name in _AS_NAMED if agent.get(name) is not None}
    return values | {
        "name": str(agent.get("agent_name") or agent.get("agent_id"))[:200],
        "time_zone": agent.get("timezone") or _DEFAULTS["timezone"],
        "transcript_updates": not isinstance(events, list) or _LIVE_EVENT in events,
    }


def _read_llm(llm: Mapping[str, Any], rest: JsonObject) -> JsonObject:
    prompt, first_words = llm.get("general_prompt") or "", llm.get("begin_message")
    if llm.get("start_speaker") == "user":
        if first_words:
            rest["start_speaker"] = "user"
        else:
            first_words = ""
    defaults = llm.get("default_dynamic_variables") or {}
    further = {name: value for name, value in defaults.items() if not is_name(name)}
    if further:
        rest["default_dynamic_variables"] = further
    tools = llm.get("general_tools") or []
    return {
        "prompt": prompt,
        "begin_message": first_words,
        "model": llm.get("model"),
        "tools": [tool_fields.from_retell(tool) for tool in tools],
        "variables": list(_variables(defaults, used_in(prompt, first_words))),
    }


def _variables(defaults: Mapping[str, str], used: set[str]) -> Iterator[JsonObject]:
    for name, value in defaults.items():
        if is_name(name):
            yield {"name": name, "required": False, "default": value or None}
    yield from ({"name": name} for name in sorted(used - set(defaults)) if is_name(name))
