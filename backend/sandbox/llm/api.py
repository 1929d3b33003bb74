"""The simulated LLM over HTTP: OpenAI's chat completions and embeddings, by a labelled stand-in."""

import asyncio
import json
from asyncio import FIRST_COMPLETED

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from backend.sandbox.connection_reset import ConnectionReset
from backend.sandbox.llm.completion import Answer, completion_body, models_body
from backend.sandbox.llm.conversation import read_conversation
from backend.sandbox.llm.embeddings import embeddings_body, read_body
from backend.sandbox.llm.faults import Fault, FaultKind
from backend.sandbox.llm.questions import Question, answer_question, in_plain_words
from backend.sandbox.llm.request import (
    ChatRequest,
    ProtocolError,
    Wanted,
    parse_request,
    wanted_answer,
)
from backend.sandbox.llm.spoiling import spoiled_answer
from backend.sandbox.llm.state import LlmState

CLIENT_CLOSED_REQUEST = 499


def create_router(state: LlmState) -> APIRouter:
    """Serve what OpenAI serves under `/v1`: chat completions, embeddings, the list of models."""
    router = APIRouter(tags=["sandbox-llm"])

    @router.post("/chat/completions")
    async def create_completion(request: Request) -> Response:
        """Answer a conversation, in the shape asked for."""
        try:
            _authorise(request)
            return await _complete(state, request)
        except ProtocolError as error:
            return error.response()

    @router.post("/embeddings")
    async def create_embeddings(request: Request) -> Response:
        """Turn texts into vectors, by their words."""
        try:
            _authorise(request)
            return await _embed(state, request)
        except ProtocolError as error:
            return error.response()

    @router.get("/models")
    async def list_models(request: Request) -> Response:
        """List the one model there is."""
        try:
            _authorise(request)
            _fail(state.due_faults())
        except ProtocolError as error:
            return error.response()
        return JSONResponse(models_body())

    return router


def _authorise(request: Request) -> None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        message = (
            "You didn't provide an API key. You need to provide your API key in an Authorization "
            "header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY)."
        )
        raise ProtocolError(401, message, code="invalid_api_key")


async def _complete(state: LlmState, request: Request) -> Response:
    raw = await request.body()
    chat = parse_request(raw)
    wanted = wanted_answer(chat)
    seen = state.see(json.loads(raw))
    faults = state.due_faults()
    seen.faults = [fault.rule.kind for fault in faults]
    if not await _wait(state, request, faults):
        seen.status = CLIENT_CLOSED_REQUEST
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    try:
        _fail(faults)
    except ProtocolError as error:
        seen.status = error.status
        raise
    if any(fault.rule.kind is FaultKind.CONNECTION_RESET for fault in faults):
        return ConnectionReset()
    answer = _answer(state, chat, wanted, faults)
    seen.status = 200
    return JSONResponse(completion_body(chat, wanted, answer, seen.number))


async def _embed(state: LlmState, request: Request) -> Response:
    body = read_body(await request.body())
    answer = embeddings_body(body)
    state.embedded[str(body["model"])] += len(answer["data"])
    if not await _wait(state, request, []):
        return Response(status_code=CLIENT_CLOSED_REQUEST)
    if state.embedding_status is not None:
        raise ProtocolError(state.embedding_status, "The simulated failure of embeddings.")
    return JSONResponse(answer)


async def _wait(state: LlmState, request: Request, faults: list[Fault]) -> bool:
    """Take the time that was set. False when the client went away meanwhile."""
    seconds = state.latency_seconds
    seconds += sum(f.rule.params.seconds for f in faults if f.rule.kind is FaultKind.SLOW)
    if not seconds:
        return True
    gone = asyncio.ensure_future(request.receive())
    released = asyncio.ensure_future(state.released.wait())
    try:
        await asyncio.wait({gone, released}, timeout=seconds, return_when=FIRST_COMPLETED)
        return not gone.done()
    finally:
        gone.cancel()
        released.cancel()


def _fail(faults: list[Fault]) -> None:
    for fault in faults:
        if fault.rule.kind is FaultKind.KEY_UNKNOWN:
            message = "Incorrect API key provided: ******. Find yours among your API keys."
            raise ProtocolError(401, message, code="invalid_api_key")
        if fault.rule.kind is FaultKind.RATE_LIMITED:
            seconds = fault.rule.params.retry_after
            raise ProtocolError(
                429,
                f"Rate limit reached for requests. Please try again in {seconds:g}s.",
                kind="requests",
                code="rate_limit_exceeded",
                headers={"Retry-After": f"{seconds:g}"},
            )
        if fault.rule.kind is FaultKind.SERVER_ERROR:
            message = "The server had an error while processing your request. Sorry about that!"
            raise ProtocolError(500, message, kind="server_error")


def _answer(state: LlmState, chat: ChatRequest, wanted: Wanted, faults: list[Fault]) -> Answer:
    if wanted.schema is None:
        answer = Answer(in_plain_words(read_conversation(chat.said_to_model())))
    else:
        content = answer_question(Question(chat, wanted.schema, faults, state))
        answer = Answer(json.dumps(content, ensure_ascii=False))
    for fault in faults:
        answer = spoiled_answer(answer, fault.rule.kind)
    return answer
