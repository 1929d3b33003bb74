"""Controls of the simulated LLM: faults, latency, and a look at the requests it got."""

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from backend.sandbox.llm.faults import FaultRule
from backend.sandbox.llm.second_reading import SecondReader
from backend.sandbox.llm.state import LlmState


class Latency(BaseModel):
    milliseconds: float = Field(ge=0, description="Added to every answer; 0 is instant.")


class Embeddings(BaseModel):
    status: int | None = Field(
        None, ge=400, le=599, description="Every request is refused with it; null: none is."
    )


def create_control_router(state: LlmState) -> APIRouter:
    router = APIRouter(tags=["sandbox-llm-control"])

    @router.post("/faults", status_code=201)
    async def add_fault(rule: FaultRule) -> dict[str, Any]:
        """Make something go wrong: `count` times, with a `probability`, or every time."""
        return state.add_fault(rule).as_json()

    @router.get("/faults")
    async def list_faults() -> dict[str, Any]:
        """List the rules, with how often each fired."""
        return {"items": [fault.as_json() for fault in state.faults]}

    @router.delete("/faults", status_code=204)
    async def remove_faults() -> Response:
        """Remove all rules; requests that are being kept waiting are answered."""
        state.remove_faults()
        return Response(status_code=204)

    @router.put("/latency")
    async def set_latency(latency: Latency) -> Latency:
        """Set how long every answer takes."""
        state.latency_seconds = latency.milliseconds / 1000
        return latency

    @router.put("/second-reader")
    async def set_second_reader(reader: SecondReader) -> SecondReader:
        """Set how often a second reading of values is right."""
        state.second_reader = reader
        return reader

    @router.get("/requests")
    async def list_requests() -> dict[str, Any]:
        """Tell how many requests came in since the last reset, and show the last ones."""
        return {"count": state.request_count, "items": [asdict(seen) for seen in state.seen]}

    @router.put("/embeddings")
    async def set_embeddings(wanted: Embeddings) -> Embeddings:
        """Have embeddings fail, or work again."""
        state.embedding_status = wanted.status
        return wanted

    @router.get("/embeddings")
    async def count_embeddings() -> dict[str, int]:
        """Tell how many texts each model has embedded since the last reset."""
        return dict(state.embedded)

    @router.post("/reset", status_code=204)
    async def reset() -> Response:
        """Forget faults, latency, errors of the second reader and requests."""
        state.reset()
        return Response(status_code=204)

    return router
