"""A server that speaks OpenAI's protocol, or another, word for word as a test tells it to."""

import asyncio
import json
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

USAGE = {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}


def completion(message: dict[str, Any], finish_reason: str = "stop", **more: Any) -> Response:
    choice = {"index": 0, "message": message, "finish_reason": finish_reason}
    body = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "tried",
        "choices": [choice],
        "usage": USAGE,
    }
    return JSONResponse({**body, **more})


def called(arguments: Any, finish_reason: str = "stop") -> Response:
    """Answer with a call of the tool. A text is taken as the arguments, letter by letter."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    call = {"id": "c1", "type": "function", "function": {"name": "Record", "arguments": text}}
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return completion(message, finish_reason)


def refused(status: int, code: str, message: str = "no", **headers: str) -> Response:
    error = {"message": message, "type": "error", "param": None, "code": code}
    return JSONResponse({"error": error}, status, headers=headers)


@dataclass
class Wire:
    url: str
    answers: deque[Response] = field(default_factory=deque)
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def will_answer(self, *answers: Response) -> None:
        self.answers.extend(answers)

    def reset(self) -> None:
        for kept in (self.answers, self.requests, self.keys):
            kept.clear()


@asynccontextmanager
async def speaking(path: str, *, base: str = "", key: str = "authorization") -> AsyncIterator[Wire]:
    """Serve until the block is left. Each request takes the next answer; the last one stays."""
    listener = socket.create_server(("127.0.0.1", 0))
    wire = Wire(f"http://127.0.0.1:{listener.getsockname()[1]}{base}")

    async def complete(request: Request) -> Response:
        wire.requests.append(await request.json())
        wire.keys.append(request.headers[key])
        return wire.answers.popleft() if len(wire.answers) > 1 else wire.answers[0]

    app = Starlette(routes=[Route(path, complete, methods=["POST"])])
    config = uvicorn.Config(app, log_level="critical", lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield wire
    finally:
        server.should_exit = True
        await running


def speaking_openai() -> AbstractAsyncContextManager[Wire]:
    return speaking("/v1/chat/completions", base="/v1")
