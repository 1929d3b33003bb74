"""Asking a provider whether it knows a key: the cheapest question each one has for that."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

import httpx
from loguru import logger

_SECONDS = 10.0


def _is_unauthorized(response: httpx.Response) -> bool:
    return response.status_code == HTTPStatus.UNAUTHORIZED


def _is_unauthorized_at_google(response: httpx.Response) -> bool:
    # Google calls a key that does not exist a bad request.
    return _is_unauthorized(response) or (
        response.status_code == HTTPStatus.BAD_REQUEST and "API_KEY_INVALID" in response.text
    )


@dataclass(frozen=True)
class _Question:
    base_url: str
    path: str
    header: str
    scheme: str = ""
    others: tuple[tuple[str, str], ...] = ()
    is_unknown: Callable[[httpx.Response], bool] = _is_unauthorized


_QUESTIONS = {
    "openai": _Question("https://api.openai.com/v1", "/models", "authorization", "Bearer "),
    "anthropic": _Question(
        "https://api.anthropic.com",
        "/v1/models?limit=1",
        "x-api-key",
        others=(("anthropic-version", "2023-06-01"),),
    ),
    "gemini": _Question(
        "https://generativelanguage.googleapis.com",
        "/v1beta/models?pageSize=1",
        "x-goog-api-key",
        is_unknown=_is_unauthorized_at_google,
    ),
    "deepgram": _Question("https://api.deepgram.com", "/v1/projects", "authorization", "Token "),
    "assemblyai": _Question(
        "https://api.assemblyai.com", "/v2/transcript?limit=1", "authorization"
    ),
}
NAMES = {
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "gemini": "Google",
    "deepgram": "Deepgram",
    "assemblyai": "AssemblyAI",
}


async def is_unknown(provider: str, key: str, base_url: str | None) -> bool:
    """Say whether the provider says that it does not know this key.

    What else it says, and its silence, is no such word: a key that may do little is a key.
    """
    question = _QUESTIONS[provider]
    url = (base_url or question.base_url).rstrip("/") + question.path
    headers = {question.header: f"{question.scheme}{key}", **dict(question.others)}
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as client:
            return question.is_unknown(await client.get(url, headers=headers))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        logger.info("key.not_tried", provider=provider, reason=type(error).__name__)
        return False
