"""Retell's call endpoints: create, look at, change, stop and delete calls."""

import re
from typing import Any

from fastapi import APIRouter, Response

from backend.sandbox.clock import now_ms
from backend.sandbox.retell import calling
from backend.sandbox.retell.call import Call
from backend.sandbox.retell.call_object import full_object
from backend.sandbox.retell.fields import PhoneCallCreate
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.store import KeptKey
from backend.sandbox.retell.wire import JSON, RetellError, invalid, not_found

E164 = re.compile(r"\+[1-9]\d{6,14}")


def create_router(retell: Retell) -> APIRouter:
    router = APIRouter()

    @router.post("/v2/create-phone-call")
    async def create_phone_call(body: PhoneCallCreate) -> Response:
        call = _repeated(retell, body.idempotency_key) or _dial(retell, body)
        return JSON(full_object(call, retell.public_url), status_code=201)

    @router.get("/v2/get-call/{call_id}")
    async def get_call(call_id: str) -> Response:
        return JSON(full_object(find_call(retell, call_id), retell.public_url))

    @router.post("/v2/stop-call/{call_id}")
    async def stop_call(call_id: str) -> Response:
        call = find_call(retell, call_id)
        if not call.is_live:
            raise RetellError(400, "Call is not ongoing.")
        retell.player.hang_up(call, "manual_stopped")
        return Response(status_code=204)

    return router


def find_call(retell: Retell, call_id: str) -> Call:
    call = retell.store.calls.get(call_id)
    if call is None:
        raise not_found()
    return call


def _dial(retell: Retell, body: PhoneCallCreate) -> Call:
    """Check the request as a whole before anything happens, then dial."""
    if body.from_number == body.to_number:
        raise invalid("from_number and to_number cannot be the same.")
    if not E164.fullmatch(body.to_number):
        raise invalid("to_number is not a valid E.164 number.")
    if not body.ignore_e164_validation and not E164.fullmatch(body.from_number):
        raise invalid("from_number is not a valid E.164 number.")
    number = retell.store.numbers.get(body.from_number)
    if number is None:
        raise not_found()
    if body.honor_internal_dnc and body.to_number in retell.store.do_not_call:
        raise RetellError(400, "Contact is marked as do not call.")
    agent_id, reference = _agent_of(retell, body, number)
    chosen = calling.cast(retell, agent_id, reference, body.agent_override)
    call = calling.new_call(
        retell,
        chosen,
        body.given(),
        call_type="phone_call",
        direction="outbound",
        from_number=body.from_number,
        to_number=body.to_number,
        custom_sip_headers=body.custom_sip_headers,
    )
    if body.idempotency_key is not None:
        retell.store.idempotency_keys[body.idempotency_key] = KeptKey(call.call_id, now_ms())
    retell.player.start(call)
    return call


def _agent_of(
    retell: Retell, body: PhoneCallCreate, number: dict[str, Any]
) -> tuple[str, str | int | None]:
    if body.override_agent_id is not None:
        return body.override_agent_id, body.override_agent_version
    bound = number.get("outbound_agents")
    if not bound:
        raise RetellError(400, "No outbound agent id set up for phone number.")
    weights = [agent["weight"] for agent in bound]
    agent = retell.random.choices(bound, weights)[0]
    return agent["agent_id"], body.override_agent_version or agent.get("agent_version")


def _repeated(retell: Retell, key: str | None) -> Call | None:
    """Return the call that an idempotency key already made; its request is not looked at again."""
    kept = retell.store.idempotency_keys.get(key) if key is not None else None
    if kept is None or now_ms() - kept.created_ms > 3_600_000:
        return None
    return retell.store.calls.get(kept.call_id)
