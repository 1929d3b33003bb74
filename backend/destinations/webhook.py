"""Delivering by webhook, signed as Standard Webhooks says."""

from collections.abc import Sequence
from dataclasses import dataclass

import httpx

from backend.destinations.parcel import Answer, Parcel
from backend.destinations.shape import Fields
from backend.platform import clock
from backend.platform.outbound.exchange import GONE, TIMEOUT_SECONDS, exchange
from backend.platform.outbound.signing import sign

_GONE = "Answered 410: it wants no more deliveries."


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
            error=_GONE if made.status == GONE else made.error,
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
