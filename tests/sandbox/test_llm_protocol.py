"""The simulated LLM speaks OpenAI's chat completions: seen through OpenAI's own client."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai
import pytest
from openai.types.chat import ChatCompletion

from tests.sandbox.llm_server import API_KEY, LlmServer, serve_llm

PROMPT = "[0] agent: How many boxes are there?\n[1] user: There are seven boxes."
BOXES = {
    "type": "object",
    "properties": {"boxes": {"type": ["integer", "null"], "description": "Number of boxes"}},
    "required": ["boxes"],
    "additionalProperties": False,
}
TOOL = {"type": "function", "function": {"name": "Count", "parameters": BOXES}}
FORCED = {"type": "function", "function": {"name": "Count"}}
JSON_SCHEMA = {"type": "json_schema", "json_schema": {"name": "Count", "schema": BOXES}}


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[LlmServer]:
    async with serve_llm() as server:
        yield server


@pytest.fixture
def llm(server: LlmServer) -> LlmServer:
    server.state.reset()
    return server


async def ask(llm: LlmServer, prompt: str = PROMPT, **more: Any) -> ChatCompletion:
    messages: Any = [{"role": "user", "content": prompt}]
    completion = await llm.openai.chat.completions.create(
        model=more.pop("model", "gpt-anything"), messages=more.pop("messages", messages), **more
    )
    assert isinstance(completion, ChatCompletion)
    return completion


async def test_the_one_model_is_named_for_what_it_is(llm: LlmServer) -> None:
    listed = [model.id async for model in llm.openai.models.list()]
    completion = await ask(llm, model="gpt-5.6-terra")

    assert listed == ["sandbox-stand-in"]
    assert completion.model == "sandbox-stand-in"


@pytest.mark.parametrize("path", ["/v1/models", "/v1/chat/completions"])
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer"}, {"Authorization": "Basic x"}])
async def test_without_a_key_nothing_is_answered(
    llm: LlmServer, path: str, headers: dict[str, str]
) -> None:
    method = "GET" if path.endswith("models") else "POST"
    async with httpx.AsyncClient(base_url=llm.url, headers=headers) as client:
        response = await client.request(method, path, json={})

    assert response.status_code == 401
    assert response.json()["error"]["type"] == "invalid_request_error"


async def test_a_refused_key_is_the_clients_own_authentication_error(llm: LlmServer) -> None:
    keyless = {"Authorization": "Bearer"}
    client = llm.openai.with_options(default_headers=keyless)

    with pytest.raises(openai.AuthenticationError, match="provide an API key"):
        await client.models.list()


async def test_a_forced_tool_is_called_with_the_answer(llm: LlmServer) -> None:
    choice = (await ask(llm, tools=[TOOL], tool_choice=FORCED)).choices[0]

    assert choice.message.content is None
    assert choice.message.tool_calls is not None
    call = choice.message.tool_calls[0]
    assert call.type == "function"
    assert call.function.name == "Count"
    assert json.loads(call.function.arguments) == {"boxes": 7}
    assert choice.finish_reason == "stop"


async def test_the_named_one_of_several_tools_is_called(llm: LlmServer) -> None:
    other = {"type": "function", "function": {"name": "Other", "parameters": {}}}
    choice = (await ask(llm, tools=[other, TOOL], tool_choice=FORCED)).choices[0]

    assert choice.message.tool_calls is not None
    call = choice.message.tool_calls[0]
    assert call.type == "function"
    assert call.function.name == "Count"


async def test_a_tool_called_by_choice_ends_the_turn_with_tool_calls(llm: LlmServer) -> None:
    assert (await ask(llm, tools=[TOOL])).choices[0].finish_reason == "tool_calls"


async def test_tools_are_left_alone_when_told_so(llm: LlmServer) -> None:
    choice = (await ask(llm, tools=[TOOL], tool_choice="none")).choices[0]

    assert choice.message.tool_calls is None
    assert choice.message.content is not None


async def test_a_json_schema_is_filled_in(llm: LlmServer) -> None:
    choice = (await ask(llm, response_format=JSON_SCHEMA)).choices[0]

    assert json.loads(choice.message.content or "") == {"boxes": 7}
    assert choice.finish_reason == "stop"


async def test_a_json_object_follows_the_schema_in_the_instructions(llm: LlmServer) -> None:
    system = f"Answer in JSON that matches {json.dumps(BOXES)} and nothing else."
    messages = [{"role": "system", "content": system}, {"role": "user", "content": PROMPT}]
    choice = (await ask(llm, messages=messages, response_format={"type": "json_object"})).choices[0]

    assert json.loads(choice.message.content or "") == {"boxes": 7}


async def test_content_may_come_in_parts(llm: LlmServer) -> None:
    parts = [{"type": "text", "text": line} for line in PROMPT.splitlines()]
    messages = [{"role": "user", "content": parts}]
    choice = (await ask(llm, messages=messages, response_format=JSON_SCHEMA)).choices[0]

    assert json.loads(choice.message.content or "") == {"boxes": 7}


async def test_a_plain_chat_is_answered_by_something_that_says_what_it_is(llm: LlmServer) -> None:
    content = (await ask(llm)).choices[0].message.content

    assert content is not None
    assert "not a language model" in content
    assert "There are seven boxes." in content


async def test_the_same_question_gets_the_same_answer(llm: LlmServer) -> None:
    answers = {
        (await ask(llm, response_format=JSON_SCHEMA)).choices[0].message.content for _ in range(3)
    }

    assert len(answers) == 1


async def test_usage_grows_with_what_is_sent_and_answered(llm: LlmServer) -> None:
    short = (await ask(llm, response_format=JSON_SCHEMA)).usage
    long = (await ask(llm, f"{PROMPT}\n" * 20, response_format=JSON_SCHEMA)).usage

    assert short is not None
    assert long is not None
    assert short.completion_tokens == long.completion_tokens > 0
    assert long.prompt_tokens > short.prompt_tokens + 15 * len(PROMPT) / 5
    assert short.total_tokens == short.prompt_tokens + short.completion_tokens


async def test_an_answer_past_the_token_limit_is_cut_off_and_says_so(llm: LlmServer) -> None:
    choice = (await ask(llm, response_format=JSON_SCHEMA, max_completion_tokens=2)).choices[0]

    assert choice.finish_reason == "length"
    assert choice.message.content == '{"boxes"'


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"stream": True}, "stream"),
        ({"n": 2}, "n"),
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "nobody", "content": "x"}]}, "messages.0.role"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema"),
        ({"response_format": {"type": "json_object"}}, "messages"),
        ({"tools": [TOOL], "tool_choice": {"function": {"name": "Missing"}}}, "tool_choice"),
        (
            {"tools": [{"type": "function", "function": {"name": "Leaf[str]"}}]},
            "tools[0].function.name",
        ),
    ],
)
async def test_what_cannot_be_done_is_refused_with_its_parameter(
    llm: LlmServer, more: dict[str, Any], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        await ask(llm, **more)

    assert refused.value.param == param
    assert refused.value.type == "invalid_request_error"


async def test_a_body_that_is_no_json_is_refused(llm: LlmServer) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}"}
    async with httpx.AsyncClient(base_url=llm.url, headers=headers) as client:
        response = await client.post("/v1/chat/completions", content=b"{not json")

    assert response.status_code == 400
    assert "could not parse the JSON body" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("change", "says"),
    [({"additionalProperties": True}, "additionalProperties"), ({"required": []}, "'boxes'")],
)
async def test_a_strict_schema_has_to_be_closed_and_complete(
    llm: LlmServer, change: dict[str, Any], says: str
) -> None:
    strict = {"name": "Count", "strict": True, "schema": {**BOXES, **change}}
    await ask(
        llm, response_format={"type": "json_schema", "json_schema": {**strict, "schema": BOXES}}
    )

    with pytest.raises(openai.BadRequestError, match=says):
        await ask(llm, response_format={"type": "json_schema", "json_schema": strict})


async def test_requests_are_counted_and_the_last_ones_shown(llm: LlmServer) -> None:
    for number in range(3):
        await ask(llm, f"question {number}")

    seen = (await llm.control.get("/requests")).json()
    assert seen["count"] == 3
    assert [item["body"]["messages"][0]["content"] for item in seen["items"]] == [
        "question 0",
        "question 1",
        "question 2",
    ]
    assert {item["status"] for item in seen["items"]} == {200}


async def test_a_reset_forgets_everything(llm: LlmServer) -> None:
    await ask(llm)
    await llm.break_it("server_error")
    await llm.control.put("/latency", json={"milliseconds": 60_000})

    assert (await llm.control.post("/reset")).status_code == 204

    await ask(llm)
    assert (await llm.control.get("/faults")).json() == {"items": []}
    assert (await llm.control.get("/requests")).json()["count"] == 1
