"""Holding off other sites: a browser sends the session cookie for whoever makes it ask.

Browsers say themselves where a request comes from: in `Sec-Fetch-Site`, older ones in `Origin`,
and no page can change either. A request without both comes from no browser, and nobody can have
made it ask. SameSite=strict holds the same door; this one also holds off sibling subdomains.
"""

from urllib.parse import urlsplit

from fastapi import Request

from backend.auth.errors import CrossSiteRefused
from backend.platform.settings import Settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse(request: Request, settings: Settings) -> None:
    """Raise CrossSiteRefused when a page of another origin wants something changed."""
    if request.method in SAFE_METHODS:
        return
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if origin is not None and origin in (settings.own_origin, *settings.cors_origins):
        return
    if site is None:
        is_own = origin is None or urlsplit(origin).netloc == request.headers.get("host")
    else:
        is_own = site in {"same-origin", "none"}
    if not is_own:
        raise CrossSiteRefused(
            f"The request comes from {origin or 'another site'}. Add it to CORS_ORIGINS if its "
            "pages may use this API."
        )
