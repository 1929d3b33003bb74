"""Why a webhook's signature does not hold: which check fails, and what usually makes it fail.

For people who look at a webhook that was refused. Nothing here lets one in; `retell_signature`
decides that.
"""

import json
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple, cast

from backend.platform import clock
from backend.providers.retell_signature import TOLERANCE_MS

_LOOSE = re.compile(r"\s*v\s*=\s*([0-9]{1,17})\s*,\s*d\s*=\s*([0-9a-fA-F]{64})\s*")
_SIGNED_TO_MS_FROM = 10**11


class CheckResult(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_REACHED = "not_reached"


class SignatureCheck(NamedTuple):
    name: str
    result: CheckResult
    detail: str


def examine(body: str, header: str, keys: Sequence[str]) -> list[SignatureCheck]:
    """Go through the checks in their order: key, header, clock, digest. Tell nothing of the key."""
    usable = [key for key in keys if key.strip()]
    checks = [_check_key(usable), *_check_header(header)]
    parts = _LOOSE.fullmatch(header)
    if parts is None or not usable:
        left = ("clock", "digest")
        return checks + [
            SignatureCheck(name, CheckResult.NOT_REACHED, "Not looked at.") for name in left
        ]
    signed_at, digest = parts[1], parts[2].lower()
    return [*checks, _check_clock(int(signed_at)), _check_digest(body, signed_at, digest, usable)]


def _check_key(usable: Sequence[str]) -> SignatureCheck:
    if usable:
        return SignatureCheck("key", CheckResult.PASSED, "A webhook key is set.")
    return SignatureCheck(
        "key",
        CheckResult.FAILED,
        "No webhook key is set: enter the key with Retell's webhook badge.",
    )


def _check_header(header: str) -> Iterator[SignatureCheck]:
    if re.fullmatch(r"v=([0-9]{1,17}),d=[0-9a-f]{64}", header):
        yield SignatureCheck("header", CheckResult.PASSED, "It has the form v=<ms>,d=<hex>.")
    elif not header.strip():
        yield SignatureCheck("header", CheckResult.FAILED, "X-Retell-Signature is missing.")
    elif _LOOSE.fullmatch(header):
        why = "It has spaces or capital letters that Retell does not send: a proxy changed it."
        yield SignatureCheck("header", CheckResult.FAILED, why)
    else:
        why = "It is not v=<milliseconds>,d=<64 hexadecimal digits>: not Retell's, or cut short."
        yield SignatureCheck("header", CheckResult.FAILED, why)


def _check_clock(signed_at: int) -> SignatureCheck:
    if signed_at < _SIGNED_TO_MS_FROM:
        why = "The time is in seconds; Retell signs milliseconds."
        return SignatureCheck("clock", CheckResult.FAILED, why)
    age_ms = int(clock.now().timestamp() * 1000) - signed_at
    if abs(age_ms) <= TOLERANCE_MS:
        why = f"Signed {abs(age_ms) / 1000:.0f} s {'ago' if age_ms >= 0 else 'from now'}."
        return SignatureCheck("clock", CheckResult.PASSED, why)
    if age_ms > 0:
        why = (
            f"Signed {age_ms / 60_000:.0f} minutes ago; five are allowed. A webhook that is looked "
            "at later is always too old; one that was just sent tells of a clock that is ahead."
        )
    else:
        why = f"Signed {-age_ms / 60_000:.0f} minutes from now: this machine's clock is behind."
    return SignatureCheck("clock", CheckResult.FAILED, why)


def _check_digest(body: str, signed_at: str, digest: str, keys: Sequence[str]) -> SignatureCheck:
    if _matches(body, signed_at, digest, keys):
        return SignatureCheck("digest", CheckResult.PASSED, "The body is as it was signed.")
    for what, variant in _variants(body):
        if _matches(variant, signed_at, digest, keys):
            return SignatureCheck(
                "digest",
                CheckResult.FAILED,
                f"The key is right, but the body was changed after signing: {what}. Pass the "
                "bytes on as they came, without reading and writing the JSON.",
            )
    return SignatureCheck(
        "digest",
        CheckResult.FAILED,
        "Signed with another key, or another body than this. The key must be the one with the "
        "webhook badge in Retell's dashboard, of the same workspace.",
    )


def _matches(body: str, signed_at: str, digest: str, keys: Sequence[str]) -> bool:
    """Compare as Retell's SDK does, whatever the time is."""
    from retell.lib import webhook_auth

    try:
        body.encode()
    except UnicodeEncodeError:  # JSON may escape halves of characters, which have no encoding
        return False
    verify = webhook_auth.symmetric["verify"]
    header, at_its_time = f"v={signed_at},d={digest}", {"timestamp": int(signed_at)}
    return any(cast("bool", verify(body, key, header, at_its_time)) for key in keys)


def _variants(body: str) -> Iterator[tuple[str, str]]:
    """Undo what programs on the way do to a body: first to its ends, then to its JSON."""
    yield "white space was added or lost at its ends", body.strip()
    yield "a line break was lost at its end", body.rstrip() + "\n"
    yield "line breaks were converted", body.replace("\r\n", "\n")
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    for ascii_only in (False, True):
        for separators in ((",", ":"), (", ", ": ")):
            written = json.dumps(document, ensure_ascii=ascii_only, separators=separators)
            yield "the JSON was read and written again", written
