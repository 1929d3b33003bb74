"""Retell's endpoints for calls that are going on: change them, end them."""

from fastapi import APIRouter, Response

from backend.sandbox.retell.bodies.requests import LiveCallUpdate, LiveOverrides
from backend.sandbox.retell.call import Call, Injected
from backend.sandbox.retell.calls import find_call, restrict_storage
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.wire import JSON, RetellError


def create_router(retell: Retell) -> APIRouter:
    router = APIRouter()

    @router.patch("/v2/update-live-call/{call_id}")
    async def update_live_call(call_id: str, body: LiveCallUpdate) -> Response:
        call = find_call(retell, call_id)
        if call.status != "ongoing":
            raise RetellError(400, "Call is not ongoing.")
        if body.fields_to_override is not None:
            _override(call, body.fields_to_override)
        if body.call_control is not None and body.call_control.additional_context is not None:
            context = body.call_control.additional_context
            call.injected.append(Injected(call.turns_played, context))
        retell.store.changed()
        return JSON({"success": True})

    @router.post("/v2/stop-call/{call_id}")
    async def stop_call(call_id: str) -> Response:
        call = find_call(retell, call_id)
        if not call.is_live:
            raise RetellError(400, "Call is not ongoing.")
        retell.player.hang_up(call, "manual_stopped")
        return Response(status_code=204)

    return router


def _override(call: Call, changes: LiveOverrides) -> None:
    restrict_storage(call, changes.data_storage_setting)
    if "metadata" in changes.given:
        call.metadata, call.has_metadata = changes.metadata, True
    if changes.override_dynamic_variables:
        call.variables = (call.variables or {}) | changes.override_dynamic_variables
