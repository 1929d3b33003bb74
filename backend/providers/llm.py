"""Our verbs over language models: which one to ask, at what pace, and which one to ask instead."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from loguru import logger

from backend.platform.errors import AppError, Retryable
from backend.providers.llm_answer import Access, LlmAnswer, Meter, T
from backend.providers.llm_errors import LlmBusy, LlmNotUsable
from backend.providers.llm_limits import ProviderLimiter

if TYPE_CHECKING:
    from backend.providers.llm_model import LlmModel

# What an agent may be given; each is asked through Instructor's `from_provider`.
PROVIDERS = ("openai", "anthropic", "gemini", "ollama")
_ALIASES = {"google": "gemini"}
_BUSY_SECONDS = 20.0


@dataclass(frozen=True)
class Question:
    """What to ask, before it is known whom."""

    system: str
    user: str


class Llm:
    """The language models of the settings. The first answer takes longer: SDKs load slowly.

    When `model` fails, whatever the reason, `fallbacks` are asked in their order. When all fail,
    the failure worth another try counts, else the first.
    """

    def __init__(
        self,
        model: str,
        *,
        access: Mapping[str, Access],
        fallbacks: Sequence[str] = (),
        timeout_seconds: float = 60,
        max_attempts: int = 3,
        refuses: bool = True,
    ) -> None:
        """Raise LlmNotUsable when one of the models cannot be asked with these settings.

        Without `refuses`, asking does.
        """
        self.model = model
        self._fallbacks = tuple(fallbacks)
        self._access = dict(access)
        self._timeout_seconds = timeout_seconds
        self._max_attempts = max_attempts
        self._models: dict[str, LlmModel] = {}
        self._limiters: dict[str, ProviderLimiter] = {}
        for name in (model, *fallbacks) if refuses else ():
            self.refuse_unusable(name)

    async def answer(  # noqa: PLR0913 - by name, and all but the question have defaults
        self,
        *,
        system: str,
        user: str,
        answer_model: type[T],
        check: Callable[[T], list[str]] | None = None,
        model: str | None = None,
        falls_back: bool = True,
        meter: Meter | None = None,
    ) -> LlmAnswer[T]:
        """Ask, and when `check` has complaints, have the answer mended once.

        Complaints that are left do not fail: they come back with the better of the two answers.
        `check` is called in a thread.
        `model` is asked instead of the one set; unless it `falls_back`, nobody else is.
        `meter` takes down what each took that was asked, whatever comes of it.
        """
        failures: list[AppError] = []
        question = Question(system, user)
        fallbacks = self._fallbacks if falls_back else ()
        for name in dict.fromkeys((model or self.model, *fallbacks)):
            try:
                return await self._ask(name, question, answer_model, check, meter)
            except AppError as failure:
                logger.warning("llm.failed", model=name, reason=failure.code)
                failures.append(failure)
        raise next((f for f in failures if isinstance(f, Retryable)), failures[0])

    async def prepare(self, model: str | None = None) -> None:
        """Load what the first answer would have to wait for."""
        try:
            await self._open(model or self.model)
        except LlmNotUsable as failure:
            logger.warning("llm.not_usable", reason=failure.detail)

    async def close(self) -> None:
        for opened in self._models.values():
            await opened.close()

    async def _ask(
        self,
        name: str,
        question: Question,
        answer_model: type[T],
        check: Callable[[T], list[str]] | None,
        meter: Meter | None,
    ) -> LlmAnswer[T]:
        asked = await self._open(name)
        limiter = self._limiter(name)
        async with limiter.slot():
            try:
                answer = await asked.answer(
                    system=question.system,
                    user=question.user,
                    answer_model=answer_model,
                    check=check,
                    meter=meter,
                )
            except LlmBusy as busy:
                limiter.close_for(busy.retry_after or _BUSY_SECONDS)
                raise
        limiter.count(answer.attempts - 1)
        return answer

    async def _open(self, name: str) -> "LlmModel":
        if name not in self._models:
            self.refuse_unusable(name)
            loaded = await asyncio.to_thread(_load)
            # Another task may have opened it meanwhile.
            if name not in self._models:
                self._models[name] = loaded(
                    name,
                    access=self._access.get(_provider(name), Access()),
                    timeout_seconds=self._timeout_seconds,
                    max_attempts=self._max_attempts,
                )
        return self._models[name]

    def _limiter(self, name: str) -> ProviderLimiter:
        provider = _provider(name)
        if provider not in self._limiters:
            own = self._access.get(provider, Access())
            self._limiters[provider] = ProviderLimiter(
                concurrency=own.concurrency, requests_per_minute=own.requests_per_minute
            )
        return self._limiters[provider]

    def refuse_unusable(self, model: str) -> None:
        """Find out what can be known without loading an SDK."""
        provider, _, name = model.partition("/")
        provider = _provider(model)
        if not name:
            raise LlmNotUsable(
                f"{model!r} is no model; it is written provider/model, like openai/gpt-5-mini."
            )
        if provider not in PROVIDERS:
            raise LlmNotUsable(
                f"{model!r} cannot be asked: the provider is one of {', '.join(PROVIDERS)}. A "
                "server that speaks OpenAI's protocol is openai/... with OPENAI_BASE_URL."
            )
        own = self._access.get(provider, Access())
        if own.is_withheld:
            raise LlmNotUsable(
                f"{model!r} cannot be asked: the key that this installation has for {provider} is "
                "another organization's. Set one of your own."
            )
        has_no_key = own.api_key is None and (own.base_url is None or provider != "openai")
        if has_no_key and provider != "ollama":
            raise LlmNotUsable(f"{model!r} cannot be asked without {provider.upper()}_API_KEY.")


def _provider(model: str) -> str:
    provider = model.partition("/")[0]
    return _ALIASES.get(provider, provider)


def _load() -> "type[LlmModel]":
    from backend.providers.llm_model import LlmModel

    return LlmModel
