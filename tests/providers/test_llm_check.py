"""Trying one language model out."""

from collections.abc import AsyncIterator

import pytest

from backend.providers.llm import Llm
from backend.providers.llm_answer import Access
from backend.providers.llm_check import check_model
from tests.providers.openai_wire import Wire, called, refused, speaking_openai

KEY = "sk-secret-0123456789"


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with speaking_openai() as server:
        yield server


@pytest.fixture
async def llm(wire: Wire) -> AsyncIterator[Llm]:
    access = {"openai": Access(api_key=KEY, base_url=wire.url)}
    opened = Llm("openai/first", access=access, fallbacks=("openai/second",))
    yield opened
    await opened.close()


async def test_a_model_that_answers_is_asked_once(wire: Wire, llm: Llm) -> None:
    wire.will_answer(called({"is_ready": True}))

    found = await check_model(llm, "openai/third")

    assert (found.failure, found.reason) == (None, None)
    assert (found.input_tokens or 0) > 0
    assert [request["model"] for request in wire.requests] == ["third"]


async def test_the_answer_is_of_the_model_asked_for_and_never_of_a_fallback(
    wire: Wire, llm: Llm
) -> None:
    wire.will_answer(refused(401, "invalid_api_key", f"Incorrect API key provided: {KEY}"))

    found = await check_model(llm, "openai/first")

    assert found.failure == "llm-key-rejected"
    assert found.reason is not None
    assert KEY not in found.reason
    assert len(wire.requests) == 1


async def test_what_can_be_known_without_asking_is_not_asked(wire: Wire, llm: Llm) -> None:
    found = await check_model(llm, "anthropic/some-model")

    assert found.failure == "llm-not-usable"
    assert "ANTHROPIC_API_KEY" in (found.reason or "")
    assert wire.requests == []
