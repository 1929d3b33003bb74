"""Addresses that users choose."""

import re
from typing import Annotated
from urllib.parse import urlsplit

import httpx
from pydantic import AfterValidator, Field

from backend.platform.storable import StorableText


def _url(value: str) -> str:
    try:
        parts = urlsplit(value)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        is_usable = is_usable and (parts.port is None or parts.port > 0)
        is_usable = is_usable and bool(httpx.URL(value).host)
    except (ValueError, httpx.InvalidURL):
        is_usable = False
    if not is_usable or re.search(r"[\s\x00-\x1f]", value):
        raise ValueError("must be a URL such as https://crm.example.com/hooks/calls")
    if urlsplit(value).username is not None:
        raise ValueError("must hold no user and password; use the header Authorization")
    return value


Url = Annotated[StorableText, AfterValidator(_url), Field(max_length=2000)]


def shortened(url: str) -> str:
    """Show where an address leads and not all of it, which may itself be a secret."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/…"
