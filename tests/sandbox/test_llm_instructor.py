"""The simulated LLM fills in Pydantic models, asked through Instructor in each of its modes."""

import json
from collections.abc import AsyncIterator
from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from instructor import Mode
from instructor.core.exceptions import IncompleteOutputException, InstructorRetryException
from pydantic import BaseModel, Field, field_validator

from tests.sandbox.llm_server import LlmServer, serve_llm

PROMPT = """\
Call started at: 2026-11-20T15:04:05Z (America/Chicago)
[0] agent 0:00: Hi, what can I do for you?
[1] user 0:03: This is Noor Haddad. I'd like to rent a van.
[2] agent 0:08: Which size of van, small or large?
[3] user 0:12: A large one, please.
[4] agent 0:15: From which day?
[5] user 0:18: From Monday, and I bring it back on Thursday.
[6] agent 0:24: Where do you pick it up?
[7] user 0:27: At Harbor Street, in Duluth.
[8] agent 0:31: Should we send receipts by email? And which extras do you need?
[9] user 0:36: Yes. I need a child seat.
"""


class Size(StrEnum):
    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


class Pickup(BaseModel):
    """Where and when the van is picked up."""

    location: str | None = Field(description="Where the van is picked up")
    start_date: date | None = Field(description="The day it is rented from")


class Rental(BaseModel):
    """A van rental."""

    customer_name: str | None = Field(description="Name of the customer")
    size: Size | None = Field(default=None, description="Size of the van")
    pickup: Pickup
    return_date: date | None = Field(description="The day it is brought back")
    receipts_by_email: bool | None = Field(description="Whether receipts are sent by email")
    extras: list[str] = Field(description="Extras the customer needs")
    discount_code: str | None = Field(description="Discount code, if there is one")


MODES = [Mode.TOOLS, Mode.JSON, Mode.JSON_SCHEMA, Mode.MD_JSON]


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[LlmServer]:
    async with serve_llm() as server:
        yield server


@pytest.fixture
def llm(server: LlmServer) -> LlmServer:
    server.state.reset()
    return server


async def extract(
    llm: LlmServer, model: type[BaseModel], mode: Mode = Mode.TOOLS, **more: Any
) -> Any:
    messages: Any = more.pop("messages", [{"role": "user", "content": PROMPT}])
    return await llm.instructor(mode).create(response_model=model, messages=messages, **more)


@pytest.mark.parametrize("mode", MODES)
async def test_a_nested_model_is_filled_in(llm: LlmServer, mode: Mode) -> None:
    rental = await extract(llm, Rental, mode)

    assert rental.model_dump() == {
        "customer_name": "Noor Haddad",
        "size": Size.LARGE,
        "pickup": {"location": "Harbor Street, in Duluth", "start_date": date(2026, 11, 23)},
        "return_date": date(2026, 11, 26),
        "receipts_by_email": True,
        "extras": ["I need a child seat"],
        "discount_code": None,
    }


async def test_a_strict_tool_is_accepted(llm: LlmServer) -> None:
    class Name(BaseModel):
        model_config = {"extra": "forbid"}
        customer_name: str | None = Field(description="Name of the customer")

    assert (await extract(llm, Name, strict=True)).customer_name == "Noor Haddad"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", ["invalid_json", "wrong_type", "outside_enum", "missing_required"])
async def test_a_bad_answer_is_asked_for_again_and_then_right(
    llm: LlmServer, mode: Mode, kind: str
) -> None:
    await llm.break_it(kind, count=1)

    rental = await extract(llm, Rental, mode, max_retries=1)

    assert rental.size is Size.LARGE
    assert llm.state.request_count == 2


@pytest.mark.parametrize("kind", ["empty", "invalid_json"])
async def test_what_stays_bad_is_given_up_after_the_attempts_allowed(
    llm: LlmServer, kind: str
) -> None:
    await llm.break_it(kind)

    with pytest.raises(InstructorRetryException) as given_up:
        await extract(llm, Rental, max_retries=1)

    assert given_up.value.n_attempts == llm.state.request_count == 2


async def test_a_refusal_is_passed_on_in_its_own_words(llm: LlmServer) -> None:
    await llm.break_it("refusal")

    with pytest.raises(InstructorRetryException, match="can't help with that"):
        await extract(llm, Rental)


async def test_an_answer_that_was_cut_off_is_known_to_be_incomplete(llm: LlmServer) -> None:
    await llm.break_it("truncated_json")

    with pytest.raises(IncompleteOutputException):
        await extract(llm, Rental)


class Said(BaseModel):
    value: str | None
    quote: str | None
    turns: list[int]


class Extra(BaseModel):
    extra: Said = Field(description="The extra the customer needs")


@pytest.mark.parametrize("mode", MODES)
async def test_a_value_that_is_complained_of_is_withdrawn(llm: LlmServer, mode: Mode) -> None:
    class Doubted(Extra):
        @field_validator("extra")
        @classmethod
        def has_no_seat(cls, said: Said) -> Said:
            assert "seat" not in (said.value or ""), "nobody said that"
            return said

    doubted = await extract(llm, Doubted, mode, max_retries=1)

    assert doubted.extra == Said(value=None, quote=None, turns=[])


async def test_only_the_values_complained_of_are_withdrawn(llm: LlmServer) -> None:
    class Two(Extra):
        size: Size | None = Field(description="Size of the van")

    first = await extract(llm, Two)
    messages = [
        {"role": "user", "content": PROMPT},
        {"role": "assistant", "content": first.model_dump_json()},
        {"role": "user", "content": "- extra: The quote is not in the transcript."},
    ]
    second = await extract(llm, Two, messages=messages)

    assert first.extra.value == "I need a child seat"
    assert second.extra.value is None
    assert second.size is Size.LARGE


async def test_an_answer_that_was_spoiled_is_set_right_and_not_withdrawn(llm: LlmServer) -> None:
    await llm.break_it("invented_quote", count=1)
    spoiled = await extract(llm, Extra)
    messages = [
        {"role": "user", "content": PROMPT},
        {"role": "assistant", "content": json.dumps(spoiled.model_dump())},
        {"role": "user", "content": "- extra: The quote is not in the transcript."},
    ]

    mended = await extract(llm, Extra, messages=messages)

    assert spoiled.extra.quote not in PROMPT
    assert mended.extra == Said(value="I need a child seat", quote="I need a child seat", turns=[9])
