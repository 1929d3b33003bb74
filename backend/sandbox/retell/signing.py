"""The `X-Retell-Signature` header, written from Retell's description of it."""

import hashlib
import hmac

HEADER = "X-Retell-Signature"


def sign(body: bytes, key: str, timestamp_ms: int) -> str:
    """Sign the exact bytes of a body, followed by the time in decimal."""
    message = body + str(timestamp_ms).encode()
    digest = hmac.new(key.encode(), message, hashlib.sha256).hexdigest()
    return f"v={timestamp_ms},d={digest}"
