"""New calls: which agent takes them, what will be said in them, and where their webhooks go."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from backend.sandbox.retell.agents import engine_version, find_agent
from backend.sandbox.retell.bodies.requests import AgentOverride, CallDetails
from backend.sandbox.retell.call import Call, Receiver
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.script import Script, write_script
from backend.sandbox.retell.versions import Version, Versioned
from backend.sandbox.retell.webhooks import DEFAULT_TIMEOUT_MS
from backend.sandbox.retell.wire import RetellError
from backend.sandbox.scenarios import NUMBERS, fitting, reached_at, scenarios
from backend.sandbox.screenplay import Scenario

DEFAULT_EVENTS = ("call_started", "call_ended", "call_analyzed")


@dataclass(frozen=True)
class Cast:
    """The agent version that takes a call, with its engine, overrides of the call put in."""

    agent: Versioned
    version: Version
    settings: dict[str, Any]
    engine: dict[str, Any]


def cast(
    retell: Retell,
    agent_id: str,
    reference: str | int | None,
    override: AgentOverride | None,
) -> Cast:
    agent = find_agent(retell, agent_id)
    version = agent.find(reference)
    engine = engine_version(retell, version)
    changes = override or AgentOverride()
    return Cast(
        agent=agent,
        version=version,
        settings=version.fields | (changes.agent.given if changes.agent else {}),
        engine=(engine.fields if engine else {})
        | (changes.retell_llm.given if changes.retell_llm else {}),
    )


def new_call(retell: Retell, chosen: Cast, details: CallDetails, **own: Any) -> Call:
    """Make a call of the wanted kind and remember it; nobody is dialled yet."""
    numbers = own.get("to_number"), own.get("from_number")
    scenario = _scenario(retell, chosen, details.metadata, *numbers)
    variables = details.retell_llm_dynamic_variables
    call = Call(
        **{"call_id": f"call_{uuid4().hex[:27]}"} | own,
        agent_id=chosen.agent.id,
        agent_version=chosen.version.number,
        agent_name=chosen.settings.get("agent_name"),
        script=_script(scenario, chosen, variables or {}),
        seed=retell.next_seed(),
        receiver=_receiver(chosen.settings),
        metadata=details.metadata,
        has_metadata="metadata" in details.given,
        variables=variables,
        data_storage_setting=chosen.settings.get("data_storage_setting") or "everything",
        opt_in_signed_url=bool(chosen.settings.get("opt_in_signed_url")),
    )
    retell.store.calls[call.call_id] = call
    retell.store.changed()
    return call


def new_access_token() -> str:
    return secrets.token_urlsafe(32)


def _script(scenario: Scenario, chosen: Cast, variables: dict[str, str]) -> Script:
    defaults = chosen.engine.get("default_dynamic_variables") or {}
    return write_script(scenario, defaults | variables, chosen.engine.get("begin_message"))


def _receiver(settings: dict[str, Any]) -> Receiver | None:
    url = settings.get("webhook_url")
    if not url:
        return None
    events = settings.get("webhook_events")
    timeout = settings.get("webhook_timeout_ms") or DEFAULT_TIMEOUT_MS
    return Receiver(url, DEFAULT_EVENTS if events is None else tuple(events), timeout)


def _scenario(retell: Retell, chosen: Cast, metadata: Any, *numbers: str | None) -> Scenario:
    """Choose what to play: by the call's metadata, its number, or the agent's prompt."""
    wanted = metadata if isinstance(metadata, dict) else {}
    if "sandbox_dialogue" in wanted:
        return _known(retell.options.dialogues, "sandbox_dialogue", wanted)
    if "sandbox_scenario" in wanted:
        return _known(scenarios(), "sandbox_scenario", wanted)
    language = chosen.settings.get("language") or "en-US"
    spoken = language[0] if isinstance(language, list) else language
    prompt = _prompt(chosen.engine)
    for number in numbers:
        if number is not None and number in NUMBERS:
            return reached_at(number, prompt, spoken)
    return fitting(prompt, spoken)


def _prompt(engine: dict[str, Any]) -> str:
    states = [state.get("state_prompt") or "" for state in engine.get("states") or []]
    return "\n".join([engine.get("general_prompt") or "", *states])


def _known(known: Any, key: str, wanted: dict[str, Any]) -> Scenario:
    if wanted[key] not in known:
        raise RetellError(400, f"The sandbox knows no {key} {wanted[key]!r}.")
    scenario: Scenario = known[wanted[key]]
    return scenario
