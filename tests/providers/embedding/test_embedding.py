"""Whoever embeds: asked in its own way, and its failures told in words of ours."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.responses import JSONResponse, StreamingResponse

from backend.platform.configuration.groups import KeyedProvider
from backend.platform.errors import AppError
from backend.platform.settings import GivenSettings
from backend.providers.embedding import (
    embedding as embedding_module,
    errors,
    local,
    local_model,
)
from backend.providers.embedding.embedding import Embedding
from backend.providers.embedding.errors import EmbedderFailed, EmbedderNotUsable, EmbedderTimedOut
from backend.providers.embedding.local import LocalEmbedder
from backend.providers.embedding.prefixes import prefix_of
from backend.providers.llm_errors import LlmPaced
from tests.providers.openai_wire import Wire, speaking
from tests.support.sandbox import Sandbox
from tests.support.waiting import until

ANSWER = JSONResponse({"data": [{"index": 0, "embedding": [3.0, 4.0]}]})


@pytest.fixture(scope="module")
async def wire() -> AsyncIterator[Wire]:
    async with speaking("/v1/embeddings", base="/v1") as wire:
        yield wire


@asynccontextmanager
async def opened(**settings: Any) -> AsyncIterator[Embedding]:
    embedding = Embedding(GivenSettings(_env_file=None, **settings))
    try:
        yield embedding
    finally:
        await embedding.close()


@pytest.mark.parametrize("provider", ["openai", "ollama"])
async def test_texts_become_vectors_that_are_near_when_they_mean_the_same(
    sandbox: Sandbox, provider: str
) -> None:
    account = {"api_key": "sandbox", "base_url": f"{sandbox.url}/v1"}
    async with opened(embedder=f"{provider}/stand-in", **{provider: account}) as embedding:
        assert embedding.identity == f"{provider}/stand-in"
        late, tardy, dock = await embedding.embed(
            f"{provider}/stand-in", ["we are late", "running tardy", "at the dock"]
        )

    def alike(one: list[float], other: list[float]) -> float:
        return sum(a * b for a, b in zip(one, other, strict=True))

    assert alike(late, late) == pytest.approx(1)
    assert alike(late, tardy) > alike(late, dock)


@pytest.mark.parametrize(
    ("status", "headers", "failure"),
    [
        (401, {}, errors.EmbedderKeyRejected),
        (402, {}, errors.EmbedderOutOfCredit),
        (404, {}, errors.EmbedderRefused),
        (429, {"retry-after": "7"}, errors.EmbedderBusy),
        (504, {}, errors.EmbedderTimedOut),
        (500, {}, errors.EmbedderFailed),
        (400, {}, errors.EmbedderRefused),
    ],
)
async def test_what_a_provider_refuses_is_told_without_the_text(
    wire: Wire, status: int, headers: dict[str, str], failure: type[AppError]
) -> None:
    wire.reset()
    wire.will_answer(JSONResponse({"error": {"message": "secret"}}, status, headers=headers))
    async with opened(openai={"base_url": wire.url}) as embedding:
        with pytest.raises(failure) as raised:
            await embedding.embed("openai/some", ["what was said"])
    assert "secret" not in str(raised.value)
    assert "what was said" not in str(raised.value)
    assert len(wire.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"data": []},
        {"data": [{"index": 0, "embedding": []}]},
        {"data": [{"index": 0, "embedding": [0.0, 0.0]}]},
        {"data": [{"index": 0, "embedding": ["a"]}]},
        {"data": [{"index": 1, "embedding": [1.0]}]},
        {"data": [{"index": 0, "embedding": 1}, 7]},
        {},
        [],
        "no",
    ],
)
async def test_an_answer_that_is_none_is_a_failure(wire: Wire, body: Any) -> None:
    wire.reset()
    wire.will_answer(JSONResponse(body))
    async with opened(openai={"base_url": wire.url}) as embedding:
        with pytest.raises(EmbedderFailed, match="answered"):
            await embedding.embed("openai/some", ["x"])


async def test_numbers_are_brought_to_length_one(wire: Wire) -> None:
    wire.reset()
    wire.will_answer(JSONResponse({"data": [{"index": 0, "embedding": [3e5, 4e5]}]}))
    async with opened(openai={"base_url": wire.url}) as embedding:
        assert await embedding.embed("openai/some", ["x"]) == [[0.6, 0.8]]


def _held_back(until: asyncio.Event) -> StreamingResponse:
    async def body() -> AsyncIterator[bytes]:
        await until.wait()
        yield b"{}"

    return StreamingResponse(body())


async def test_a_question_waits_for_a_provider_so_long_and_no_longer(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_module, "QUESTION_SECONDS", 0.2)
    wire.reset()
    over = asyncio.Event()
    wire.will_answer(_held_back(over), ANSWER)
    account = {"base_url": wire.url, "concurrency": 1}
    async with opened(openai=account) as embedding:
        with pytest.raises(EmbedderTimedOut, match="openai/some"):
            await embedding.embed("openai/some", ["x"], is_question=True)
        # The slot is free again.
        assert await embedding.embed("openai/some", ["x"]) == [[0.6, 0.8]]
    over.set()


async def test_passages_leave_a_slot_to_questions(wire: Wire) -> None:
    wire.reset()
    over = asyncio.Event()
    wire.will_answer(_held_back(over), ANSWER)
    async with opened(openai={"base_url": wire.url, "concurrency": 2}) as embedding:
        passages = [
            asyncio.create_task(embedding.embed("openai/some", [text])) for text in ("a", "b")
        ]

        async def asked() -> bool:
            return bool(wire.requests)

        await until(asked, "passages to be asked for")

        question = await embedding.embed("openai/some", ["?"], is_question=True)

        assert question == [[0.6, 0.8]]
        assert [each["input"] for each in wire.requests] == [["a"], ["?"]]
        over.set()
        with pytest.raises(EmbedderFailed):
            await passages[0]
        assert await passages[1] == [[0.6, 0.8]]


async def test_whoever_shares_an_account_shares_its_pace(wire: Wire) -> None:
    wire.reset()
    wire.will_answer(ANSWER)

    def settings(key: str) -> GivenSettings:
        limits: dict[str, Any] = {"base_url": wire.url, "requests_per_minute": 1}
        account = KeyedProvider(**limits, api_key=SecretStr(key))
        return GivenSettings(_env_file=None, openai=account)

    first = Embedding(settings("one"))
    same, other = (Embedding(settings(key), first) for key in ("one", "another"))
    try:
        await first.embed("openai/some", ["x"])
        with pytest.raises(LlmPaced):
            await same.embed("openai/some", ["x"])
        await other.embed("openai/some", ["x"])
    finally:
        for each in (same, other, first):
            await each.close()


@pytest.mark.parametrize("identity", ["openai/some", "cohere/some", "local/older-weights"])
async def test_what_cannot_be_asked_is_refused_before_it_is(identity: str) -> None:
    async with opened() as embedding:
        with pytest.raises(EmbedderNotUsable):
            embedding.refuse_unusable(identity)


async def test_what_is_not_installed_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_model, "_PACKAGE", "no_such_package")
    async with opened() as embedding:
        assert embedding.identity == local_model.IDENTITY
        with pytest.raises(EmbedderNotUsable, match="make local"):
            embedding.refuse_unusable(local_model.IDENTITY)


async def test_weights_that_are_not_the_known_ones_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = tmp_path / "weights.bin"
    forged.write_bytes(b"forged")
    monkeypatch.setattr(local, "find_weights", lambda: forged)
    embedder = LocalEmbedder()
    try:
        with pytest.raises(EmbedderNotUsable, match=r"make local"):
            await embedder.embed(["x"], is_question=True)
    finally:
        await embedder.close()


async def test_a_process_that_dies_is_a_failure_and_another_takes_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "find_weights", lambda: tmp_path / "none")
    embedder = LocalEmbedder()
    try:
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "/bin/true")
            with pytest.raises(EmbedderFailed):
                await embedder.embed(["x"], is_question=False)
        with pytest.raises(EmbedderNotUsable):
            await embedder.embed(["x"], is_question=False)
    finally:
        await embedder.close()


async def test_a_process_that_cannot_be_started_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local, "find_weights", lambda: tmp_path / "none")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    embedder = LocalEmbedder()
    with pytest.raises(EmbedderFailed, match="started"):
        await embedder.embed(["x"], is_question=True)


@pytest.mark.parametrize(
    "line",
    [
        '{"vec',
        "[]",
        "{}",
        '{"dimensions": 2, "vectors": "AAA"}',
        '{"dimensions": 2, "vectors": ""}',
    ],
)
async def test_an_answer_of_a_process_that_is_none_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    script = tmp_path / "python"
    script.write_text(f"#!/bin/sh\nread asked\nprintf '%s' '{line}'\n")
    script.chmod(0o700)
    monkeypatch.setattr(local, "find_weights", lambda: tmp_path / "none")
    monkeypatch.setattr(sys, "executable", str(script))
    embedder = LocalEmbedder()
    try:
        with pytest.raises(EmbedderFailed, match="unreadable"):
            await embedder.embed(["x"], is_question=True)
    finally:
        await embedder.close()


@pytest.mark.parametrize(
    ("model", "question", "passage"),
    [
        ("text-embedding-3-small", "", ""),
        ("nomic-embed-text", "search_query: ", "search_document: "),
        ("intfloat/multilingual-e5-large", "query: ", "passage: "),
    ],
)
def test_models_see_what_they_were_trained_to_see(model: str, question: str, passage: str) -> None:
    assert prefix_of(model, is_question=True) == question
    assert prefix_of(model, is_question=False) == passage
