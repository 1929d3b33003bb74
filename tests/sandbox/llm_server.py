"""The simulated LLM on a port of its own, for tests that speak to it as vendors' clients do."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from backend.sandbox.llm_api import create_router
from backend.sandbox.llm_control import create_control_router
from backend.sandbox.llm_state import LlmState


@dataclass(frozen=True)
class LlmServer:
    state: LlmState
    url: str

    @property
    def api(self) -> str:
        return f"{self.url}/v1"

    @property
    def control(self) -> str:
        return f"{self.url}/sandbox/llm"


@asynccontextmanager
async def serve_llm() -> AsyncIterator[LlmServer]:
    """Run the simulated LLM in this event loop until the block is left."""
    state = LlmState()
    app = FastAPI()
    app.include_router(create_router(state), prefix="/v1")
    app.include_router(create_control_router(state), prefix="/sandbox/llm")
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield LlmServer(state, f"http://127.0.0.1:{listener.getsockname()[1]}")
    finally:
        server.should_exit = True
        await running
