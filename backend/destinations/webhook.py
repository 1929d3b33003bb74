"""Delivering by webhook, signed as Standard Webhooks says."""

import asyncio
import base64
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
from standardwebhooks import Webhook

from backend.destinations.backoff import read_retry_after
from backend.destinations.parcel import ANSWER_BYTES, Answer, Parcel
from backend.destinations.shape import Fields
from backend.platform import clock
from backend.platform.http import DestinationRefused

TIMEOUT_SECONDS = 10.0
_GONE = 410
_POSTPONES = {429, 503}
_SECRET_BYTES = 32
# More than is kept, so that a secret across the end is still found; the rest is not waited for.
_READ_BYTES = 4 * ANSWER_BYTES
_SHORTEST_MASKED = 6
_MASK = "[masked]"


def new_secret() -> str:
    return "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def sign(signing: Sequence[str], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Make the headers that prove where a body comes from. `at` has to be in UTC."""
    text = body.decode()
    signatures = (Webhook(secret).sign(message_id, at, text) for secret in signing)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


@dataclass(frozen=True)
class WebhookSender:
    """Posts to one address. Each of the `signing` secrets signs; `headers` are kept secret."""

    http: httpx.AsyncClient
    url: str
    headers: dict[str, str]
    signing: Sequence[str]
    fields: Fields | None
    timeout_seconds: float = TIMEOUT_SECONDS

    async def send(self, parcel: Parcel) -> Answer:
        began_at, began = clock.now(), time.perf_counter()
        status: int | None = None
        error: str | None = None
        answer, retry_after = b"", None
        try:
            async with asyncio.timeout(self.timeout_seconds):
                request = self._request(parcel)
                response = await self.http.send(request, stream=True, follow_redirects=False)
                status = response.status_code
                if status in _POSTPONES:
                    retry_after = read_retry_after(response.headers.get("retry-after"))
                answer = await _beginning(response)
        except TimeoutError:
            # An answer counts once its status came; only its text is not waited for.
            error = None if status else f"No answer within {self.timeout_seconds:g} s."
        except DestinationRefused as refusal:
            error = refusal.detail
        except httpx.HTTPError as failure:
            error = None if status else _in_words(failure, self.timeout_seconds)
        if status is not None and not 200 <= status < 300:
            error = _verdict(status)
        return Answer(
            at=began_at,
            duration_ms=round((time.perf_counter() - began) * 1000),
            status_code=status,
            error=error,
            answer=self._masked(answer) if status else None,
            is_gone=status == _GONE,
            retry_after=retry_after,
        )

    def _request(self, parcel: Parcel) -> httpx.Request:
        body = parcel.body(self.fields)
        signed = sign(self.signing, str(parcel.id), clock.now(), body)
        headers = (
            self.headers
            | signed
            | {
                "content-type": "application/json",
                "accept-encoding": "identity",
                "user-agent": "Ringback",
            }
        )
        return self.http.build_request("POST", self.url, content=body, headers=headers)

    def _masked(self, answer: bytes) -> str:
        text = answer.decode("utf-8", "replace").replace("\0", "\ufffd")
        hidden = [*self.signing, *self.headers.values()]
        hidden += [value.partition(" ")[2] for value in self.headers.values()]
        for secret in sorted(hidden, key=len, reverse=True):
            if len(secret) >= _SHORTEST_MASKED:
                text = text.replace(secret, _MASK)
        return text.encode()[:ANSWER_BYTES].decode("utf-8", "ignore")


async def _beginning(response: httpx.Response) -> bytes:
    """Read the beginning of an answer. One that goes on after it is cut off."""
    read = b""
    try:
        async for chunk in response.aiter_raw():
            read += chunk
            if len(read) >= _READ_BYTES:
                break
    finally:
        await response.aclose()
    return read[:_READ_BYTES]


def _verdict(status: int) -> str:
    if 300 <= status < 400:
        return f"Answered {status}. Redirects are not followed: set the address they lead to."
    if status == _GONE:
        return "Answered 410: it wants no more deliveries."
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
        case httpx.UnsupportedProtocol() | httpx.InvalidURL():
            return "The address cannot be used."
        case _:
            return "The connection broke before an answer came."
