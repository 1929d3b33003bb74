"""Whoever embeds: asked in its own way, and its failures told in words of ours."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import JSONResponse

from backend.platform.errors import AppError
from backend.platform.settings import GivenSettings
from backend.providers.embedding import errors, local, local_model
from backend.providers.embedding.embedding import Embedding
from backend.providers.embedding.errors import EmbedderFailed, EmbedderNotUsable
from backend.providers.embedding.local import LocalEmbedder
from backend.providers.embedding.prefixes import prefix_of
from tests.providers.openai_wire import Wire, speaking
from tests.support.sandbox import Sandbox


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
