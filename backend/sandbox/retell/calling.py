"""New calls: which agent takes them, what will be said in them, and where their webhooks go."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from backend.sandbox.retell.call import Call, Receiver
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.script import Script, write_script
from backend.sandbox.retell.versions import Version, Versioned
from backend.sandbox.retell.webhooks import DEFAULT_TIMEOUT_MS
from backend.sandbox.retell.wire import RetellError, not_found
from backend.sandbox.scenarios import NUMBERS, fitting, scenarios
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
    override: dict[str, Any] | None,
) -> Cast:
    agent = retell.store.agents.get(agent_id)
    if agent is None:
        raise not_found()
    version = agent.find(reference)
    changes = override or {}
    return Cast(
        agent=agent,
        version=version,
        settings=version.fields | changes.get("agent", {}),
        engine=_engine(retell, version) | changes.get("retell_llm", {}),
    )


def _engine(retell: Retell, version: Version) -> dict[str, Any]:
    engine = version.fields["response_engine"]
    llm = retell.store.llms.get(engine.get("llm_id", ""))
    return llm.find(engine.get("version")).fields if llm else {}


def new_call(retell: Retell, chosen: Cast, details: dict[str, Any], **own: Any) -> Call:
    """Make a call of the wanted kind and remember it; nobody is dialled yet."""
    variables = details.get("retell_llm_dynamic_variables")
    metadata = details.get("metadata")
    scenario = _scenario(retell, chosen, metadata, own.get("to_number"), own.get("from_number"))
    call = Call(
        call_id=f"call_{uuid4().hex[:27]}",
        agent_id=chosen.agent.id,
        agent_version=chosen.version.number,
        agent_name=chosen.settings.get("agent_name"),
        script=_script(scenario, chosen, variables or {}),
        seed=retell.next_seed(),
        receiver=_receiver(chosen.settings),
        metadata=metadata,
        has_metadata="metadata" in details,
        variables=variables,
        data_storage_setting=chosen.settings.get("data_storage_setting") or "everything",
        opt_in_signed_url=bool(chosen.settings.get("opt_in_signed_url")),
        **own,
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
    for number in numbers:
        if number in NUMBERS:
            return scenarios()[NUMBERS[number]]
    language = chosen.settings.get("language") or "en-US"
    spoken = language[0] if isinstance(language, list) else language
    return fitting(chosen.engine.get("general_prompt") or "", spoken)


def _known(known: Any, key: str, wanted: dict[str, Any]) -> Scenario:
    if wanted[key] not in known:
        raise RetellError(400, f"The sandbox knows no {key} {wanted[key]!r}.")
    scenario: Scenario = known[wanted[key]]
    return scenario
