"""Retell's limits: requests per route, refused call creations, dials per second, calls at once."""

import asyncio
import math
import re
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.sandbox.clock import Pace
from backend.sandbox.retell.wire import RetellError

_VERB = re.compile(r"/(?:v\d+/)?(?P<verb>[^/]+)")
_CALL_CREATIONS = frozenset({"create-phone-call", "create-web-call", "register-phone-call"})
_WINDOW_SECONDS = 10.0
_ERROR_WINDOW_SECONDS = 60.0
_ERRORS = "call-error"


class LimitValues(BaseModel):
    """The limits as Retell documents them; null switches one off."""

    model_config = ConfigDict(extra="forbid")

    general: int | None = Field(default=100, ge=0, description="Requests in 10 s to one route.")
    list: int | None = Field(default=15, ge=0, description="Requests in 10 s to a list route.")
    call: int | None = Field(default=1000, ge=0, description="Call creations in 10 s.")
    call_error: int | None = Field(default=60, ge=0, description="Refused creations in 60 s.")
    concurrency: int | None = Field(default=20, ge=0, description="Calls at once.")
    calls_per_second: float | None = Field(default=1.0, gt=0, description="Outbound dials.")
    calls_per_second_excess: Literal["queue", "reject"] = Field(
        default="queue", description="Retell's pages disagree on what happens to the rest."
    )
    idempotency_seconds: float = Field(
        default=3600.0, ge=0, description="How long an idempotency key is remembered."
    )


UNLIMITED = LimitValues(
    general=None, list=None, call=None, call_error=None, concurrency=None, calls_per_second=None
)


@dataclass(frozen=True)
class Route:
    """What a request counts towards: one route, watched by one of Retell's limiters."""

    verb: str
    limiter: Literal["general", "list", "call"]

    @property
    def creates_calls(self) -> bool:
        return self.limiter == "call"


def route_of(path: str) -> Route:
    match = _VERB.match(path)
    verb = match["verb"] if match else path
    if verb in _CALL_CREATIONS:
        return Route(verb, "call")
    return Route(verb, "list" if verb.startswith(("list-", "batch-get-")) else "general")


class Limits:
    def __init__(self, pace: Pace, values: LimitValues) -> None:
        self._started_with = values
        self._pace = pace
        self.reset()

    def reset(self) -> None:
        self.values = self._started_with
        self._hits: defaultdict[str, deque[float]] = defaultdict(deque)
        self._next_dial = 0.0

    def take_request(self, route: Route) -> None:
        """Count a request to a route, or refuse it."""
        limit: int | None = getattr(self.values, route.limiter)
        if route.creates_calls:
            self._refuse_over(_ERRORS, self.values.call_error, _ERRORS, _ERROR_WINDOW_SECONDS)
        self._refuse_over(route.verb, limit, route.limiter, _WINDOW_SECONDS)
        self._hits[route.verb].append(time.monotonic())

    def count_refused_creation(self) -> None:
        self._hits[_ERRORS].append(time.monotonic())

    def take_dial(self) -> float:
        """Return how many real seconds the next dial has to wait for its turn."""
        if self.values.calls_per_second is None:
            return 0.0
        now = asyncio.get_running_loop().time()
        wait = max(0.0, self._next_dial - now)
        if wait > 0 and self.values.calls_per_second_excess == "reject":
            raise RetellError(429, "Too many outbound calls per second.")
        self._next_dial = now + wait + self._pace.seconds(1 / self.values.calls_per_second)
        return wait

    def has_line(self, live_count: int) -> bool:
        return self.values.concurrency is None or live_count < self.values.concurrency

    def take_line(self, live_count: int) -> None:
        """Refuse one more call than the account may have at once."""
        if not self.has_line(live_count):
            raise RetellError(429, "Concurrency limit reached.")

    def _refuse_over(
        self, counted: str, limit: int | None, limiter: str, window_seconds: float
    ) -> None:
        if limit is None:
            return
        hits = self._hits[counted]
        now = time.monotonic()
        while hits and hits[0] <= now - window_seconds:
            hits.popleft()
        if len(hits) >= limit:
            reset = hits[0] + window_seconds - now if hits else window_seconds
            raise rate_limited(limiter, limit, math.ceil(reset))


def rate_limited(limiter: str, limit: int, reset_seconds: int) -> RetellError:
    headers = {
        "X-RateLimit-Limiter": limiter,
        "RateLimit-Limit": str(limit),
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": str(reset_seconds),
    }
    return RetellError(429, "Account rate limited, please throttle your requests.", headers)
