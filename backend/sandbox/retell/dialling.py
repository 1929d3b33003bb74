"""Placing calls: the request is checked as a whole before anybody's phone rings."""

from typing import Any

from backend.sandbox.clock import now_ms
from backend.sandbox.retell.bodies.requests import PhoneCallCreate, PhoneCallRegister, WebCallCreate
from backend.sandbox.retell.call import Call
from backend.sandbox.retell.casting import cast, new_access_token, new_call
from backend.sandbox.retell.numbering import is_e164
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.store import KeptKey
from backend.sandbox.retell.wire import RetellError, invalid, not_found


def dial(retell: Retell, body: PhoneCallCreate) -> Call:
    """Call a number, once for each idempotency key.

    Nothing here may await: between look-up and keeping of a key no other request comes in.
    """
    if (repeated := _repeated(retell, body.idempotency_key)) is not None:
        return repeated
    number = _own_number(retell, body)
    if body.honor_internal_dnc and body.to_number in retell.store.do_not_call:
        raise RetellError(400, "Contact is marked as do not call.")
    if body.override_agent_id is not None:
        agent_id, reference = body.override_agent_id, body.override_agent_version
    else:
        agent_id, reference = bound_agent(retell, number, "outbound_agents")
        reference = body.override_agent_version or reference
    chosen = cast(retell, agent_id, reference, body.agent_override)
    retell.limits.take_line(retell.player.live_count())
    wait = retell.limits.take_dial()
    call = new_call(
        retell,
        chosen,
        body,
        call_type="phone_call",
        direction="outbound",
        from_number=body.from_number,
        to_number=body.to_number,
        custom_sip_headers=body.custom_sip_headers,
    )
    if body.idempotency_key is not None:
        retell.store.idempotency_keys[body.idempotency_key] = KeptKey(call.call_id, now_ms())
    retell.player.start(call, wait)
    return call


def open_web_call(retell: Retell, body: WebCallCreate) -> Call:
    """Let somebody join at once, as if a browser had."""
    chosen = cast(retell, body.agent_id, body.agent_version, body.agent_override)
    retell.limits.take_line(retell.player.live_count())
    call = new_call(retell, chosen, body, call_type="web_call", access_token=new_access_token())
    retell.player.start(call)
    return call


def register(retell: Retell, body: PhoneCallRegister) -> Call:
    """Keep a call for somebody else's telephony, which has five minutes to connect it."""
    chosen = cast(retell, body.agent_id, body.agent_version, body.agent_override)
    call = new_call(
        retell,
        chosen,
        body,
        call_type="phone_call",
        direction=body.direction or "outbound",
        from_number=body.from_number,
        to_number=body.to_number,
        awaits_connection=True,
    )
    retell.player.start(call)
    return call


def bound_agent(retell: Retell, number: dict[str, Any], kind: str) -> tuple[str, str | int | None]:
    """Pick one of the agents bound to a number, by their weights."""
    bound = number.get(kind)
    if not bound:
        raise RetellError(400, f"No {kind} are set up for the phone number.")
    agent = retell.random.choices(bound, [each["weight"] for each in bound])[0]
    return agent["agent_id"], agent.get("agent_version")


def _own_number(retell: Retell, body: PhoneCallCreate) -> dict[str, Any]:
    if not is_e164(body.to_number):
        raise invalid("to_number is not a valid E.164 number.")
    if not body.ignore_e164_validation and not is_e164(body.from_number):
        raise invalid("from_number is not a valid E.164 number.")
    if body.from_number == body.to_number:
        raise invalid("from_number and to_number cannot be the same.")
    number = retell.store.numbers.get(body.from_number)
    if number is None:
        raise not_found()
    return number


def _repeated(retell: Retell, key: str | None) -> Call | None:
    """Return the call a key already made; the rest of the request is not looked at again."""
    kept = retell.store.idempotency_keys.get(key) if key is not None else None
    if kept is None:
        return None
    age_seconds = (now_ms() - kept.created_ms) / 1000
    if age_seconds > retell.limits.values.idempotency_seconds:
        return None
    return retell.store.calls.get(kept.call_id)
