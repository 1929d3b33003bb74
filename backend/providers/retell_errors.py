"""What can go wrong between us and Retell, told apart by what the caller may do next.

For a dial the question is whether a phone may be ringing: `dial_failure` answers it. `failure` is
for every other verb. Neither passes on a payload, a key or a phone number.
"""

import email.utils
import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import httpx

from backend.platform import clock
from backend.platform.errors import (
    AppError,
    NotFound,
    Rejected,
    TooMany,
    Unavailable,
    UpstreamFailed,
    UpstreamTimedOut,
)

if TYPE_CHECKING:
    from retell import APIStatusError


class RetellNotFound(NotFound):
    code, title = "retell-not-found", "Retell does not have this"


class RetellRefused(Rejected):
    code, title = "retell-refused", "Retell refused the request"


class RetellRateLimited(TooMany):
    """Nothing was done. `retry_after` is what Retell asked for, when it did."""

    code, title = "retell-rate-limited", "Retell takes no more requests for now"


class RetellUnreachable(UpstreamFailed):
    """Nothing was sent."""

    code, title = "retell-unreachable", "Retell cannot be reached"


class RetellFailed(UpstreamFailed):
    code, title = "retell-failed", "Retell failed"


class RetellTimedOut(UpstreamTimedOut):
    code, title = "retell-timed-out", "Retell did not answer in time"


class BlockReason(StrEnum):
    KEY_MISSING = "key_missing"
    KEY_REFUSED = "key_refused"
    UNPAID = "unpaid"
    FORBIDDEN = "forbidden"


class RetellAccountBlocked(Unavailable):
    """No request of this kind will do until a person looks after the Retell account."""

    code, title = "retell-account-blocked", "Retell does not accept this account's requests"

    def __init__(self, detail: str, *, reason: BlockReason) -> None:
        super().__init__(detail, reason=reason.value)
        self.reason: Final = reason


class DialRefused(Rejected):
    """Certainly not dialled, and asking again would not help."""

    code, title = "dial-refused", "Retell refused to place the call"


class DialOutcomeUnknown(UpstreamTimedOut):
    """A phone may be ringing. Only a look-up may tell; dialling again may ring it twice."""

    code, title = "dial-outcome-unknown", "It is not known whether the call was placed"


# The request never left us: no connection, or no place in the pool to make one.
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_BLOCKED = {
    401: (BlockReason.KEY_REFUSED, "Retell refuses the API key."),
    402: (BlockReason.UNPAID, "Retell asks for payment first."),
    403: (BlockReason.FORBIDDEN, "Retell does not allow this with the API key."),
}
# Refused before anything was done. 408 and 409 are missing on purpose: a gateway gives up with 408
# on a request that still runs behind it, and 409 is how a server answers a second request while the
# first with the same idempotency key runs. After both of them a call may exist.
_REFUSED = frozenset({400, 404, 405, 406, 410, 411, 413, 414, 415, 421, 422, 431, 451})
_MISSING_ASSET = re.compile(r"cannot find requested asset", re.IGNORECASE)
# Retell rejects what is over its concurrency and starts-per-second limits, documented without a
# status; whatever the status, the sentence means later and not never.
_OVER_A_LIMIT = re.compile(
    r"concurren|rate.?limit|too many (requests|calls)|calls? per second|\bcps\b", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![A-Za-z0-9_])\+?\d(?:[\s().-]*\d){6,}")
_KEY = re.compile(r"key_\w+")
_LONGEST_MESSAGE = 300
_LONGEST_WAIT_SECONDS = 3600.0


def failure(error: Exception) -> AppError:
    """Turn what the SDK raised for a verb that can be asked again into one of ours."""
    from retell import APIConnectionError, APIStatusError

    match error:
        case APIStatusError():
            return _status_failure(error)
        case APIConnectionError(__cause__=cause) if isinstance(cause, _NEVER_SENT):
            return RetellUnreachable(f"Retell cannot be reached ({type(cause).__name__}).")
        case APIConnectionError(__cause__=cause) if not isinstance(cause, httpx.TimeoutException):
            return RetellFailed(f"The connection to Retell broke ({type(cause).__name__}).")
        case APIConnectionError() | TimeoutError():
            return RetellTimedOut("Retell did not answer in time.")
        case ValueError() | RecursionError():
            return RetellRefused("The request holds a value that cannot be sent to Retell.")
        case _:
            return RetellFailed(f"The request to Retell failed ({type(error).__name__}).")


def dial_failure(error: Exception) -> AppError:
    """Turn what the SDK raised for a dial into one of ours. In doubt, a phone may be ringing."""
    from retell import APIConnectionError, APIStatusError

    match error:
        case APIStatusError():
            return _dial_status_failure(error)
        case APIConnectionError(__cause__=cause) if isinstance(cause, _NEVER_SENT):
            return failure(error)
        case ValueError() | RecursionError():
            return DialRefused("The call holds a value that cannot be sent to Retell.")
        case APIConnectionError(__cause__=cause):
            return DialOutcomeUnknown(f"Retell gave no answer ({type(cause).__name__}).")
        case _:
            return DialOutcomeUnknown(f"Retell gave no answer ({type(error).__name__}).")


def _status_failure(error: "APIStatusError") -> AppError:
    status, message = error.status_code, _message(error.body)
    retry_after = _retry_after(error.response.headers)
    if status in _BLOCKED:
        return _blocked(status, message)
    if status == 429:
        return _rate_limited(error)
    if status == 404 or (status in _REFUSED and _MISSING_ASSET.search(message)):
        return RetellNotFound("Retell does not have what was asked for.", retell_status=status)
    if status in _REFUSED:
        return RetellRefused(_sentence(status, message), retell_status=status)
    if status in {408, 504}:
        return RetellTimedOut("Retell did not answer in time.", retry_after=retry_after)
    return RetellFailed(f"Retell failed with status {status}.", retry_after=retry_after)


def _dial_status_failure(error: "APIStatusError") -> AppError:
    status, message = error.status_code, _message(error.body)
    if status in _BLOCKED:
        return _blocked(status, message)
    if status == 429 or (status in _REFUSED and _OVER_A_LIMIT.search(message)):
        return _rate_limited(error)
    if status in _REFUSED:
        return DialRefused(_sentence(status, message), retell_status=status)
    return DialOutcomeUnknown(f"Retell answered with status {status}.", retell_status=status)


def _blocked(status: int, message: str) -> RetellAccountBlocked:
    reason, sentence = _BLOCKED[status]
    # What is said about a wrong key may hold the key.
    said = "" if reason is BlockReason.KEY_REFUSED else _quoted(message)
    return RetellAccountBlocked(f"{sentence} {said}".strip(), reason=reason)


def _rate_limited(error: "APIStatusError") -> RetellRateLimited:
    headers = error.response.headers
    return RetellRateLimited(
        "Retell takes no more requests of this kind for now.",
        retry_after=_retry_after(headers),
        limiter=headers.get("x-ratelimit-limiter"),
    )


def _sentence(status: int, message: str) -> str:
    return _quoted(message) or f"Retell refused it with status {status}."


def _quoted(message: str) -> str:
    return f"Retell says: {message}" if message else ""


def _message(body: object) -> str:
    """Take Retell's own sentence out of an error, without phone numbers and keys in it."""
    members = body if isinstance(body, Mapping) else {}
    named = (members.get(name) for name in ("message", "error_message", "error"))
    said = next((text for text in named if isinstance(text, str)), "")
    printable = "".join(letter if letter.isprintable() else " " for letter in said)
    masked = _KEY.sub("[key]", _NUMBER.sub("[number]", printable))
    return " ".join(masked.split())[:_LONGEST_MESSAGE]


def _retry_after(headers: httpx.Headers) -> float | None:
    """Wait as long as the strictest header asks. `RateLimit-Reset` counts seconds."""
    waits = [
        wait
        for wait in (_seconds(headers.get("ratelimit-reset")), _seconds(headers.get("retry-after")))
        if wait is not None and 0 <= wait <= _LONGEST_WAIT_SECONDS
    ]
    return max(waits, default=None)


def _seconds(value: str | None) -> float | None:
    if value is None:
        return None
    try:
        return float(value)
    except ValueError:
        pass
    try:
        return (email.utils.parsedate_to_datetime(value) - clock.now()).total_seconds()
    except (ValueError, TypeError):
        return None
