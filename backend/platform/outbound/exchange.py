"""One request to an address that users chose, and what came of it, in words."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from backend.platform import clock
from backend.platform.http import DestinationRefused
from backend.platform.outbound.retry_after import read_retry_after
from backend.platform.storable import make_storable

ANSWER_BYTES = 4096
TIMEOUT_SECONDS = 10.0
GONE = 410
_POSTPONES = {429, 503}
# More than is kept, so that a secret across the end is still found; the rest is not waited for.
READ_BYTES = 4 * ANSWER_BYTES
_SHORTEST_MASKED = 6
_MASK = "[masked]"


@dataclass(frozen=True)
class Exchange:
    """What one request came to. `error` is why it does not count; null: it was answered by 2xx."""

    at: datetime
    duration_ms: int
    status: int | None
    error: str | None
    body: bytes
    retry_after: timedelta | None

    def answer(self, secrets: Iterable[str]) -> str | None:
        """Return the beginning of what came back, secrets masked. None: nothing came."""
        return None if self.status is None else masked(self.body, secrets)


async def exchange(
    http: httpx.AsyncClient,
    request: httpx.Request,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
    read_bytes: int = READ_BYTES,
) -> Exchange:
    """Send a request. Never raises for what the other side does; follows no redirects."""
    began_at, began = clock.now(), time.perf_counter()
    status: int | None = None
    error: str | None = None
    body, retry_after = b"", None
    try:
        async with asyncio.timeout(timeout_seconds):
            response = await http.send(request, stream=True, follow_redirects=False)
            status = response.status_code
            if status in _POSTPONES:
                retry_after = read_retry_after(response.headers.get("retry-after"))
            body = await _beginning(response, read_bytes)
    except TimeoutError:
        # An answer counts once its status came; only its text is not waited for.
        error = None if status else f"No answer within {timeout_seconds:g} s."
    except DestinationRefused as refusal:
        error = refusal.detail
    except httpx.HTTPError as failure:
        error = None if status else _in_words(failure, timeout_seconds)
    if status is not None and not 200 <= status < 300:
        error = _verdict(status)
    took = round((time.perf_counter() - began) * 1000)
    return Exchange(began_at, took, status, error, body, retry_after)


async def _beginning(response: httpx.Response, most: int) -> bytes:
    """Read the beginning of an answer. One that goes on after it is cut off."""
    read = b""
    try:
        async for chunk in response.aiter_raw():
            read += chunk
            if len(read) >= most:
                break
    finally:
        await response.aclose()
    return read[:most]


def masked(answer: bytes, secrets: Iterable[str]) -> str:
    text = make_storable(answer.decode("utf-8", "replace"))
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_MASKED:
            text = text.replace(secret, _MASK)
    return text.encode()[:ANSWER_BYTES].decode("utf-8", "ignore")


def _verdict(status: int) -> str:
    if 300 <= status < 400:
        return f"Answered {status}. Redirects are not followed: set the address they lead to."
    return f"Answered {status}."


def _in_words(failure: httpx.HTTPError, timeout_seconds: float) -> str:
    """Say what happened, without the address, which may hold secrets."""
    match failure:
        case httpx.TimeoutException():
            return f"No answer within {timeout_seconds:g} s."
        case httpx.ConnectError() if "CERTIFICATE_VERIFY_FAILED" in str(failure):
            return "Its certificate is not trusted."
        case httpx.ConnectError():
            return "No connection could be made."
        case httpx.UnsupportedProtocol():
            return "The address cannot be used."
        case _:
            return "The connection broke before an answer came."
