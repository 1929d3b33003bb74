"""The sandbox's web application: Retell at the root, the LLM at `/v1`, controls at `/sandbox`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from backend.sandbox import lookup
from backend.sandbox.airflow import api as airflow
from backend.sandbox.airflow.runs import Airflow
from backend.sandbox.llm import api as llm_api, control as llm_control
from backend.sandbox.llm.state import LlmState
from backend.sandbox.lookup import LookUps
from backend.sandbox.mail import reading as mail
from backend.sandbox.mail.mailbox import Mailbox
from backend.sandbox.retell import (
    account,
    agents,
    call_listing,
    calls,
    control,
    live_calls,
    llms,
    phone_numbers,
    voices,
)
from backend.sandbox.retell.gate import Gate
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.wire import RetellError, invalid
from backend.sandbox.state_file import StateFile
from backend.sandbox.transcription.assemblyai import api as assemblyai
from backend.sandbox.transcription.control import create_control_router
from backend.sandbox.transcription.deepgram import api as deepgram
from backend.sandbox.transcription.openai import api as openai
from backend.sandbox.transcription.state import TranscriptionState


def create_app(retell: Retell, llm: LlmState, state_path: Path | None = None) -> FastAPI:
    mailbox = Mailbox()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        state_file = StateFile(state_path, retell) if state_path else None
        if state_file:
            state_file.load()
            state_file.start()
        retell.resume()
        await mailbox.start()
        yield
        await mailbox.stop()
        await retell.stop()
        if state_file:
            await state_file.stop()

    app = FastAPI(title="Ringback sandbox", lifespan=lifespan)
    app.include_router(llm_api.create_router(llm), prefix="/v1")
    app.include_router(llm_control.create_control_router(llm), prefix="/sandbox/llm")
    transcription = TranscriptionState()
    app.include_router(create_control_router(transcription), prefix="/sandbox/transcription")
    app.include_router(deepgram.create_router(transcription), prefix="/deepgram")
    app.include_router(assemblyai.create_router(transcription), prefix="/assemblyai")
    app.include_router(openai.create_router(transcription), prefix="/v1")
    app.include_router(mail.create_router(mailbox), prefix="/sandbox/mail")
    look_ups = LookUps()
    app.include_router(lookup.create_control_router(look_ups), prefix="/sandbox/lookup")
    app.include_router(lookup.create_router(look_ups), prefix="/lookup")
    runs = Airflow()
    app.include_router(airflow.create_control_router(runs), prefix="/sandbox/airflow")
    app.include_router(airflow.create_router(runs), prefix="/airflow")
    app.include_router(control.create_router(retell), prefix="/sandbox")
    app.add_exception_handler(RetellError, _refuse)
    for prefix in ("/v1", "/sandbox"):
        # What is not there is a 404 there, and not a request to Retell without a key.
        app.mount(prefix, FastAPI(openapi_url=None))
    app.mount("", _create_retell_app(retell))
    return app


def _create_retell_app(retell: Retell) -> FastAPI:
    """Retell's API, with its own idea of an error."""
    app = FastAPI(title="Simulated Retell", openapi_url=None)
    for room in (account, agents, call_listing, calls, live_calls, llms, phone_numbers, voices):
        app.include_router(room.create_router(retell))
    app.add_exception_handler(RetellError, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse_body)
    app.add_exception_handler(HTTPException, _refuse_path)
    app.add_middleware(Gate, retell=retell)
    return app


async def _refuse(_: Request, error: Exception) -> Response:
    return cast(RetellError, error).response()


async def _refuse_body(_: Request, error: Exception) -> Response:
    first = cast(RequestValidationError, error).errors()[0]
    place = "/".join(str(part) for part in first["loc"])
    return invalid(f"{place}: {first['msg']}.").response()


async def _refuse_path(request: Request, error: Exception) -> Response:
    refusal = cast(HTTPException, error)
    message = f"Cannot {request.method} {request.url.path}"
    return RetellError(refusal.status_code, message).response()
