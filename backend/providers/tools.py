"""What jobs and routes work with: one of each, made at start and handed down."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from backend.platform.db import Sessions
from backend.platform.errors import AppError
from backend.platform.http import open_guarded_client
from backend.platform.settings import (
    RETELL_ITSELF,
    KeyedProvider,
    Settings,
    SettingsInvalid,
)
from backend.providers.llm import PROVIDERS, Llm
from backend.providers.llm_answer import Access
from backend.providers.llm_errors import LlmNotUsable
from backend.providers.retell import Retell
from backend.providers.retell_catalog import RetellCatalog


@dataclass(frozen=True)
class Tools:
    settings: Settings
    sessions: Sessions
    retell: Retell
    llm: Llm
    catalog: RetellCatalog
    http: httpx.AsyncClient


class KeyMissing(AppError):
    code, title = "key-missing", "A key is missing in the settings"


@asynccontextmanager
async def open_tools(settings: Settings, sessions: Sessions) -> AsyncIterator[Tools]:
    """Make the tools, and close what they hold in the end. Raises KeyMissing."""
    async with (
        _open_providers(settings) as (retell, llm),
        open_guarded_client(_allowed(settings)) as http,
    ):
        yield Tools(settings, sessions, retell, llm, RetellCatalog(retell), http)


def _allowed(settings: Settings) -> tuple[str, ...]:
    """Name what may be called though not public: a Retell inside keeps its recordings inside."""
    retell = settings.retell.base_url
    inside = () if retell == RETELL_ITSELF else (urlsplit(retell).hostname or "",)
    return (*settings.outbound_allow, *inside)


async def check_keys(settings: Settings) -> None:
    """Find out whether the tools can be made, and nothing more. Raises KeyMissing."""
    async with _open_providers(settings):
        pass


@asynccontextmanager
async def _open_providers(settings: Settings) -> AsyncIterator[tuple[Retell, Llm]]:
    if settings.retell.api_key is None:
        raise KeyMissing(
            "RETELL_API_KEY is missing: set it to the key of your Retell account. "
            "`ringback demo` needs none."
        )
    llm = _llm(settings)
    retell = Retell(
        api_key=settings.retell.api_key.get_secret_value(), base_url=settings.retell.base_url
    )
    try:
        yield retell, llm
    finally:
        await llm.close()
        await retell.close()


def _llm(settings: Settings) -> Llm:
    access = {provider: _access(getattr(settings, provider)) for provider in PROVIDERS}
    try:
        llm = Llm(
            settings.llm.model,
            access=access,
            fallbacks=settings.llm.fallback_models,
            timeout_seconds=settings.llm.timeout_seconds,
            max_attempts=settings.llm.max_attempts,
        )
        if settings.llm.check_model not in {"same", "off"}:
            llm.refuse_unusable(settings.llm.check_model)
    except LlmNotUsable as failure:
        raise SettingsInvalid(
            f"LLM_MODEL, LLM_FALLBACK_MODELS or LLM_CHECK_MODEL is not usable: {failure.detail}"
        ) from failure
    return llm


def _access(provider: KeyedProvider) -> Access:
    key = provider.api_key
    return Access(
        key.get_secret_value() if key else None,
        provider.base_url,
        provider.concurrency,
        provider.requests_per_minute,
    )
