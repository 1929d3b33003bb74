"""Requests to providers without an SDK that could be used, and what their answers mean."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from backend.platform.errors import AppError
from backend.providers.transcription.errors import (
    TranscriberBusy,
    TranscriberFailed,
    TranscriberKeyRejected,
    TranscriberOutOfCredit,
    TranscriberRefused,
    TranscriberTimedOut,
)

_READ_BYTES = 256 * 1024
# Answers hold every word with its times; an hour of talk is some 3 MB.
_LARGEST_ANSWER = 128 * 1024 * 1024
M = TypeVar("M", bound="Lenient")


class Lenient(BaseModel):
    """Reads what it needs of an answer, and lets providers add to it."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)


def kind_of_sound(path: Path) -> Literal["wav", "flac"]:
    """Tell which of the two kinds that chunks are written in this one is."""
    with path.open("rb") as file:
        return "wav" if file.read(4) == b"RIFF" else "flac"


async def file_body(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_READ_BYTES):
            yield chunk


async def ask(
    http: httpx.AsyncClient, provider: str, method: str, url: str, **options: Any
) -> bytes:
    """Send one request and return the body of a good answer. Raises a failure of ours."""
    try:
        async with http.stream(method, url, **options) as response:
            body = await _read(response)
    except httpx.TimeoutException as error:
        raise TranscriberTimedOut(f"{provider} did not answer in time.") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TranscriberFailed(f"{provider} broke off ({type(error).__name__}).") from error
    if response.is_success:
        return body
    raise failure_of(provider, response.status_code, response.headers.get("retry-after"))


async def _read(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > _LARGEST_ANSWER:
            raise TranscriberRefused("The provider's answer is larger than any transcript.")
    return bytes(body)


def read_answer(provider: str, model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise TranscriberFailed(f"{provider} answered with something unreadable.") from error


def failure_of(provider: str, status: int, retry_after: str | None) -> AppError:
    """Say what a status means. The body is left out: it may repeat keys and words."""
    if status in {401, 403}:
        return TranscriberKeyRejected(f"{provider} rejects the key ({status}).")
    if status == 402:
        return TranscriberOutOfCredit(f"The account at {provider} has no credit left.")
    if status == 429 or (status == 503 and retry_after):
        wait = float(retry_after) if retry_after and retry_after.isdigit() else None
        return TranscriberBusy(f"{provider} takes no more requests right now.", retry_after=wait)
    if status in {408, 504}:
        return TranscriberTimedOut(f"{provider} did not answer in time ({status}).")
    if status >= 500:
        return TranscriberFailed(f"{provider} failed ({status}).")
    return TranscriberRefused(f"{provider} refuses the request ({status}).")
