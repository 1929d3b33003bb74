"""The sandbox's web application: Retell at the root, the LLM at `/v1`, controls at `/sandbox`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError

from backend.sandbox import llm_api
from backend.sandbox.llm_control import create_control_router
from backend.sandbox.llm_state import LlmState
from backend.sandbox.retell import agents, calls
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.wire import RetellError, invalid


def create_app(retell: Retell, llm: LlmState) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        retell.resume()
        yield
        await retell.stop()

    app = FastAPI(title="Ringback sandbox", lifespan=lifespan)
    app.include_router(llm_api.create_router(llm), prefix="/v1")
    app.include_router(create_control_router(llm), prefix="/sandbox/llm")
    app.mount("", create_retell_app(retell))
    return app


def create_retell_app(retell: Retell) -> FastAPI:
    """Retell's API, with its own idea of an error."""
    app = FastAPI(title="Simulated Retell", openapi_url=None)
    app.include_router(agents.create_router(retell))
    app.include_router(calls.create_router(retell))
    app.add_exception_handler(RetellError, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse_body)
    return app


async def _refuse(_: Request, error: Exception) -> Response:
    return cast(RetellError, error).response()


async def _refuse_body(_: Request, error: Exception) -> Response:
    first = cast(RequestValidationError, error).errors()[0]
    place = "/".join(str(part) for part in first["loc"])
    return invalid(f"{place}: {first['msg']}.").response()
