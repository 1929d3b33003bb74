"""What Retell tells about the account: who the key belongs to, and how many calls it may hold."""

from fastapi import APIRouter, Response

from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.wire import JSON

# Retell always names a number; this is more than anybody asks for.
_UNLIMITED = 1_000_000


def create_router(retell: Retell) -> APIRouter:
    router = APIRouter()

    @router.get("/get-api-key-info")
    async def get_api_key_info() -> Response:
        return JSON({"org_id": "org_sandbox", "org_name": "Sandbox", "api_key_name": "Sandbox key"})

    @router.get("/get-concurrency")
    async def get_concurrency() -> Response:
        set_limit = retell.limits.values.concurrency
        limit = _UNLIMITED if set_limit is None else set_limit
        return JSON(
            {
                "current_concurrency": retell.player.live_count(),
                "concurrency_limit": limit,
                "base_concurrency": limit,
                "purchased_concurrency": 0,
                "concurrency_purchase_limit": 100,
                "remaining_purchase_limit": 100,
                "reserved_inbound_concurrency": 0,
                "concurrency_burst_enabled": False,
                "concurrency_burst_limit": 0,
            }
        )

    return router
