"""What the SDKs of language models raise, in our words.

OpenAI's and Anthropic's SDKs share their class names, Google's differs, and only the one in use
gets imported: so failures are told apart by status and by name. Their messages carry prompts,
answers and parts of keys, therefore nothing of them is passed on.
"""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

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

_CODE = re.compile(r"[A-Za-z0-9_]{1,60}")
_OUT_OF_CREDIT = {(429, "insufficient_quota"), (402, "billing_error")}
_SECONDS = re.compile(r"(\d+(?:\.\d+)?)s")


def failure_of(error: Exception, *, model: str, attempts: int, last_response: Any) -> AppError:
    """Turn what Instructor or an SDK raised into a failure of ours."""
    cause = error.__cause__ if _is_named(error, "InstructorRetryException") else error
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
    if (status, code) in _OUT_OF_CREDIT:
        return LlmOutOfCredit(f"The account that {model} is asked with has no credit left.")
    wait = _retry_after(cause)
    if status == 429 or (status == 503 and (wait or model.startswith(_QUEUES))):
        return LlmBusy(
            f"The language model {model} takes no more requests right now.", retry_after=wait
        )
    if status in (401, 403):
        return LlmKeyRejected(f"The provider of {model} rejects the key ({about}).")
    if status == 408:
        return timed_out(model)
    if status >= 500:
        return LlmFailed(f"The language model {model} failed ({about}).")
    if status == 404:
        why = _unknown(cause, model)
    else:
        why = f"The provider of {model} refuses the request"
    return LlmRequestRefused(f"{why} ({about}).")


# Whose 503 says that the queue is full. Elsewhere it may be anything, but for a `Retry-After`.
_QUEUES = "ollama/"


def _unknown(cause: BaseException, model: str) -> str:
    """Say what a 404 means: a model that is not there, or an address with nothing behind it."""
    provider, _, name = model.partition("/")
    body = getattr(cause, "body", {"error": None})
    if not isinstance(body, Mapping) or not body.keys() & {"error", "message"}:
        return (
            f"{model} is asked at an address without such an API; see {provider.upper()}_BASE_URL"
        )
    if provider == "ollama":
        return f"The model {name} is not pulled: run `ollama pull {name}` on the server"
    return f"The provider of {model} has no model {name}, or not for this account"


# The words for it at OpenAI, Anthropic and Google.
_DECLINED = {"content_filter", "refusal", "SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII"}
_CUT_OFF = {"length", "max_tokens", "MAX_TOKENS"}


def _unusable(error: Exception, last_response: Any) -> str:
    stopped = _stopped(last_response)
    if _is_named(error, "IncompleteOutputException") or stopped in _CUT_OFF:
        return "The language model's answer was cut off at its length limit."
    choice = _first(getattr(last_response, "choices", None))
    message = getattr(choice, "message", None)
    if getattr(message, "refusal", None) or stopped in _DECLINED:
        return "The language model declined to answer."
    if message is not None and not message.content and not getattr(message, "tool_calls", None):
        return "The language model's answer was empty."
    if message is None and _is_empty(last_response):
        return "The language model's answer was empty."
    return "The language model's answer did not have the form that was asked for."


def _stopped(response: Any) -> str | None:
    """Read why the model stopped, as its provider says."""
    choice = _first(getattr(response, "choices", None))
    candidate = _first(getattr(response, "candidates", None))
    reasons = (
        getattr(choice, "finish_reason", None),
        getattr(response, "stop_reason", None),
        getattr(candidate, "finish_reason", None),
        getattr(getattr(response, "prompt_feedback", None), "block_reason", None),
    )
    return next((str(getattr(r, "value", r)) for r in reasons if r), None)


def _is_empty(response: Any) -> bool:
    """Say whether Anthropic or Google sent an answer with nothing in it."""
    if hasattr(response, "candidates"):
        content = getattr(_first(response.candidates), "content", None)
        return not getattr(content, "parts", None)
    return hasattr(response, "content") and not response.content


def _first(several: Any) -> Any:
    return next(iter(several or ()), None)


def _status(cause: BaseException) -> int | None:
    """Read the HTTP status: `status_code` at OpenAI and Anthropic, `code` at Google."""
    for name in ("status_code", "code"):
        status = getattr(cause, name, None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _provider_code(cause: BaseException) -> str | None:
    """Take the provider's own word for the failure, if it is a word and not a sentence.

    `code` at OpenAI, `error.type` in the body at Anthropic, `status` at Google.
    """
    body = getattr(cause, "body", None)
    error = body.get("error") if isinstance(body, Mapping) else None
    typed = error.get("type") if isinstance(error, Mapping) else None
    for code in (getattr(cause, "code", None), getattr(cause, "status", None), typed):
        if isinstance(code, str) and _CODE.fullmatch(code):
            return code
    return None


def _told_by_google(cause: BaseException) -> float | None:
    """Read `error.details[].retryDelay` ("7s"), as google.rpc.RetryInfo has it."""
    details = getattr(cause, "details", None)
    error = details.get("error") if isinstance(details, Mapping) else None
    listed = error.get("details") if isinstance(error, Mapping) else None
    for detail in listed if isinstance(listed, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, Mapping) else None
        if isinstance(delay, str) and (seconds := _SECONDS.fullmatch(delay)):
            return float(seconds[1])
    return None


def _is_named(cause: BaseException, *parts: str) -> bool:
    return any(part in kind.__name__ for kind in type(cause).__mro__ for part in parts)


def _retry_after(cause: BaseException) -> float | None:
    """Read how many seconds to wait, as a number or as a date."""
    if (told := _told_by_google(cause)) is not None:
        return told
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
