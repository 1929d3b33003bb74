"""Retell's call endpoints: create, look at, change and delete calls."""

from typing import Any

from fastapi import APIRouter, Response

from backend.sandbox.clock import now_ms
from backend.sandbox.retell import dialling
from backend.sandbox.retell.agents import find_agent
from backend.sandbox.retell.bodies.requests import (
    CallUpdate,
    PhoneCallCreate,
    PhoneCallRegister,
    WebCallCreate,
)
from backend.sandbox.retell.call import Call
from backend.sandbox.retell.call_object import stored_object
from backend.sandbox.retell.endings import analyse
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.wire import JSON, RetellError, invalid, not_found

TOKEN_LIFE_MS = 30_000
# From the most to the least that is kept; a call can only move to the right.
STORAGE_SETTINGS = ("everything", "everything_except_pii", "basic_attributes_only")


def create_router(retell: Retell) -> APIRouter:
    router = APIRouter()
    _add_creations(router, retell)
    _add_changes(router, retell)

    @router.get("/v2/get-call/{call_id}")
    async def get_call(call_id: str) -> Response:
        return JSON(stored_object(find_call(retell, call_id), retell.public_url))

    return router


def _add_creations(router: APIRouter, retell: Retell) -> None:
    @router.post("/v2/create-phone-call")
    async def create_phone_call(body: PhoneCallCreate) -> Response:
        call = dialling.dial(retell, body)
        return JSON(stored_object(call, retell.public_url), status_code=201)

    @router.post("/v3/create-web-call")
    async def create_web_call(body: WebCallCreate) -> Response:
        call = dialling.open_web_call(retell, body)
        joined: dict[str, Any] = {
            "call_id": call.call_id,
            "access_token": call.access_token,
            "expires_at": now_ms() + TOKEN_LIFE_MS,
            "transport": "gateway",
            "ice_servers": [],
        }
        return JSON(joined, status_code=201)

    @router.post("/v2/register-phone-call")
    async def register_phone_call(body: PhoneCallRegister) -> Response:
        call = dialling.register(retell, body)
        return JSON(stored_object(call, retell.public_url), status_code=201)


def _add_changes(router: APIRouter, retell: Retell) -> None:
    @router.patch("/v2/update-call/{call_id}")
    async def update_call(call_id: str, body: CallUpdate) -> Response:
        call = find_call(retell, call_id)
        if call.is_live:
            raise RetellError(400, "Call has not ended; use update-live-call.")
        restrict_storage(call, body.data_storage_setting)
        if "metadata" in body.given:
            call.metadata, call.has_metadata = body.metadata, True
        retell.store.changed()
        return JSON(stored_object(call, retell.public_url))

    @router.delete("/v2/delete-call/{call_id}")
    async def delete_call(call_id: str) -> Response:
        call = find_call(retell, call_id, status=404)
        if call.is_live:
            raise RetellError(400, "Call has not ended.")
        retell.store.forget(call)
        return Response(status_code=204)

    @router.put("/rerun-call-analysis/{call_id}")
    async def rerun_call_analysis(call_id: str) -> Response:
        call = find_call(retell, call_id)
        if call.analysis is None:
            raise RetellError(400, "Call has not been analyzed yet.")
        # The latest draft decides, not the version that took the call; and no webhook tells.
        call.analysis = analyse(call, find_agent(retell, call.agent_id).latest())
        retell.store.changed()
        return JSON(stored_object(call, retell.public_url), status_code=201)


def find_call(retell: Retell, call_id: str, status: int = 422) -> Call:
    call = retell.store.calls.get(call_id)
    if call is None:
        raise not_found(status)
    return call


def restrict_storage(call: Call, wanted: str | None) -> None:
    if wanted is None:
        return
    if STORAGE_SETTINGS.index(wanted) < STORAGE_SETTINGS.index(call.data_storage_setting):
        raise invalid("data_storage_setting can only become more restrictive.")
    call.data_storage_setting = wanted
