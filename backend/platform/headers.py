"""Headers of answers that are decided before there is an answer: a new cookie, what is left."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEY = "ringback.headers"


def add_header(scope: Scope, name: str, value: str) -> None:
    """Have the answer to this request carry a header, also when the answer is a failure."""
    scope.setdefault(_KEY, []).append((name.encode("latin-1"), value.encode("latin-1")))


class AddedHeaders:
    """Sends along what `add_header` has been given while the request was worked on."""

    def __init__(self, app: ASGIApp, *, exempt: str) -> None:
        self._app = app
        self._exempt = exempt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(self._exempt):
            await self._app(scope, receive, send)
            return
        added: list[tuple[bytes, bytes]] = []
        scope[_KEY] = added

        async def send_with(message: Message) -> None:
            if message["type"] == "http.response.start" and added:
                message["headers"] = [*message["headers"], *added]
            await send(message)

        await self._app(scope, receive, send_with)
