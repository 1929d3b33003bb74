"""The simulated LLM on a port of its own, and the vendors' clients to speak to it with."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import instructor
import openai
import uvicorn
from fastapi import FastAPI

from backend.sandbox.llm.api import create_router
from backend.sandbox.llm.control import create_control_router
from backend.sandbox.llm.state import LlmState

API_KEY = "any-key-will-do"


@dataclass(frozen=True)
class LlmServer:
    url: str
    state: LlmState
    # One pool of connections for all of the vendors' clients: each would load certificates anew.
    http: openai.DefaultAsyncHttpxClient
    openai: openai.AsyncOpenAI
    control: httpx.AsyncClient

    def instructor(self, mode: instructor.Mode) -> instructor.AsyncInstructor:
        """Make a client by the name of a model and the address of its provider."""
        return instructor.from_provider(
            "openai/any-model",
            async_client=True,
            mode=mode,
            base_url=f"{self.url}/v1",
            api_key=API_KEY,
            max_retries=0,
            http_client=self.http,
        )

    async def break_it(self, kind: str, **rule: Any) -> None:
        response = await self.control.post("/faults", json={"kind": kind, **rule})
        assert response.status_code == 201, response.text


@asynccontextmanager
async def serve_llm() -> AsyncIterator[LlmServer]:
    """Run the simulated LLM in this event loop until the block is left."""
    state = LlmState()
    app = FastAPI()
    app.include_router(create_router(state), prefix="/v1")
    app.include_router(create_control_router(state), prefix="/sandbox/llm")
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    # The socket listens already: who comes before the server is ready waits in its queue.
    async with (
        openai.DefaultAsyncHttpxClient() as http,
        httpx.AsyncClient(base_url=f"{url}/sandbox/llm") as control,
    ):
        client = openai.AsyncOpenAI(
            base_url=f"{url}/v1", api_key=API_KEY, max_retries=0, http_client=http
        )
        yield LlmServer(url, state, http, client, control)
    server.should_exit = True
    await running
