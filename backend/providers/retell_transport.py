"""One connection pool to Retell, and the rules every request keeps.

Its SDK takes most of a second to import, so that is done when the first request is made.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import cached_property
from typing import TYPE_CHECKING, Protocol, TypeVar

import httpx

from backend.platform.errors import AppError
from backend.providers.retell_errors import BlockReason, RetellAccountBlocked, failure

if TYPE_CHECKING:
    from retell import Omit
    from retell._client import AsyncRetellWithRawResponse

T = TypeVar("T")

RETELL_URL = "https://api.retellai.com"


class Answer(Protocol):
    """The SDK's raw response, as far as we look at it."""

    http_response: httpx.Response


class Transport:
    """Sends the SDK's requests: nothing is tried again unless the request says so.

    `timeout` bounds a request as a whole, its retries included, where httpx's own timeouts start
    anew with each byte. Redirects are not followed: they would take a dial somewhere else.
    """

    def __init__(
        self, *, api_key: str | None, base_url: str | None, timeout: float, connect_timeout: float
    ) -> None:
        # The SDK logs request bodies and httpx logs addresses with phone numbers in them, and
        # `RETELL_LOG=debug` turns both on as the SDK is imported.
        for name in ("retell", "httpx"):
            logging.getLogger(name).setLevel(logging.WARNING)
        self._timeout = timeout
        self._block = _why_unusable(api_key)
        self._api_key = (api_key or "").strip() if self._block is None else "none"
        self._base_url = base_url or RETELL_URL
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(None, connect=connect_timeout, pool=connect_timeout),
            follow_redirects=False,
            event_hooks={"response": [_leave_waiting_to_the_caller]},
        )

    @cached_property
    def sdk(self) -> "AsyncRetellWithRawResponse":
        from retell import AsyncRetell

        client = AsyncRetell(
            api_key=self._api_key,
            base_url=self._base_url,
            timeout=self._http.timeout,
            max_retries=0,
            http_client=self._http,
        )
        return client.with_raw_response

    async def close(self) -> None:
        await self._http.aclose()

    async def send(
        self,
        request: Awaitable[Answer],
        *,
        within: float | None = None,
        failure: Callable[[Exception], AppError] = failure,
    ) -> bytes:
        """Return the body of a success; everything else is raised as `failure` names it."""
        from retell import RetellError

        if self._block is not None:
            detail, reason = self._block
            if isinstance(request, Coroutine):
                request.close()
            raise RetellAccountBlocked(detail, reason=reason)
        try:
            async with asyncio.timeout(within or self._timeout):
                answer = await request
        except (RetellError, TimeoutError, ValueError, RecursionError) as error:
            failed = failure(error)
        else:
            return answer.http_response.content
        # Raised out here, so that the SDK's error is not chained: it holds the request, and with
        # it the key, the phone number and the prompt.
        raise failed


async def _leave_waiting_to_the_caller(response: httpx.Response) -> None:
    """Stop the SDK from sleeping through a rate limit, or through any `Retry-After`, in a request.

    The caller learns of the wait instead, and spends it better.
    """
    if response.status_code == 429 or "retry-after" in response.headers:
        response.headers["x-should-retry"] = "false"


def _why_unusable(api_key: str | None) -> tuple[str, BlockReason] | None:
    """Find the key no header can hold before it is sent: the HTTP library would quote it."""
    key = (api_key or "").strip()
    if not key:
        return "No Retell API key is set.", BlockReason.KEY_MISSING
    if not key.isascii() or not key.isprintable():
        return "The Retell API key has characters no key has.", BlockReason.KEY_REFUSED
    return None


def given(value: T | None) -> "T | Omit":
    """Leave a parameter out of a request when there is no value for it."""
    from retell import omit

    return omit if value is None else value
