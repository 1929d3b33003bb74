"""Anthropic and Gemini, asked through their own SDKs by servers that speak their protocols.

Shapes as in Anthropic's Messages API and in Gemini's generateContent.
"""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.responses import JSONResponse, PlainTextResponse, Response

from backend.platform.errors import AppError
from backend.providers.llm import Llm
from backend.providers.llm_answer import Access
from backend.providers.llm_errors import (
    LlmAnswerUnusable,
    LlmBusy,
    LlmFailed,
    LlmKeyRejected,
    LlmRequestRefused,
)
from backend.records.answer_model import answer_model
from tests.providers.openai_wire import Wire, speaking

KEY = "key-0123456789"
SPOKEN = "my pin is four one five"
SCHEMA = {
    "type": "object",
    "properties": {
        "late": {"type": "boolean", "description": "Whether he is late"},
        "reason": {"type": ["string", "null"], "enum": ["traffic", "weather", None]},
        "stops": {
            "type": "array",
            "items": {"type": "object", "properties": {"city": {"type": "string"}}},
        },
    },
    "required": ["late"],
}
GOOD = {"late": {"quote": "two hours late", "turns": [1], "value": True}}
BAD = {"late": {"quote": 1, "turns": "x", "value": True}, "stops": 3}


def from_anthropic(answer: Any, stop_reason: str = "tool_use") -> Response:
    content = [{"type": "tool_use", "id": "toolu_1", "name": "Record", "input": answer}]
    return JSONResponse(
        {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "claude-tried",
            "content": content if answer is not None else [],
            "stop_reason": stop_reason,
            "stop_sequence": None,
            "usage": {"input_tokens": 100, "output_tokens": 20},
        }
    )


def from_gemini(answer: Any, finish_reason: str = "STOP") -> Response:
    parts = [{"functionCall": {"name": "Record", "args": answer}}]
    content = {"role": "model", "parts": parts if answer is not None else []}
    usage = {"promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 120}
    candidate = {"content": content, "finishReason": finish_reason, "index": 0}
    return JSONResponse({"candidates": [candidate], "usageMetadata": usage})


def anthropic_refuses(status: int, word: str, **headers: str) -> Response:
    error = {"type": "error", "error": {"type": word, "message": SPOKEN}}
    return JSONResponse(error, status, headers=headers)


def gemini_refuses(status: int, word: str, **headers: str) -> Response:
    delay = f"{headers.get('retry-after', '0')}s"
    info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}
    error = {"code": status, "message": SPOKEN, "status": word, "details": [info]}
    return JSONResponse({"error": error}, status)


@dataclass(frozen=True)
class Provider:
    model: str
    wire: Wire
    answers: Callable[..., Response]
    refuses: Callable[..., Response]
    cut_off: str
    declined: str
    llm: Llm

    async def ask(self, check: Any = None) -> Any:
        return await self.llm.answer(
            system="Rules", user=SPOKEN, answer_model=answer_model(SCHEMA), check=check
        )

    async def failure(self, answer: Response) -> AppError:
        self.wire.will_answer(answer)
        with pytest.raises(AppError) as raised:
            await self.ask()
        return raised.value

    def form(self) -> Any:
        """Return what the provider was given to fill in."""
        [tool] = self.wire.requests[0]["tools"]
        if "input_schema" in tool:
            return tool["input_schema"]
        [function] = tool["functionDeclarations"]
        return function["parameters"]


@pytest.fixture(scope="module")
async def wires() -> AsyncIterator[dict[str, Wire]]:
    async with AsyncExitStack() as stack:
        anthropic = speaking("/v1/messages", key="x-api-key")
        gemini = speaking("/{version}/models/{call:path}", key="x-goog-api-key")
        yield {
            "anthropic": await stack.enter_async_context(anthropic),
            "gemini": await stack.enter_async_context(gemini),
        }


@pytest.fixture(params=["anthropic", "gemini"])
async def provider(
    wires: dict[str, Wire], request: pytest.FixtureRequest
) -> AsyncIterator[Provider]:
    name: str = request.param
    wire = wires[name]
    wire.reset()
    access = {name: Access(api_key=KEY, base_url=wire.url)}
    llm = Llm(f"{name}/tried", access=access, timeout_seconds=5, max_attempts=2)
    speaks: tuple[Callable[..., Response], Callable[..., Response], str, str]
    if name == "anthropic":
        speaks = (from_anthropic, anthropic_refuses, "max_tokens", "refusal")
    else:
        speaks = (from_gemini, gemini_refuses, "MAX_TOKENS", "SAFETY")
    yield Provider(llm.model, wire, *speaks, llm)
    await llm.close()


async def test_an_answer_comes_with_what_it_took(provider: Provider) -> None:
    provider.wire.will_answer(provider.answers(GOOD))

    answer = await provider.ask()

    assert answer.value.as_json()["late"] == GOOD["late"]
    assert (answer.model, answer.attempts) == (provider.model, 1)
    assert (answer.input_tokens, answer.output_tokens) == (100, 20)
    assert provider.wire.keys == [KEY]
    assert "Rules" in json.dumps(provider.wire.requests[0])


async def test_the_form_has_every_field_with_its_meaning(provider: Provider) -> None:
    provider.wire.will_answer(provider.answers(GOOD))

    await provider.ask()

    form = provider.form()
    assert form["properties"].keys() == {"late", "reason", "stops"}
    assert "Whether he is late" in form["properties"]["late"]["description"]
    assert form["properties"]["late"]["required"] == ["quote", "turns", "value"]
    assert "traffic" in json.dumps(form["properties"]["reason"])


async def test_an_answer_without_the_form_is_asked_for_again(provider: Provider) -> None:
    provider.wire.will_answer(provider.answers(BAD), provider.answers(GOOD))

    answer = await provider.ask()

    assert answer.attempts == 2
    assert answer.input_tokens == 200
    assert "late.quote" in json.dumps(provider.wire.requests[1])


async def test_complaints_go_back_with_the_answer_they_are_about(provider: Provider) -> None:
    provider.wire.will_answer(provider.answers({"stops": []}), provider.answers(GOOD))

    answer = await provider.ask(lambda record: [] if record.as_json()["late"]["value"] else ["no"])

    assert (answer.complaints, answer.attempts) == ((), 2)
    assert "- no" in json.dumps(provider.wire.requests[1])


async def test_a_busy_provider_tells_how_long_to_wait(provider: Provider) -> None:
    refusal = provider.refuses(429, "RESOURCE_EXHAUSTED", **{"retry-after": "7"})

    failure = await provider.failure(refusal)

    assert isinstance(failure, LlmBusy)
    assert failure.retry_after == 7
    assert len(provider.wire.requests) == 1


@pytest.mark.parametrize(
    ("status", "word", "kind"),
    [
        (400, "INVALID_ARGUMENT", LlmRequestRefused),
        (401, "authentication_error", LlmKeyRejected),
        (500, "INTERNAL", LlmFailed),
        (529, "overloaded_error", LlmFailed),
    ],
)
async def test_each_refusal_has_its_own_kind_and_the_providers_word(
    provider: Provider, status: int, word: str, kind: type[AppError]
) -> None:
    failure = await provider.failure(provider.refuses(status, word))

    assert type(failure) is kind
    assert word in failure.detail
    assert SPOKEN not in failure.detail
    assert len(provider.wire.requests) == 1


async def test_it_is_said_why_there_is_no_answer(provider: Provider) -> None:
    for answer, why in (
        (provider.answers(BAD, provider.cut_off), "cut off"),
        (provider.answers(None, provider.declined), "declined"),
        (provider.answers(None), "empty"),
        (provider.answers(BAD), "form"),
        (PlainTextResponse("<html>busy</html>"), ""),
    ):
        provider.wire.reset()
        failure = await provider.failure(answer)
        assert isinstance(failure, LlmAnswerUnusable)
        assert why in failure.detail


class Small(BaseModel):
    n: int


async def test_a_model_that_fails_is_replaced_by_the_next(wires: dict[str, Wire]) -> None:
    for wire in wires.values():
        wire.reset()
    wires["anthropic"].will_answer(anthropic_refuses(529, "overloaded_error"))
    answer = from_gemini({"n": 1})
    answer.body = bytes(answer.body).replace(b'"Record"', b'"Small"')
    answer.headers["content-length"] = str(len(answer.body))
    wires["gemini"].will_answer(answer)
    access = {name: Access(api_key=KEY, base_url=wire.url) for name, wire in wires.items()}
    llm = Llm("anthropic/tried", access=access, fallbacks=["gemini/tried"], max_attempts=1)

    answered = await llm.answer(system="Rules", user="Call", answer_model=Small)
    await llm.close()

    assert (answered.model, answered.value.n) == ("gemini/tried", 1)


async def test_when_all_models_fail_the_failure_that_may_pass_counts(
    wires: dict[str, Wire],
) -> None:
    for wire in wires.values():
        wire.reset()
    wires["anthropic"].will_answer(anthropic_refuses(401, "authentication_error"))
    wires["gemini"].will_answer(gemini_refuses(503, "UNAVAILABLE"))
    access = {name: Access(api_key=KEY, base_url=wire.url) for name, wire in wires.items()}
    llm = Llm("anthropic/tried", access=access, fallbacks=["gemini/tried"], max_attempts=1)

    with pytest.raises(LlmFailed):
        await llm.answer(system="Rules", user="Call", answer_model=Small)
    await llm.close()
