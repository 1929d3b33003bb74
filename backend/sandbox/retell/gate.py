"""What every request to the simulated Retell passes: the API key, the limits, the faults."""

import asyncio
import hmac
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.sandbox.connection_reset import ConnectionReset
from backend.sandbox.retell.faults import FaultKind, FaultRule
from backend.sandbox.retell.limits import Route, rate_limited, route_of
from backend.sandbox.retell.provider import Retell
from backend.sandbox.retell.wire import JSON, RetellError


@dataclass
class Answer:
    """What the API answered, kept back."""

    status: int = 500
    headers: list[tuple[bytes, bytes]] | None = None
    body: bytes = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    def response(self, body: bytes | None = None) -> Response:
        """Return the answer as it was, or with another body that its headers agree with."""
        kept = self.body if body is None else body
        response = Response(kept, status_code=self.status)
        if self.headers is not None:
            response.raw_headers = [
                *(header for header in self.headers if header[0] != b"content-length"),
                (b"content-length", str(len(kept)).encode()),
            ]
        return response


class Gate:
    def __init__(self, app: ASGIApp, retell: Retell) -> None:
        self._app = app
        self._retell = retell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        route = route_of(request.url.path)
        try:
            self._authorise(request)
            self._retell.limits.take_request(route)
        except RetellError as error:
            await error.response()(scope, receive, send)
            return
        fault = self._retell.faults.of_request(request.method, request.url.path)
        if fault is None:
            await self._app(scope, receive, self._counting(route, send))
        else:
            response = await self._spoilt(fault, scope, receive)
            await response(scope, receive, send)

    def _authorise(self, request: Request) -> None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        expected = self._retell.options.api_key
        if scheme.lower() != "bearer" or not hmac.compare_digest(key.encode(), expected.encode()):
            raise RetellError(401, "API key is missing or invalid.")

    def _counting(self, route: Route, send: Send) -> Send:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_clients_fault(message["status"]):
                self._retell.limits.count_refused_creation()
            await send(message)

        return counted if route.creates_calls else send

    async def _spoilt(self, fault: FaultRule, scope: Scope, receive: Receive) -> Response:
        """Carry the request out before the fault, after it or not at all; spoil the answer."""
        answer = Answer()
        if fault.when == "after" or fault.kind is FaultKind.MALFORMED:
            await self._app(scope, receive, answer.take)
        match fault.kind:
            case FaultKind.RESET:
                return ConnectionReset()
            case FaultKind.TIMEOUT:
                await asyncio.sleep(fault.seconds)
                if fault.when == "before":
                    await self._app(scope, receive, answer.take)
                return answer.response()
            case FaultKind.MALFORMED:
                return answer.response(answer.body[: len(answer.body) // 2])
            case FaultKind.RATE_LIMIT:
                return rate_limited(fault.limiter, 0, fault.reset_seconds).response()
            case _:
                body = fault.body
                if body is None:
                    body = {"status": "error", "message": "An unexpected server error occurred."}
                return JSON(body, status_code=fault.status, headers=fault.headers)


def _is_clients_fault(status: int) -> bool:
    # Being over a limit is no wrong request.
    return 400 <= status < 500 and status != 429
