"""Inbound calls: a person dials one of our numbers, and its webhook may say what happens."""

from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import uuid4

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.sandbox.clock import now_ms
from backend.sandbox.retell.bodies.requests import AgentOverride, CallDetails, VersionReference
from backend.sandbox.retell.call import Call
from backend.sandbox.retell.casting import cast, new_call
from backend.sandbox.retell.dialling import bound_agent
from backend.sandbox.retell.numbering import is_e164
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.wire import RetellError, invalid, not_found

# Forty seconds at Retell; time is as compressed here as it is in calls.
QUEUE_SECONDS = 4.0
QUEUE_CHECKS = 20
Outcome = Literal["connected", "rejected", "nobody", "no_line"]


class InboundCall(BaseModel):
    """Somebody calls one of our numbers."""

    model_config = ConfigDict(extra="forbid")

    to_number: str = Field(description="One of the sandbox's own numbers.")
    from_number: str = "+14155550100"
    metadata: dict[str, Any] | None = Field(
        default=None, description="Only to choose what is played, as `sandbox_scenario` does."
    )


class InboundAnswer(CallDetails):
    """What an inbound webhook may answer. One bad value makes all of it worthless."""

    reject: Literal[True] | None = None
    override_agent_id: str | None = None
    override_agent_version: VersionReference | None = None
    dynamic_variables: dict[str, str] | None = None
    agent_override: AgentOverride | None = None


class InboundReply(BaseModel):
    call_inbound: Annotated[InboundAnswer, Field(default_factory=InboundAnswer)]


async def take_call(retell: Retell, inbound: InboundCall) -> tuple[Outcome, Call | None]:
    """Ask the number's webhook, then connect, or drop the call when no agent can take it."""
    if not is_e164(inbound.from_number):
        raise invalid("from_number is not a valid E.164 number.")
    number = retell.store.numbers.get(inbound.to_number)
    if number is None:
        raise not_found()
    call_id = f"call_{uuid4().hex[:27]}"
    answer = await _ask(retell, number, inbound, call_id)
    if answer.reject:
        return "rejected", None
    try:
        agent_id, reference = _agent(retell, number, answer)
    except RetellError:
        return "nobody", None
    chosen = cast(retell, agent_id, reference, answer.agent_override)
    details = _details(inbound, answer)
    call = new_call(
        retell,
        chosen,
        details,
        call_id=call_id,
        call_type="phone_call",
        direction="inbound",
        from_number=inbound.from_number,
        to_number=inbound.to_number,
    )
    outcome: Outcome = "connected"
    if not await _line_gets_free(retell):
        fallback = number.get("fallback_number")
        ends = "no_concurrency_fallback" if fallback else "concurrency_limit_reached"
        call.script = replace(call.script, lines=(), ends=ends)
        outcome = "no_line"
    retell.player.start(call)
    return outcome, call


async def _line_gets_free(retell: Retell) -> bool:
    """Let the phone ring while the account has as many calls as it may have at once."""
    for _ in range(QUEUE_CHECKS):
        if retell.limits.has_line(retell.player.live_count()):
            return True
        await retell.pace.sleep(QUEUE_SECONDS / QUEUE_CHECKS)
    return False


def _agent(
    retell: Retell, number: dict[str, Any], answer: InboundAnswer
) -> tuple[str, str | int | None]:
    if answer.override_agent_id is not None:
        return answer.override_agent_id, answer.override_agent_version
    agent_id, reference = bound_agent(retell, number, "inbound_agents")
    return agent_id, answer.override_agent_version or reference


async def _ask(
    retell: Retell, number: dict[str, Any], inbound: InboundCall, call_id: str
) -> InboundAnswer:
    url = number.get("inbound_webhook_url")
    if not url:
        return InboundAnswer()
    asked: dict[str, Any] = {
        "from_number": inbound.from_number,
        "to_number": inbound.to_number,
        "call_id": call_id,
    }
    if bound := number.get("inbound_agents"):
        asked |= {"agent_id": bound[0]["agent_id"]}
    body = {"event": "call_inbound", "event_timestamp": now_ms(), "call_inbound": asked}
    response = await retell.webhooks.ask(url, body)
    if response is None:
        return InboundAnswer()
    try:
        return InboundReply.model_validate_json(response.content).call_inbound
    except ValidationError:
        return InboundAnswer()


def _details(inbound: InboundCall, answer: InboundAnswer) -> CallDetails:
    details: dict[str, Any] = {}
    if answer.dynamic_variables is not None:
        details["retell_llm_dynamic_variables"] = answer.dynamic_variables
    if "metadata" in answer.given:
        details["metadata"] = answer.metadata
    if inbound.metadata is not None:
        details["metadata"] = {**(details.get("metadata") or {}), **inbound.metadata}
    return CallDetails.model_validate(details)
