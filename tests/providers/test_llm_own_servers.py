"""Ollama and vLLM, asked by servers that speak OpenAI's protocol as those two speak it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from backend.platform.errors import AppError
from backend.providers.llm import Llm
from backend.providers.llm_answer import Access
from backend.providers.llm_errors import (
    LlmAnswerUnusable,
    LlmBusy,
    LlmFailed,
    LlmRequestRefused,
)
from backend.records.answer_model import Answer, answer_model
from tests.providers.openai_wire import Wire, completion, refused, speaking_openai

SPOKEN = "my pin is four one five"
SCHEMA = {
    "type": "object",
    "properties": {
        "late": {"type": ["boolean", "null"], "description": "Whether he is late"},
        "reason": {"type": ["string", "null"], "enum": ["traffic", "weather", None]},
    },
    "required": [],
}
SAID: dict[str, Any] = {
    "late": {"quote": "two hours late", "turns": [1], "value": True},
    "reason": {"quote": None, "turns": [], "value": None},
}


def from_ollama(answer: Any, finish_reason: str = "stop") -> Response:
    content = answer if isinstance(answer, str) else json.dumps(answer)
    message = {"role": "assistant", "content": content}
    return completion(message, finish_reason, system_fingerprint="fp_ollama")


def ollama_refuses(status: int, message: str, kind: str = "api_error") -> Response:
    error = {"message": message, "type": kind, "param": None, "code": None}
    return JSONResponse({"error": error}, status)


def from_vllm(answer: Any) -> Response:
    """Answer as vLLM does when it is told which tool to call."""
    call = {
        "id": "chatcmpl-tool-1",
        "type": "function",
        "function": {"name": "Record", "arguments": json.dumps(answer)},
    }
    message = {"role": "assistant", "content": "", "reasoning": None, "tool_calls": [call]}
    return completion(message, prompt_logprobs=None, kv_transfer_params=None)


def vllm_refuses(status: int, kind: str, message: str) -> Response:
    error = {"message": message, "type": kind, "param": None, "code": status}
    return JSONResponse({"error": error}, status)


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[Wire]:
    async with speaking_openai() as server:
        yield server


@pytest.fixture
def wire(server: Wire) -> Wire:
    server.reset()
    return server


@asynccontextmanager
async def asking(model: str, url: str, **access: str) -> AsyncIterator[Llm]:
    provider = model.partition("/")[0]
    own = {provider: Access(base_url=url, **access)}  # type: ignore[arg-type]  # only texts here
    llm = Llm(model, access=own, timeout_seconds=5, max_attempts=2)
    try:
        yield llm
    finally:
        await llm.close()


async def ask(model: str, url: str, **access: str) -> Any:
    async with asking(model, url, **access) as llm:
        return await llm.answer(system="Rules", user=SPOKEN, answer_model=answer_model(SCHEMA))


async def failure(model: str, url: str) -> AppError:
    with pytest.raises(AppError) as raised:
        await ask(model, url)
    assert SPOKEN not in raised.value.detail
    return raised.value


MODELS = ("ollama/llama3.1", "ollama/gemma3:12b", "ollama/hf.co/someone/some-model-GGUF:Q4_K_M")


@pytest.mark.parametrize("model", MODELS)
async def test_any_model_of_ollama_is_held_to_the_form_without_a_key(
    wire: Wire, model: str
) -> None:
    wire.will_answer(from_ollama(SAID))

    answer = await ask(model, wire.url)

    assert answer.value.as_json() == SAID
    assert (answer.model, answer.input_tokens, answer.output_tokens) == (model, 100, 20)
    [request] = wire.requests
    assert request["model"] == model.removeprefix("ollama/")
    form = request["response_format"]["json_schema"]["schema"]
    assert form["properties"].keys() == {"late", "reason"}
    assert "tools" not in request


async def test_ollama_is_shown_what_the_fields_mean(wire: Wire) -> None:
    wire.will_answer(from_ollama(SAID))

    answer = await ask("ollama/llama3.1", wire.url)

    told = wire.requests[0]["messages"][0]["content"]
    assert told.startswith("Rules\n")
    assert "Whether he is late" in told
    assert answer.exchange["messages"][0]["content"] == told


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/"])
async def test_ollamas_address_may_be_given_with_or_without_the_path(
    wire: Wire, ending: str
) -> None:
    wire.will_answer(from_ollama(SAID))

    answer = await ask("ollama/llama3.1", wire.url.removesuffix("/v1") + ending)

    assert answer.value.as_json()["late"]["value"] is True


async def test_a_key_for_ollama_is_sent_when_there_is_one(wire: Wire) -> None:
    wire.will_answer(from_ollama(SAID))

    await ask("ollama/llama3.1", wire.url)
    await ask("ollama/llama3.1", wire.url, api_key="key-0123456789")

    assert wire.keys == ["Bearer none", "Bearer key-0123456789"]


@pytest.mark.parametrize("first", ["It was late.", {"late": {**SAID["late"], "quote": 1}}, ""])
async def test_an_answer_of_ollama_without_the_form_is_asked_for_again(
    wire: Wire, first: Any
) -> None:
    wire.will_answer(from_ollama(first), from_ollama(SAID))

    answer = await ask("ollama/llama3.1", wire.url)

    assert answer.value.as_json() == SAID
    assert answer.attempts == 2
    assert len(wire.requests[1]["messages"]) > 2


async def test_complaints_go_back_to_ollama_with_its_answer(wire: Wire) -> None:
    wrong = {**SAID, "late": {"quote": "nobody said it", "turns": [1], "value": True}}
    wire.will_answer(from_ollama(wrong), from_ollama(SAID))

    def check(answer: Answer) -> list[str]:
        return [] if answer.as_json() == SAID else ["late: the quote is not there"]

    async with asking("ollama/llama3.1", wire.url) as llm:
        answer = await llm.answer(
            system="Rules", user=SPOKEN, answer_model=answer_model(SCHEMA), check=check
        )

    assert (answer.complaints, answer.attempts) == ((), 2)
    assert "- late: the quote is not there" in wire.requests[1]["messages"][-1]["content"]


@pytest.mark.parametrize(
    ("response", "kind", "says"),
    [
        (ollama_refuses(429, "too many requests"), LlmBusy, "no more requests"),
        (
            ollama_refuses(503, "server busy, please try again. maximum pending requests exceeded"),
            LlmBusy,
            "no more requests",
        ),
        (
            ollama_refuses(404, 'model "llama3.1" not found, try pulling it first'),
            LlmRequestRefused,
            "llama3.1 is not pulled: run `ollama pull llama3.1`",
        ),
        (
            ollama_refuses(404, "model 'llama3.1' not found", "not_found_error"),
            LlmRequestRefused,
            "llama3.1 is not pulled",
        ),
        (PlainTextResponse("404 page not found", 404), LlmRequestRefused, "OLLAMA_BASE_URL"),
        (ollama_refuses(500, "model requires more system memory"), LlmFailed, "failed"),
        (from_ollama('{"late": {"quo', "length"), LlmAnswerUnusable, "cut off"),
        (from_ollama(""), LlmAnswerUnusable, "empty"),
    ],
    ids=["429", "503", "not-pulled", "not-pulled-new", "no-api", "500", "cut-off", "empty"],
)
async def test_what_goes_wrong_at_ollama_is_told_in_words(
    wire: Wire, response: Response, kind: type[AppError], says: str
) -> None:
    wire.will_answer(response)

    failed = await failure("ollama/llama3.1", wire.url)

    assert type(failed) is kind
    assert says in failed.detail


async def test_vllm_is_asked_by_the_models_whole_name_without_a_key(wire: Wire) -> None:
    wire.will_answer(from_vllm(SAID))

    answer = await ask("openai/meta-llama/Llama-3.1-8B-Instruct", wire.url)

    assert answer.value.as_json() == SAID
    [request] = wire.requests
    assert request["model"] == "meta-llama/Llama-3.1-8B-Instruct"
    # Named like this, vLLM holds the model to the form without being started for tools.
    assert request["tool_choice"] == {"type": "function", "function": {"name": "Record"}}


async def test_an_answer_of_vllm_without_the_form_is_asked_for_again(wire: Wire) -> None:
    wire.will_answer(from_vllm({"late": {"quote": 1, "turns": "x", "value": 1}}), from_vllm(SAID))

    answer = await ask("openai/some-model", wire.url)

    assert (answer.value.as_json(), answer.attempts) == (SAID, 2)
    assert "late.quote" in json.dumps(wire.requests[1]["messages"])


@pytest.mark.parametrize(
    ("response", "kind", "says"),
    [
        (
            vllm_refuses(404, "NotFoundError", "The model `some-model` does not exist."),
            LlmRequestRefused,
            "has no model some-model",
        ),
        (
            JSONResponse(
                {
                    "object": "error",
                    "message": "The model `some-model` does not exist.",
                    "type": "NotFoundError",
                    "param": None,
                    "code": 404,
                },
                404,
            ),
            LlmRequestRefused,
            "has no model some-model",
        ),
        (JSONResponse({"detail": "Not Found"}, 404), LlmRequestRefused, "OPENAI_BASE_URL"),
        (vllm_refuses(400, "BadRequestError", SPOKEN), LlmRequestRefused, "refuses"),
        (refused(503, "overloaded", **{"retry-after": "3"}), LlmBusy, "no more requests"),
        (refused(503, "overloaded"), LlmFailed, "failed"),
    ],
    ids=["no-model", "no-model-old", "no-api", "too-long", "busy", "failed"],
)
async def test_what_goes_wrong_at_vllm_is_told_in_words(
    wire: Wire, response: Response, kind: type[AppError], says: str
) -> None:
    wire.will_answer(response)

    failed = await failure("openai/some-model", wire.url)

    assert type(failed) is kind
    assert says in failed.detail
