"""Our verbs over Instructor: ask a language model for an answer of a given form."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar, cast

import instructor
from instructor.core.exceptions import ConfigurationError
from instructor.core.hooks import Hooks
from openai import OpenAIError
from pydantic import BaseModel

from backend.platform.settings import SettingsInvalid
from backend.providers.llm_errors import LlmAnswerUnusable
from backend.providers.llm_failures import failure_of, timed_out

T = TypeVar("T", bound=BaseModel)
Messages = Sequence[dict[str, str]]


@dataclass(frozen=True)
class Access:
    """How a provider is reached. None: as its SDK does by default."""

    api_key: str | None = None
    base_url: str | None = None


@dataclass(frozen=True)
class LlmAnswer(Generic[T]):
    """An answer, with what it took. `raw` is the provider's last response, as JSON."""

    value: T
    model: str
    attempts: int
    input_tokens: int | None
    output_tokens: int | None
    raw: str
    # What the caller's check still found wrong after the answer was mended.
    complaints: tuple[str, ...] = ()


_MEND = """\
Your answer was checked, and this is wrong with it:
{complaints}
Give the whole answer again. Mend what is wrong and leave the rest as it is. Where what you were \
given does not support a value, leave it null; do not make one up to satisfy the check."""


class Llm:
    """One language model, named as `provider/model`.

    Answers that do not have the asked form are asked for again by Instructor, up to
    `max_attempts` requests. The SDK's own retries are off; the job around a call retries.
    """

    def __init__(
        self,
        model: str,
        *,
        access: Mapping[str, Access],
        timeout_seconds: float = 60,
        max_attempts: int = 3,
    ) -> None:
        """Raise SettingsInvalid when the model cannot be asked with these settings."""
        _keep_out_of_the_log()
        self.model = model
        self._timeout = timeout_seconds
        self._max_attempts = max_attempts
        self._client = _client(model, access, timeout_seconds)

    async def answer(
        self,
        *,
        system: str,
        user: str,
        answer_model: type[T],
        check: Callable[[T], list[str]] | None = None,
    ) -> LlmAnswer[T]:
        """Ask, and when `check` has complaints, have the answer mended once.

        Complaints that are left do not fail: they come back with the better of the two answers.
        """
        asked = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        meter = _Meter()
        value = await self._ask(asked, answer_model, meter)
        attempt = _Checked(value, check(value) if check else [])
        if check and attempt.complaints:
            again = [*asked, *_to_mend(attempt)]
            attempt = await self._mended(again, answer_model, attempt, check, meter)
        return LlmAnswer(
            value=attempt.value,
            model=self.model,
            attempts=meter.requests,
            input_tokens=meter.input_tokens,
            output_tokens=meter.output_tokens,
            raw=meter.raw,
            complaints=tuple(attempt.complaints),
        )

    async def close(self) -> None:
        sdk: Any = self._client.client
        await sdk.close()

    async def _mended(
        self,
        asked: Messages,
        answer_model: type[T],
        first: "_Checked[T]",
        check: Callable[[T], list[str]],
        meter: "_Meter",
    ) -> "_Checked[T]":
        """Ask for a better answer, and keep the first when there is none."""
        try:
            value = await self._ask(asked, answer_model, meter)
        except LlmAnswerUnusable:
            return first
        mended = _Checked(value, check(value))
        return mended if len(mended.complaints) <= len(first.complaints) else first

    async def _ask(self, messages: Messages, answer_model: type[T], meter: "_Meter") -> T:
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
                    hooks=meter.hooks(),
                )
        except TimeoutError:
            raise timed_out(self.model) from None
        except Exception as error:  # noqa: BLE001 - each SDK has its own base class
            failure = failure_of(
                error,
                model=self.model,
                attempts=meter.requests,
                last_response=meter.last_response,
            )
        # Outside the handler, so that no traceback leads to what was asked and answered.
        raise failure


def _keep_out_of_the_log() -> None:
    """Silence what would log prompts and answers, and with them what was said in calls."""
    logging.getLogger("instructor").setLevel(logging.CRITICAL + 1)
    logging.getLogger("openai").setLevel(logging.WARNING)


class _Checked(NamedTuple, Generic[T]):
    value: T
    complaints: list[str]


def _to_mend(attempt: _Checked[T]) -> Messages:
    listed = "\n".join(f"- {complaint}" for complaint in attempt.complaints)
    return [
        {"role": "assistant", "content": attempt.value.model_dump_json(by_alias=True)},
        {"role": "user", "content": _MEND.format(complaints=listed)},
    ]


class _Meter:
    """Counts requests and tokens, failed answers included."""

    def __init__(self) -> None:
        self.requests = 0
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None
        self.last_response: Any = None

    def hooks(self) -> Hooks:
        hooks = Hooks()
        hooks.on("completion:kwargs", self._count)
        hooks.on("completion:response", self._read)
        return hooks

    @property
    def raw(self) -> str:
        response = self.last_response
        return response.model_dump_json() if isinstance(response, BaseModel) else ""

    def _count(self, *_args: Any, **_kwargs: Any) -> None:
        self.requests += 1

    def _read(self, response: Any) -> None:
        self.last_response = response
        for usage in (getattr(response, "usage", None), getattr(response, "usage_metadata", None)):
            for into, out_of in _USAGE:
                taken, given = getattr(usage, into, None), getattr(usage, out_of, None)
                if isinstance(taken, int) and isinstance(given, int):
                    self.input_tokens = (self.input_tokens or 0) + taken
                    self.output_tokens = (self.output_tokens or 0) + given
                    return


# The names at OpenAI, Anthropic and Google.
_USAGE = (
    ("prompt_tokens", "completion_tokens"),
    ("input_tokens", "output_tokens"),
    ("prompt_token_count", "candidates_token_count"),
)

# Instructor's name for Google's SDK of today is `google`; its `gemini` is the abandoned one.
_PROVIDERS = {"gemini": "google"}
_ACCESS = {"google": "gemini"}


def _client(model: str, access: Mapping[str, Access], timeout: float) -> instructor.AsyncInstructor:
    provider, _, name = model.partition("/")
    if not provider or not name:
        raise SettingsInvalid(
            f"LLM_MODEL is {model!r}; it is written provider/model, like openai/gpt-5-mini."
        )
    provider = _PROVIDERS.get(provider, provider)
    own = access.get(_ACCESS.get(provider, provider), Access())
    try:
        return instructor.from_provider(
            f"{provider}/{name}", async_client=True, **_options(provider, own, timeout)
        )
    except (ConfigurationError, ImportError) as error:
        reason = str(error).rstrip(".")
        raise SettingsInvalid(f"LLM_MODEL is {model!r}: {reason}.") from None
    except (OpenAIError, ValueError):
        raise SettingsInvalid(
            f"LLM_MODEL is {model!r}, and what it needs to be asked is not set "
            f"({_ACCESS.get(provider, provider).upper()}_API_KEY)."
        ) from None


def _options(provider: str, own: Access, timeout: float) -> dict[str, Any]:
    if provider == "openai":
        # A server of one's own often wants no key, while the SDK insists on one.
        key = own.api_key or ("none" if own.base_url else None)
        return {"api_key": key, "base_url": own.base_url, "timeout": timeout, "max_retries": 0}
    given = {"api_key": own.api_key, "base_url": own.base_url}
    return {name: value for name, value in given.items() if value is not None}


@lru_cache(maxsize=256)
def _prepared(answer_model: type[T]) -> type[T]:
    """Derive once what Instructor would derive, and keep the schema of, for each request."""
    return cast("type[T]", instructor.response_schema(answer_model))
