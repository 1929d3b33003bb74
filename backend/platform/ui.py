"""The built admin UI, served from the API's own address. Without a build, its pages say so.

`make ui` builds `frontend/` into `backend/static`; a wheel has it inside.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from fastapi import FastAPI
from loguru import logger
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Match, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from backend.platform.errors import NotFound
from backend.platform.services import services_of
from backend.platform.storage import Storage, StorageFailed

STATIC = Path(__file__).parent.parent / "static"

# What is not the UI's is never answered by it: a mistyped path of the API stays a 404.
RESERVED = frozenset(
    {"api", "webhook", "health", "metrics", "docs", "redoc", "openapi.json", "assets"}
)

_FOREVER = "public, max-age=31536000, immutable"
_ALWAYS_ASK = "no-cache"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


def content_security_policy(storage: str | None = None) -> str:
    """Say what pages may use: what is here, and the storage that browsers send files to.

    Scripts come from files only. Styles may be inline: the component library computes some.
    """
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {storage}" if storage else "connect-src 'self'",
            "media-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


_BUILD = "`make ui` builds it. The API is at /docs."


def is_built() -> bool:
    return (STATIC / "index.html").is_file()


class UiNotBuilt(NotFound):
    code, title = "ui-not-built", "The admin UI is not built"


# A worker has the policy of its own file, not that of the page: it may ask the API, as pages do.
_ASSETS_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'"


def install(app: FastAPI, static: Path = STATIC) -> None:
    """Serve the UI on every path that nothing else has. Call this last."""
    app.router.routes += [
        Mount("/assets", _Assets(directory=static / "assets", check_dir=False)),
        _file(static / "scheme.js"),
        _file(static / "favicon.svg"),
        _Pages(static / "index.html"),
    ]


class _Assets(StaticFiles):
    """Files with a hash in their names: they never change. Sent as the build compressed them."""

    async def check_config(self) -> None:
        try:
            await super().check_config()
        except RuntimeError as missing:
            raise UiNotBuilt(_BUILD) from missing

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Nothing is at a path that no file could have, such as one that is too long."""
        try:
            return super().lookup_path(path)
        except (OSError, ValueError):
            return "", None

    async def get_response(self, path: str, scope: Scope) -> Response:
        accepted = Headers(scope=scope).get("accept-encoding", "")
        for encoding, suffix in _ENCODINGS:
            if encoding in accepted and self.lookup_path(path + suffix)[1] is not None:
                response = await super().get_response(path + suffix, scope)
                response.headers["content-encoding"] = encoding
                break
        else:
            response = await super().get_response(path, scope)
        response.headers["cache-control"] = _FOREVER
        response.headers["vary"] = "accept-encoding"
        response.headers["content-security-policy"] = _ASSETS_POLICY
        return response


def _file(path: Path) -> Route:
    async def send(_: Request) -> Response:
        return _send(path, {})

    return Route(f"/{path.name}", send, include_in_schema=False)


class _Pages(Route):
    """The one HTML page, for the paths that the UI's own router knows.

    Only for browsers that navigate: whoever does not ask for HTML gets the API's answer.
    """

    def __init__(self, index: Path) -> None:
        self._index = index
        super().__init__("/{path:path}", self._show, include_in_schema=False)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return (match, child) if match is Match.FULL and _is_page(scope) else (Match.NONE, {})

    async def _show(self, request: Request) -> Response:
        storage = services_of(request.app).find(Storage)
        origin = await _upload_origin(storage) if storage is not None else None
        return _send(self._index, {"content-security-policy": content_security_policy(origin)})


async def _upload_origin(storage: Storage) -> str | None:
    """Without the store one cannot upload, and can do everything else."""
    try:
        return await storage.upload_origin()
    except StorageFailed as error:
        logger.warning("ui.no_upload_origin", reason=error.detail)
        return None


def _is_page(scope: Scope) -> bool:
    first, _, _ = scope["path"].removeprefix("/").partition("/")
    wants_html = "text/html" in Headers(scope=scope).get("accept", "")
    return first not in RESERVED and (wants_html or scope["path"] == "/")


def _send(path: Path, headers: Mapping[str, str]) -> Response:
    if not path.is_file():
        raise UiNotBuilt(_BUILD)
    return FileResponse(path, headers={"cache-control": _ALWAYS_ASK, **headers})
