"""Delivering by webhook, signed as Standard Webhooks says."""

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
from standardwebhooks import Webhook

from backend.destinations.exchange import GONE, TIMEOUT_SECONDS, exchange
from backend.destinations.parcel import Answer, Parcel
from backend.destinations.shape import Fields
from backend.platform import clock

_SECRET_BYTES = 32


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
        made = await exchange(
            self.http, self._request(parcel), timeout_seconds=self.timeout_seconds
        )
        return Answer(
            at=made.at,
            duration_ms=made.duration_ms,
            status_code=made.status,
            error=made.error,
            answer=made.answer(self._secrets()),
            is_gone=made.status == GONE,
            retry_after=made.retry_after,
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

    def _secrets(self) -> list[str]:
        values = self.headers.values()
        return [*self.signing, *values, *(value.partition(" ")[2] for value in values)]
