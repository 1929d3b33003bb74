"""Taking Retell's webhooks: verified, stored, and only then acknowledged.

An ASGI application in front of the other one, since each webhook would pay for what only people's
requests need. One that is refused goes on to the route of the same path, which says why with all
that answers of the API have.
"""

import asyncio
from collections.abc import AsyncIterator
from http import HTTPStatus
from typing import cast
from uuid import UUID

from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.auth.addressed import AddressedOrganisations
from backend.platform import body_limit
from backend.platform.services import services_of
from backend.providers import retell_signature
from backend.providers.retell_signature import SignatureVerdict
from backend.webhooks.bodies import Bodies
from backend.webhooks.errors import BodiesTooMany, BodyTooLarge, SignatureRefused
from backend.webhooks.inbox import Inbox
from backend.webhooks.rejections import Rejections

_PREFIX = "/webhook/retell/"
_REFUSAL = "ringback.webhook_refused"
_LARGEST_INTEGER = 2**31 - 1  # that a column takes
_KEPT_HEADERS = ("content-type", "user-agent", "x-retell-signature")


class Receiver:
    """Answers 204 to a webhook that is stored; all else it leaves to the application behind it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        slug = _slug(scope)
        if slug is None:
            await self._app(scope, receive, send)
            return
        try:
            await _take(slug, Request(scope, receive))
        except Exception as failure:  # noqa: BLE001 - raised again by the route
            scope[_REFUSAL] = failure
            await self._app(scope, receive, send)
        else:
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})


def refusal_of(scope: Scope) -> Exception:
    """Return why a request that reached the route was not taken."""
    return cast("Exception", scope[_REFUSAL])


def _slug(scope: Scope) -> str | None:
    """Read which organisation a webhook is for; None when the request is something else."""
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    path: str = scope["path"]
    if not path.startswith(_PREFIX):
        return None
    slug = path[len(_PREFIX) :].removesuffix("/")
    return None if not slug or "/" in slug else slug


async def _take(slug: str, request: Request) -> None:
    services = services_of(request.app)
    org_id, runtime = await services.get(AddressedOrganisations).find(slug)
    keys = runtime.settings.webhook_keys
    signature = request.headers.get("x-retell-signature")
    # Before the body is read, since anybody can send one.
    verdict = retell_signature.check_header(signature, keys)
    body = b"" if verdict else await _read(request, org_id, runtime.settings.inbox.max_body_bytes)
    verdict = verdict or retell_signature.check(body, signature, keys)
    if verdict is not SignatureVerdict.VALID:
        _note(request, org_id, verdict.value, len(body) or _declared_size(request))
        raise SignatureRefused(_WHY[verdict], reason=verdict.value)
    headers = {name: request.headers[name] for name in _KEPT_HEADERS if name in request.headers}
    await services.get(Inbox).accept(org_id, body, headers)


_WHY = {
    SignatureVerdict.NO_KEY_CONFIGURED: "No webhook key is set, so nothing is accepted.",
    SignatureVerdict.MISSING_HEADER: "The header X-Retell-Signature is missing.",
    SignatureVerdict.MALFORMED_HEADER: "X-Retell-Signature is not of the form v=<ms>,d=<hex>.",
    SignatureVerdict.BODY_NOT_UTF8: "The body is not UTF-8.",
    SignatureVerdict.STALE_TIMESTAMP: "The signature is older than five minutes.",
    SignatureVerdict.FUTURE_TIMESTAMP: "The signature is from the future; check the clock.",
    SignatureVerdict.WRONG_KEY: "Signed with another key, or the body was altered on its way.",
}


async def _read(request: Request, org_id: UUID, limit: int) -> bytes:
    """Read the body, but never more than the limit of it; what is not read is noted."""
    bodies = services_of(request.app).get(Bodies)
    try:
        async with asyncio.timeout(body_limit.BODY_SECONDS):
            return await bodies.read(_parts(request.receive), limit)
    except TimeoutError:
        raise StarletteHTTPException(HTTPStatus.REQUEST_TIMEOUT, body_limit.TOO_SLOW) from None
    except (BodyTooLarge, BodiesTooMany) as error:
        reason = "too_large" if isinstance(error, BodyTooLarge) else "too_much_at_once"
        _note(request, org_id, reason, _declared_size(request) or limit)
        raise


async def _parts(receive: Receive) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        more = message.get("more_body", False)
        yield message.get("body", b"")


def _note(request: Request, org_id: UUID, reason: str, body_bytes: int) -> None:
    services_of(request.app).get(Rejections).note(org_id, reason, body_bytes)


def _declared_size(request: Request) -> int:
    declared = request.headers.get("content-length", "")
    return min(int(declared), _LARGEST_INTEGER) if declared.isdecimal() else 0
