"""One language model, asked through Instructor for an answer of a given form.

Importing this takes most of a second, so `llm` does it when the first answer is wanted.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Generic, NamedTuple, cast
from urllib.parse import urlsplit

import httpx2
import instructor
from instructor.core.exceptions import ConfigurationError
from instructor.core.hooks import Hooks
from openai import OpenAIError
from pydantic import BaseModel

from backend.platform.errors import AppError
from backend.providers.llm_answer import Access, Exchange, LlmAnswer, Meter, T, Taken
from backend.providers.llm_errors import LlmBusy, LlmNotUsable
from backend.providers.llm_failures import failure_of, timed_out

Messages = Sequence[dict[str, str]]


_MEND = """\
Your answer was checked, and this is wrong with it:
{complaints}
Give the whole answer again. Mend what is wrong and leave the rest as it is. Where what you were \
given does not support a value, leave it null; do not make one up to satisfy the check."""


class LlmModel:
    """One language model, named as `provider/model`.

    Answers that do not have the asked form are asked for again by Instructor, up to
    `max_attempts` requests. The SDK's own retries are off; the job around a call retries.
    """

    def __init__(
        self,
        model: str,
        *,
        access: Access,
        timeout_seconds: float = 60,
        max_attempts: int = 3,
    ) -> None:
        """Raise LlmNotUsable when the model cannot be asked with these settings."""
        _keep_out_of_the_log()
        self.model = model
        self._timeout = timeout_seconds
        self._max_attempts = max_attempts
        self._client = _client(model, access, timeout_seconds)
        self._own_role = "model" if model.startswith(("gemini/", "google/")) else "assistant"
        self._is_shown_form = model.startswith("ollama/")

    async def answer(
        self,
        *,
        system: str,
        user: str,
        answer_model: type[T],
        check: Callable[[T], list[str]] | None = None,
        meter: Meter | None = None,
    ) -> LlmAnswer[T]:
        """Ask, and when `check` has complaints, have the answer mended once.

        Complaints that are left do not fail: they come back with the better of the two answers.
        `meter` takes down what it took, whatever comes of it.
        """
        if self._is_shown_form:
            system = f"{system}\n\n{_form_in_words(answer_model)}"
        asked = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        count = _Count({"model": self.model, "messages": [*asked], "answers": []})
        try:
            value = await self._ask(asked, answer_model, count)
            attempt = await _checked(value, check)
            if check and attempt.complaints:
                again = [*asked, *_to_mend(attempt, as_role=self._own_role)]
                attempt = await self._mended(again, answer_model, attempt, check, count)
        finally:
            if meter is not None:
                meter.taken.append(count.taken(self.model))
        return LlmAnswer(
            value=attempt.value,
            model=self.model,
            attempts=count.requests,
            input_tokens=count.input_tokens,
            output_tokens=count.output_tokens,
            exchange=count.exchange,
            complaints=tuple(attempt.complaints),
        )

    async def close(self) -> None:
        sdk: Any = self._client.client
        if hasattr(sdk, "aio"):
            await sdk.aio.aclose()
            sdk.close()
        else:
            await sdk.close()

    async def _mended(
        self,
        asked: Messages,
        answer_model: type[T],
        first: "_Checked[T]",
        check: Callable[[T], list[str]],
        count: "_Count",
    ) -> "_Checked[T]":
        """Ask for a better answer, and keep the first when there is none, for whatever reason.

        Only a provider that is busy is waited for: it says that it will answer, and when.
        """
        try:
            value = await self._ask(asked, answer_model, count)
        except LlmBusy:
            raise
        except AppError:
            return first
        mended = await _checked(value, check)
        return mended if len(mended.complaints) <= len(first.complaints) else first

    async def _ask(self, messages: Messages, answer_model: type[T], count: "_Count") -> T:
        """Have Instructor ask until the answer has the form. Raises only failures of ours."""
        asked: list[Any] = list(messages)
        try:
            # The SDK's timeout restarts with every byte received; this one does not.
            async with asyncio.timeout(self._timeout * self._max_attempts):
                return await self._client.create(
                    response_model=_prepared(answer_model),
                    messages=asked,
                    max_retries=self._max_attempts - 1,
                    strict=False,
                    hooks=count.hooks(),
                )
        except TimeoutError:
            raise timed_out(self.model) from None
        except Exception as error:  # noqa: BLE001 - each SDK has its own base class
            failure = failure_of(
                error,
                model=self.model,
                attempts=count.requests,
                last_response=count.last_response,
            )
        # Outside the handler, so that no traceback leads to what was asked and answered.
        raise failure


def _keep_out_of_the_log() -> None:
    """Silence what would log prompts and answers, and with them what was said in calls."""
    logging.getLogger("instructor").setLevel(logging.CRITICAL + 1)
    for sdk in ("openai", "anthropic", "google_genai"):
        logging.getLogger(sdk).setLevel(logging.WARNING)


class _Checked(NamedTuple, Generic[T]):
    value: T
    complaints: list[str]


async def _checked(value: T, check: Callable[[T], list[str]] | None) -> _Checked[T]:
    """Check an answer in a thread: of a long text it may take long, and others wait meanwhile."""
    return _Checked(value, await asyncio.to_thread(check, value) if check else [])


def _to_mend(attempt: _Checked[T], *, as_role: str) -> Messages:
    listed = "\n".join(f"- {complaint}" for complaint in attempt.complaints)
    return [
        {"role": as_role, "content": attempt.value.model_dump_json(by_alias=True)},
        {"role": "user", "content": _MEND.format(complaints=listed)},
    ]


def _form_in_words(answer_model: type[BaseModel]) -> str:
    """Write down the form for Ollama, which keeps a model to it but does not show it to the model.

    Without it, the model would not know what the fields mean.
    """
    form = json.dumps(answer_model.model_json_schema(), ensure_ascii=False)
    return f"Answer with JSON that this schema describes, and with nothing else:\n{form}"


class _Count:
    """Counts requests and tokens, failed answers included."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.requests = 0
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None
        self.last_response: Any = None
        self._responses = self._counted = 0

    def taken(self, model: str) -> Taken:
        tokens: tuple[int | None, int | None] = (self.input_tokens or 0, self.output_tokens or 0)
        if self._counted < self._responses:
            tokens = (None, None)
        return Taken(model, self.requests, *tokens, self.exchange)

    def hooks(self) -> Hooks:
        hooks = Hooks()
        hooks.on("completion:kwargs", self._count)
        hooks.on("completion:response", self._read)
        return hooks

    def _count(self, *_args: Any, **_kwargs: Any) -> None:
        self.requests += 1

    def _read(self, response: Any) -> None:
        self.last_response = response
        self._responses += 1
        if isinstance(response, BaseModel):
            self.exchange["answers"].append(response.model_dump(mode="json"))
        for usage in (getattr(response, "usage", None), getattr(response, "usage_metadata", None)):
            for into, out_of in _USAGE:
                taken, given = getattr(usage, into, None), getattr(usage, out_of, None)
                if isinstance(taken, int) and isinstance(given, int):
                    self.input_tokens = (self.input_tokens or 0) + taken
                    self.output_tokens = (self.output_tokens or 0) + given
                    self._counted += 1
                    return


# The names at OpenAI, Anthropic and Google.
_USAGE = (
    ("prompt_tokens", "completion_tokens"),
    ("input_tokens", "output_tokens"),
    ("prompt_token_count", "candidates_token_count"),
)

# Anthropic wants to be told how long an answer may get; this is what all its models allow.
_ANTHROPIC_MAX_TOKENS = 8192


def _client(model: str, access: Access, timeout: float) -> instructor.AsyncInstructor:
    provider, _, name = model.partition("/")
    # Instructor's name for Google's SDK of today is `google`; its `gemini` is the abandoned one.
    provider = "google" if provider == "gemini" else provider
    try:
        client = instructor.from_provider(
            f"{provider}/{name}", async_client=True, **_options(provider, access, timeout)
        )
    except (ConfigurationError, ImportError) as error:
        reason = str(error).rstrip(".")
        raise LlmNotUsable(f"The model {model} cannot be asked: {reason}.") from None
    except (OpenAIError, ValueError):
        raise LlmNotUsable(
            f"The model {model} cannot be asked: what it needs is not set (a key, most likely)."
        ) from None
    if provider in {"anthropic", "ollama"}:
        # Instructor hands on the key at most. The SDK's client may be set up later, too.
        sdk: Any = client.client
        sdk.timeout, sdk.max_retries = timeout, 0
        # Never what the SDK finds in the environment: that is somebody else's.
        sdk.api_key = access.api_key or "none"
        sdk.base_url = _base_url(provider, access) or sdk.base_url
    return client


def _base_url(provider: str, access: Access) -> str | None:
    """Lead to Ollama's side that speaks OpenAI's protocol, also when its address alone is given."""
    if provider == "ollama" and access.base_url and not urlsplit(access.base_url).path.strip("/"):
        return f"{access.base_url.rstrip('/')}/v1"
    return access.base_url


def _options(provider: str, access: Access, timeout: float) -> dict[str, Any]:
    match provider:
        case "openai":
            # A server of one's own often wants no key, while the SDK insists on one.
            key = access.api_key or ("none" if access.base_url else None)
            limits = {"timeout": timeout, "max_retries": 0}
            return {"api_key": key, "base_url": access.base_url, **limits}
        case "anthropic":
            return {"api_key": access.api_key, "max_tokens": _ANTHROPIC_MAX_TOKENS}
        case "google":
            # With a transport of ours it uses httpx; else aiohttp, whose sessions it leaves open.
            transport = {"transport": httpx2.AsyncHTTPTransport()}
            http: dict[str, Any] = {
                "timeout": round(timeout * 1000),
                "async_client_args": transport,
            }
            if access.base_url:
                http["base_url"] = access.base_url
            return {"api_key": access.api_key, "http_options": http}
        case _:
            # Ollama does not hold models to a tool; to a schema it does, whichever the model.
            return {"mode": instructor.Mode.JSON_SCHEMA}


@lru_cache(maxsize=256)
def _prepared(answer_model: type[T]) -> type[T]:
    """Derive once what Instructor would derive, and keep the schema of, for each request."""
    return cast("type[T]", instructor.response_schema(answer_model))
