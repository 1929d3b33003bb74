"""`/docs`: the API to try out in the browser, under a policy that lets just this page run.

The viewer comes from a package and not from a CDN: many installations have no internet.
"""

import base64
import hashlib
import re
from importlib.resources import files

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.staticfiles import StaticFiles

_VIEWER = "/docs/viewer"


def install(app: FastAPI) -> None:
    page = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title=f"{app.title} API",
        swagger_js_url=f"{_VIEWER}/swagger-ui-bundle.js",
        swagger_css_url=f"{_VIEWER}/swagger-ui.css",
        swagger_favicon_url="/favicon.svg",
    )
    headers = {"content-security-policy": _policy(bytes(page.body).decode())}

    async def show(_: Request) -> HTMLResponse:
        return HTMLResponse(page.body, headers=headers)

    app.add_route("/docs", show, include_in_schema=False)
    app.mount(_VIEWER, StaticFiles(directory=str(files("fastapi_offline") / "static")))


def _policy(html: str) -> str:
    """Allow the page's own inline scripts by their hashes, and the viewer's files."""
    inline = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline)
    scripts = " ".join(f"'sha256-{digest}'" for digest in hashes)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ]
    )
