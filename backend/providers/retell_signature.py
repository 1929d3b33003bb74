"""Whether a request was signed by Retell, over its raw bytes, and if not, why.

Retell's own `verify` decides. The reason only serves the counters people read.
"""

import re
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import cast

from retell.lib import webhook_auth

from backend.platform import clock

TOLERANCE_MS = webhook_auth.FIVE_MINUTES
# ASCII digits, and so few of them that they always make a number: `verify` takes any amount, and
# `int` raises past 4,300.
_HEADER = re.compile(r"v=([0-9]{1,17}),d=[0-9a-f]{64}")
_verify = cast("Callable[[str, str, str], bool]", webhook_auth.verify)


class SignatureVerdict(StrEnum):
    VALID = "valid"
    NO_KEY_CONFIGURED = "no_key_configured"
    MISSING_HEADER = "missing_header"
    MALFORMED_HEADER = "malformed_header"
    BODY_NOT_UTF8 = "body_not_utf8"
    STALE_TIMESTAMP = "stale_timestamp"
    FUTURE_TIMESTAMP = "future_timestamp"
    WRONG_KEY = "wrong_key"


def check_header(header: str | None, keys: Sequence[str]) -> SignatureVerdict | None:
    """Judge what can be judged before the body is there; None when that decides."""
    if not _usable(keys):
        return SignatureVerdict.NO_KEY_CONFIGURED
    if not header:
        return SignatureVerdict.MISSING_HEADER
    return None if _HEADER.fullmatch(header) else SignatureVerdict.MALFORMED_HEADER


def check(raw: bytes, header: str | None, keys: Sequence[str]) -> SignatureVerdict:
    """Judge `X-Retell-Signature` against any of the keys, so that a key can be rotated.

    `WRONG_KEY` also stands for a body that was altered on its way: nothing tells the two apart.
    """
    if (verdict := check_header(header, keys)) is not None:
        return verdict
    parts = _HEADER.fullmatch(header or "")
    assert parts is not None  # noqa: S101 - just checked
    assert header is not None  # noqa: S101 - just checked
    try:
        body = raw.decode("utf-8")
    except UnicodeDecodeError:
        return SignatureVerdict.BODY_NOT_UTF8
    if any(_verify(body, key, header) for key in _usable(keys)):
        return SignatureVerdict.VALID
    return _why_not(int(parts[1]))


def _usable(keys: Sequence[str]) -> list[str]:
    """Leave out empty keys, since anyone can sign with one."""
    return [key for key in keys if key.strip()]


def _why_not(signed_at_ms: int) -> SignatureVerdict:
    age_ms = int(clock.now().timestamp() * 1000) - signed_at_ms
    if age_ms > TOLERANCE_MS:
        return SignatureVerdict.STALE_TIMESTAMP
    if age_ms < -TOLERANCE_MS:
        return SignatureVerdict.FUTURE_TIMESTAMP
    return SignatureVerdict.WRONG_KEY
