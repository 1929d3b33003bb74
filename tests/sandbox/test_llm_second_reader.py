"""The second reader: right about what a screenplay knows, and wrong as often as it is told."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.llm_server import LlmServer, serve_llm

LATE = "Uh, yeah. Hey. Hang on, let me turn this down. Okay. Yeah, I'm still rolling, but I'm " + (
    "running late on this one."
)
SCHEMA = {"type": "object", "properties": {"readings": {"type": "array"}}}


@pytest.fixture
async def llm() -> AsyncIterator[LlmServer]:
    async with serve_llm() as server:
        yield server


def case(number: int, value: str) -> str:
    return (
        f"Case {number}\nField: driver_status\nValue: {json.dumps(value)}\n"
        f'Quote: "running late"\nTurns: [1]'
    )


async def contradicted(llm: LlmServer, *cases: str, said: str = LATE) -> list[int]:
    turns = f"[0] agent: And what's holding you up?\n[1] user: {said}"
    asked = "\n\n".join([f"<transcript>\n{turns}\n</transcript>", *cases])
    messages: Any = [{"role": "user", "content": asked}]
    format_: Any = {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}
    completion = await llm.openai.chat.completions.create(
        model="any", messages=messages, response_format=format_
    )
    answer = json.loads(completion.choices[0].message.content or "")
    return [each["case"] for each in answer["readings"] if each["verdict"] == "contradicted"]


async def test_it_contradicts_what_the_screenplay_does_not_say(llm: LlmServer) -> None:
    cases = (case(1, "delayed"), case(2, "arrived"))

    assert await contradicted(llm, *cases) == [2]
    assert await contradicted(llm, *cases, said="Something else.") == []


async def test_it_contradicts_what_it_is_told_is_wrong(llm: LlmServer) -> None:
    lie = {"field": "driver_status", "value": "asleep"}
    await llm.control.put("/second-reader", json={"lies": [lie]})

    assert await contradicted(llm, case(1, "delayed"), case(2, "asleep")) == [2]


async def test_it_errs_as_often_as_it_is_told_and_at_the_same_values(llm: LlmServer) -> None:
    cases = [case(number, "delayed") for number in range(1, 201)]

    await llm.control.put("/second-reader", json={"right_percent": 95, "seed": 7})
    wrong = await contradicted(llm, *cases)

    assert 2 <= len(wrong) <= 20
    assert await contradicted(llm, *cases) == wrong
    await llm.control.post("/reset")
    assert await contradicted(llm, *cases) == []


async def test_nobody_is_right_more_than_always(llm: LlmServer) -> None:
    response = await llm.control.put("/second-reader", json={"right_percent": 101})

    assert response.status_code == 422
