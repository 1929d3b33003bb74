"""What the SDKs of language models raise, in our words.

OpenAI's and Anthropic's SDKs share their class names, Google's differs, and only the one in use is
installed: so failures are told apart by status and by name. Their messages carry prompts, answers
and parts of keys, therefore nothing of them is passed on.
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from instructor.core.exceptions import IncompleteOutputException, InstructorRetryException

from backend.platform import clock
from backend.platform.errors import AppError
from backend.providers.llm_errors import (
    LlmAnswerUnusable,
    LlmBusy,
    LlmFailed,
    LlmKeyRejected,
    LlmOutOfCredit,
    LlmRequestRefused,
    LlmTimedOut,
)

_CODE = re.compile(r"[a-z0-9_]{1,60}")


def failure_of(error: Exception, *, model: str, attempts: int, last_response: Any) -> AppError:
    """Turn what Instructor or an SDK raised into a failure of ours."""
    cause = error.__cause__ if isinstance(error, InstructorRetryException) else error
    if cause is None:
        cause = error
    if (status := _status(cause)) is not None:
        return _refused(cause, status, model)
    if _is_named(cause, "Timeout"):
        return timed_out(model)
    if _is_named(cause, "ConnectionError", "TransportError"):
        return LlmFailed(f"The language model {model} could not be reached.")
    return LlmAnswerUnusable(
        f"{_unusable(error, last_response)} ({model}, attempts: {attempts})", attempts=attempts
    )


def timed_out(model: str) -> LlmTimedOut:
    return LlmTimedOut(f"The language model {model} did not answer in time.")


def _refused(cause: BaseException, status: int, model: str) -> AppError:
    code = _provider_code(cause)
    about = f"{status}, {code}" if code else str(status)
    if status == 429 and code == "insufficient_quota":
        return LlmOutOfCredit(f"The account that {model} is asked with has no credit left.")
    if status == 429:
        return LlmBusy(
            f"The language model {model} takes no more requests right now.",
            retry_after=_retry_after(cause),
        )
    if status in (401, 403):
        return LlmKeyRejected(f"The provider of {model} rejects the key ({about}).")
    if status == 408:
        return timed_out(model)
    if status >= 500:
        return LlmFailed(f"The language model {model} failed ({about}).")
    return LlmRequestRefused(f"The provider of {model} refuses the request ({about}).")


def _unusable(error: Exception, last_response: Any) -> str:
    if isinstance(error, IncompleteOutputException):
        return "The language model's answer was cut off at its length limit."
    choice = next(iter(getattr(last_response, "choices", None) or ()), None)
    message = getattr(choice, "message", None)
    stopped = getattr(choice, "finish_reason", getattr(last_response, "stop_reason", None))
    if getattr(message, "refusal", None) or stopped in ("content_filter", "refusal"):
        return "The language model declined to answer."
    if message is not None and not message.content and not getattr(message, "tool_calls", None):
        return "The language model's answer was empty."
    return "The language model's answer did not have the form that was asked for."


def _status(cause: BaseException) -> int | None:
    """Read the HTTP status: `status_code` at OpenAI and Anthropic, `code` at Google."""
    for name in ("status_code", "code"):
        status = getattr(cause, name, None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _provider_code(cause: BaseException) -> str | None:
    """Take the provider's own word for the failure, if it is a word and not a sentence."""
    code = getattr(cause, "code", None)
    return code if isinstance(code, str) and _CODE.fullmatch(code) else None


def _is_named(cause: BaseException, *parts: str) -> bool:
    return any(part in kind.__name__ for kind in type(cause).__mro__ for part in parts)


def _retry_after(cause: BaseException) -> float | None:
    """Read how many seconds to wait, as a number or as a date."""
    headers: Mapping[str, str] = getattr(getattr(cause, "response", None), "headers", {})
    if (milliseconds := headers.get("retry-after-ms", "")).isdigit():
        return int(milliseconds) / 1000
    wait = headers.get("retry-after", "")
    try:
        return max(0.0, float(wait))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(wait) - clock.now()).total_seconds())
    except ValueError:
        return None
