"""Headers of every answer: what browsers must not do with it, and what was decided on the way.

Also the first question to a request: whether it was sent to one of our names at all.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from secure import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    Secure,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.platform.problems import problem
from backend.platform.settings import Settings

_KEY = "ringback.headers"
# Never refused for its name or slowed down: Retell's webhooks, and probes that call an address.
_UNCHECKED = ("/webhook/", "/health")
_YEAR_SECONDS = 365 * 24 * 3600

Pairs = list[tuple[bytes, bytes]]


def add_header(scope: Scope, name: str, value: str) -> None:
    """Have the answer to this request carry a header, also when the answer is a failure."""
    scope.setdefault(_KEY, []).append((name.encode("latin-1"), value.encode("latin-1")))


def security_headers(settings: Settings) -> Secure:
    """Say what browsers may do with an answer of the API: show it nowhere, run none of it.

    Pages have a policy of their own, which takes the place of this one.
    """
    return Secure(
        csp=ContentSecurityPolicy().default_src("'none'").frame_ancestors("'none'"),
        hsts=(
            StrictTransportSecurity().max_age(_YEAR_SECONDS)
            if settings.own_url.startswith("https://")
            else None
        ),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        referrer=ReferrerPolicy().no_referrer(),
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().geolocation().camera().microphone("'self'"),
        cache=CacheControl().no_store(),
    )


class ResponseHeaders:
    """Adds what `security_headers` and `add_header` say, and refuses names not trusted.

    A header that an answer has already is left as it is.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        self._app = app
        items = security_headers(settings).header_items()
        self._defaults: Pairs = [
            (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in items
        ]
        self._hosts = _trusted(settings.trusted_hosts, settings.own_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_UNCHECKED):
            await self._app(scope, receive, send)
            return
        added: Pairs = []
        scope[_KEY] = added

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message["headers"])
                names = {name.lower() for name, _ in given}
                defaults = [pair for pair in self._defaults if pair[0] not in names]
                message["headers"] = [*given, *defaults, *added]
            await send(message)

        if self._hosts and not self._is_ours(Headers(scope=scope).get("host", "")):
            refusal = problem(
                code="unknown-host",
                title="This is not a name of this service",
                status=400,
                detail="The request was sent to a name that is not among TRUSTED_HOSTS.",
            )
            await refusal(scope, receive, send_with)
            return
        await self._app(scope, receive, send_with)

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in self._hosts or any(
            name.endswith(trusted[1:]) for trusted in self._hosts if trusted.startswith("*.")
        )


def _trusted(hosts: Sequence[str], own_url: str) -> frozenset[str]:
    """Include our own name, and this machine's for those who look after it."""
    if not hosts:
        return frozenset()
    own = urlsplit(own_url).hostname or ""
    return frozenset({*(host.lower() for host in hosts), own, "localhost", "127.0.0.1", "::1"})
