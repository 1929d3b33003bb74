"""What the simulated LLM gets wrong on demand, as a client meets it."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from time import monotonic
from typing import Any

import openai
import pytest

from tests.sandbox.llm_server import LlmServer, serve_llm
from tests.support.waiting import until

TURNS = {
    0: "Which day shall we come, and how many doors are there?",
    1: "Come on Tuesday the 24th, there are 12 doors.",
    2: "Is there a ramp?",
    3: "Yes, there is a ramp on the left side.",
    4: "And the colour, red or blue?",
    5: "Blue would be nice.",
}
PROMPT = "\n".join(
    ["Call started at: 2026-11-20T15:04:05Z (America/Chicago)"]
    + [f"[{n}] {'user' if n % 2 else 'agent'}: {text}" for n, text in TURNS.items()]
)


def leaf(value: dict[str, Any], description: str) -> dict[str, Any]:
    properties = {
        "value": {"anyOf": [value, {"type": "null"}]},
        "quote": {"type": ["string", "null"]},
        "turns": {"type": "array", "items": {"type": "integer"}},
    }
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": list(properties),
    }


SCHEMA = {
    "type": "object",
    "properties": {
        "day": leaf({"type": "string", "format": "date"}, "Day of the visit"),
        "doors": leaf({"type": "integer"}, "Number of doors"),
        "has_ramp": leaf({"type": "boolean"}, "Whether there is a ramp"),
        "colour": leaf({"type": "string", "enum": ["red", "blue"]}, "Colour"),
        "lifts": leaf({"type": "integer"}, "Number of lifts"),
    },
    "required": ["day", "doors", "has_ramp", "colour", "lifts"],
}
RIGHT = {"day": "2026-11-24", "doors": 12, "has_ramp": True, "colour": "blue", "lifts": None}


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[LlmServer]:
    async with serve_llm() as server:
        yield server


@pytest.fixture
def llm(server: LlmServer) -> Iterator[LlmServer]:
    server.state.reset()
    yield server
    server.state.reset()


async def message(llm: LlmServer, **more: Any) -> Any:
    messages: Any = [{"role": "user", "content": PROMPT}]
    format_: Any = {"type": "json_schema", "json_schema": {"name": "Visit", "schema": SCHEMA}}
    completion = await llm.openai.chat.completions.create(
        model="any", messages=messages, response_format=format_, **more
    )
    return completion.choices[0].message


async def record(llm: LlmServer) -> dict[str, Any]:
    answered: dict[str, Any] = json.loads((await message(llm)).content)
    return answered


def values(answered: dict[str, Any]) -> dict[str, Any]:
    return {name: said["value"] for name, said in answered.items()}


def quoted(answered: dict[str, Any]) -> list[tuple[str, list[int]]]:
    return [(said["quote"], said["turns"]) for said in answered.values() if said["quote"]]


def is_verbatim(quote: str, turns: list[int]) -> bool:
    return any(quote in TURNS[number] for number in turns)


async def test_unharmed_it_gives_the_right_values_with_quotes_that_stand(llm: LlmServer) -> None:
    answered = await record(llm)

    assert values(answered) == RIGHT
    assert len(quoted(answered)) == 4
    assert all(is_verbatim(*said) for said in quoted(answered))
    assert answered["lifts"] == {"value": None, "quote": None, "turns": []}


async def test_a_rate_limit_says_when_to_come_back(llm: LlmServer) -> None:
    await llm.break_it("rate_limited", params={"retry_after": 7})

    with pytest.raises(openai.RateLimitError) as limited:
        await message(llm)

    assert limited.value.response.headers["retry-after"] == "7"
    assert limited.value.code == "rate_limit_exceeded"


async def test_the_clients_own_retries_get_past_a_passing_rate_limit(llm: LlmServer) -> None:
    await llm.break_it("rate_limited", count=1, params={"retry_after": 0.01})

    patient = llm.openai.with_options(max_retries=1)
    listed: Any = [{"role": "user", "content": PROMPT}]
    completion = await patient.chat.completions.create(model="any", messages=listed)

    assert completion.choices[0].message.content
    assert llm.state.request_count == 2


async def test_a_server_error_is_one(llm: LlmServer) -> None:
    await llm.break_it("server_error")

    with pytest.raises(openai.InternalServerError) as failed:
        await message(llm)

    assert failed.value.type == "server_error"


async def test_a_connection_is_reset_without_an_answer(llm: LlmServer) -> None:
    await llm.break_it("connection_reset", count=1)

    with pytest.raises(openai.APIConnectionError) as broken:
        await message(llm)

    assert not isinstance(broken.value, openai.APITimeoutError)
    assert values(await record(llm)) == RIGHT


async def test_a_slow_answer_comes_after_its_time(llm: LlmServer) -> None:
    await llm.break_it("slow", params={"seconds": 0.2})
    began = monotonic()

    assert values(await record(llm)) == RIGHT

    assert monotonic() - began >= 0.2


async def test_who_does_not_wait_for_a_slow_answer_is_noticed(llm: LlmServer) -> None:
    await llm.break_it("slow", params={"seconds": 3600})

    with pytest.raises(openai.APITimeoutError):
        await message(llm, timeout=0.2)

    async def is_noticed() -> bool:
        return llm.state.seen[-1].status == 499

    assert await until(is_noticed, "the sandbox to notice that the client left")


async def test_removing_the_faults_lets_go_of_who_is_waiting(llm: LlmServer) -> None:
    await llm.break_it("slow", params={"seconds": 3600})
    waiting = asyncio.create_task(record(llm))

    async def is_waiting() -> bool:
        return llm.state.request_count == 1

    await until(is_waiting, "the request to arrive")
    assert (await llm.control.delete("/faults")).status_code == 204

    assert values(await waiting) == RIGHT


async def test_latency_is_set_for_every_answer(llm: LlmServer) -> None:
    await llm.control.put("/latency", json={"milliseconds": 100})
    began = monotonic()

    await record(llm)
    await record(llm)

    assert monotonic() - began >= 0.2


@pytest.mark.parametrize("kind", ["invalid_json", "truncated_json"])
async def test_json_is_broken(llm: LlmServer, kind: str) -> None:
    await llm.break_it(kind)

    content = (await message(llm)).content

    assert content
    with pytest.raises(json.JSONDecodeError):
        json.loads(content)


async def test_an_empty_answer_is_empty(llm: LlmServer) -> None:
    await llm.break_it("empty")

    assert (await message(llm)).content == ""


async def test_a_refusal_has_no_content(llm: LlmServer) -> None:
    await llm.break_it("refusal")

    refused = await message(llm)

    assert refused.content is None
    assert "can't help" in refused.refusal


async def test_a_value_is_of_the_wrong_type(llm: LlmServer) -> None:
    await llm.break_it("wrong_type", params={"fields": ["doors"]})

    answered = values(await record(llm))

    assert answered == {**RIGHT, "doors": {"unexpected": 12}}


async def test_a_required_property_is_missing(llm: LlmServer) -> None:
    await llm.break_it("missing_required")

    assert list(await record(llm)) == ["doors", "has_ramp", "colour", "lifts"]


async def test_a_named_property_is_missing(llm: LlmServer) -> None:
    await llm.break_it("missing_required", params={"fields": ["doors"]})

    assert list(await record(llm)) == ["day", "has_ramp", "colour", "lifts"]


async def test_a_choice_is_none_of_the_enum(llm: LlmServer) -> None:
    await llm.break_it("outside_enum")

    answered = values(await record(llm))

    assert answered.pop("colour") not in ["red", "blue", None]
    assert answered == {name: value for name, value in RIGHT.items() if name != "colour"}


async def test_quotes_are_invented(llm: LlmServer) -> None:
    await llm.break_it("invented_quote")

    answered = await record(llm)

    assert values(answered) == RIGHT
    assert len(quoted(answered)) == 4
    assert not any(quote in PROMPT for quote, _ in quoted(answered))


async def test_quotes_are_those_of_another_turn(llm: LlmServer) -> None:
    right = await record(llm)
    await llm.break_it("unrelated_quote")

    answered = await record(llm)

    assert values(answered) == RIGHT
    assert all(is_verbatim(*said) for said in quoted(answered))
    assert all(answered[name]["turns"] != right[name]["turns"] for name in ("day", "colour"))


async def test_quotes_are_said_to_be_of_another_turn(llm: LlmServer) -> None:
    await llm.break_it("wrong_turn")

    answered = await record(llm)

    assert values(answered) == RIGHT
    assert all(quote in PROMPT for quote, _ in quoted(answered))
    assert not any(is_verbatim(*said) for said in quoted(answered))


async def test_digits_are_swapped_within_what_the_type_allows(llm: LlmServer) -> None:
    await llm.break_it("swapped_digits", params={"fields": ["day", "doors"]})

    answered = values(await record(llm))

    assert answered["doors"] == 21
    assert answered["day"] != RIGHT["day"]
    assert sorted(answered["day"]) == sorted("2026-11-24")


async def test_booleans_are_flipped(llm: LlmServer) -> None:
    await llm.break_it("flipped_boolean")

    assert values(await record(llm)) == {**RIGHT, "has_ramp": False}


async def test_a_fault_can_be_kept_to_some_fields(llm: LlmServer) -> None:
    await llm.break_it("invented_quote", params={"fields": ["colour"]})

    answered = await record(llm)

    assert [said["quote"] in PROMPT for said in answered.values() if said["quote"]] == [
        True,
        True,
        True,
        False,
    ]


async def test_faults_add_up(llm: LlmServer) -> None:
    await llm.break_it("flipped_boolean")
    await llm.break_it("invented_quote")

    answered = await record(llm)

    assert answered["has_ramp"]["value"] is False
    assert answered["has_ramp"]["quote"] not in PROMPT
    assert llm.state.seen[-1].faults == ["invented_quote", "flipped_boolean"]


async def test_a_counted_fault_wears_off(llm: LlmServer) -> None:
    await llm.break_it("empty", count=2)

    contents = [(await message(llm)).content for _ in range(4)]

    assert [content == "" for content in contents] == [True, True, False, False]
    rule = (await llm.control.get("/faults")).json()["items"][0]
    assert (rule["kind"], rule["count"], rule["fired"]) == ("empty", 2, 2)


async def test_a_fault_behind_one_that_ends_the_request_is_not_used_up(llm: LlmServer) -> None:
    await llm.break_it("empty", count=1)
    await llm.break_it("server_error", count=1)

    with pytest.raises(openai.InternalServerError):
        await message(llm)

    assert (await message(llm)).content == ""


async def test_chance_repeats_with_its_seed(llm: LlmServer) -> None:
    runs = []
    for _ in range(2):
        await llm.control.delete("/faults")
        await llm.break_it("empty", probability=0.5, seed=11)
        runs.append([(await message(llm)).content == "" for _ in range(8)])

    assert runs[0] == runs[1]
    assert set(runs[0]) == {True, False}


@pytest.mark.parametrize(
    "rule",
    [
        {"kind": "sabotage"},
        {"kind": "empty", "count": 0},
        {"kind": "empty", "probability": 2},
        {"kind": "empty", "count": 1, "probability": 0.5},
        {"kind": "empty", "params": {"unknown": 1}},
    ],
)
async def test_a_rule_that_makes_no_sense_is_refused(llm: LlmServer, rule: dict[str, Any]) -> None:
    assert (await llm.control.post("/faults", json=rule)).status_code == 422
    assert llm.state.faults == []
