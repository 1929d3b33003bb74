"""Controls of the simulated transcription: faults, what was asked, and recordings to play with."""

from typing import Any

from fastapi import APIRouter

from backend.sandbox.transcription.state import Fault, TranscriptionState


def create_control_router(state: TranscriptionState) -> APIRouter:
    router = APIRouter()

    @router.post("/faults", status_code=204)
    async def add_fault(fault: Fault) -> None:
        state.faults.append(fault)

    @router.post("/reset", status_code=204)
    async def reset() -> None:
        state.reset()

    @router.get("/asked")
    async def asked() -> dict[str, Any]:
        return {
            "requests": dict(state.asked),
            "heard": dict(state.heard),
            "keys": sorted(state.keys),
        }

    return router
