"""Webhooks signed as Retell signs them."""

import hashlib
import hmac
import json
import time
from typing import Any


def sign(body: bytes, key: str, *, at_ms: int | None = None) -> str:
    """Make the value of X-Retell-Signature."""
    at_ms = int(time.time() * 1000) if at_ms is None else at_ms
    digest = hmac.new(key.encode(), body + str(at_ms).encode(), hashlib.sha256).hexdigest()
    return f"v={at_ms},d={digest}"


def as_sent(payload: Any) -> bytes:
    """Write JSON as Retell's JavaScript does."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
