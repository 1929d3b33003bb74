"""Each provider is asked about a key in its own way, and only its own no counts as one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import respx

from backend.providers import key_trial

KEY = "sk-a-key-that-is-tried"
GOOGLE_SAYS = {"error": {"code": 400, "details": [{"reason": "API_KEY_INVALID"}]}}
ASKED = {
    "openai": ("https://api.openai.com/v1/models", "authorization", f"Bearer {KEY}"),
    "anthropic": ("https://api.anthropic.com/v1/models?limit=1", "x-api-key", KEY),
    "gemini": (
        "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1",
        "x-goog-api-key",
        KEY,
    ),
    "deepgram": ("https://api.deepgram.com/v1/projects", "authorization", f"Token {KEY}"),
    "assemblyai": ("https://api.assemblyai.com/v2/transcript?limit=1", "authorization", KEY),
}


@asynccontextmanager
async def answering(url: str, status: int, body: Any = None) -> AsyncIterator[respx.Route]:
    async with respx.mock() as mock:
        yield mock.get(url).mock(return_value=httpx.Response(status, json=body))


@pytest.mark.parametrize("provider", ASKED)
async def test_a_key_is_tried_where_it_is_for_without_a_model_being_asked(provider: str) -> None:
    url, header, value = ASKED[provider]

    async with answering(url, 200, {}) as route:
        assert await key_trial.is_unknown(provider, KEY, None) is False

    assert route.calls.last.request.headers[header] == value


@pytest.mark.parametrize("provider", ASKED)
async def test_a_provider_that_does_not_know_the_key_says_so(provider: str) -> None:
    status, body = (400, GOOGLE_SAYS) if provider == "gemini" else (401, {})

    async with answering(ASKED[provider][0], status, body):
        assert await key_trial.is_unknown(provider, KEY, None) is True


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("provider", ASKED)
async def test_whatever_else_it_says_is_no_word_about_the_key(provider: str, status: int) -> None:
    async with answering(ASKED[provider][0], status, {"error": {"code": status}}):
        assert await key_trial.is_unknown(provider, KEY, None) is False


async def test_silence_refuses_no_key() -> None:
    async with respx.mock() as mock:
        mock.get(ASKED["openai"][0]).mock(side_effect=httpx.ConnectTimeout)

        assert await key_trial.is_unknown("openai", KEY, None) is False


async def test_it_is_tried_at_the_address_of_the_settings() -> None:
    async with answering("http://models.internal/v1/models", 401):
        assert await key_trial.is_unknown("openai", KEY, "http://models.internal/v1/") is True
