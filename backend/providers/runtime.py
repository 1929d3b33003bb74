"""What jobs and routes run with: made at start, handed down, and different for organisations."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from sqlalchemy.exc import SQLAlchemyError

from backend.platform.configuration.groups import RETELL_ITSELF, KeyedProvider, WithheldProvider
from backend.platform.db import CONNECTION_LOST, Sessions
from backend.platform.http import open_guarded_client
from backend.platform.settings import GivenSettings, Settings, SettingsInvalid
from backend.platform.storage import Storage, open_storage
from backend.providers.embedding.embedding import Embedding
from backend.providers.llm import PROVIDERS, Llm
from backend.providers.llm_answer import Access
from backend.providers.llm_errors import LlmNotUsable
from backend.providers.retell import Retell
from backend.providers.retell_catalog import RetellCatalog
from backend.providers.transcription.transcription import Transcription

# How long another process may go on with keys that were changed in this one.
KEPT_SECONDS = 2.0


class OwnSettings(Protocol):
    """Where the settings of an organisation are read, its own keys in place."""

    async def read(self, org_id: UUID) -> Settings: ...


@dataclass(frozen=True)
class Runtime:
    """Settings, database, and the way to the accounts at Retell and of language models."""

    settings: Settings
    sessions: Sessions
    retell: Retell
    llm: Llm
    catalog: RetellCatalog
    http: httpx.AsyncClient
    storage: Storage
    transcription: Transcription
    embedding: Embedding
    organisations: "Organisations | None" = field(default=None, repr=False)

    async def of(self, org_id: UUID) -> "Runtime":
        """Return the runtime as this organisation has it: with its own keys and accounts."""
        return self if self.organisations is None else await self.organisations.of(org_id)

    async def fresh(self, org_id: UUID) -> "Runtime":
        """Return it as the organisation has it at this moment, whichever process changed it."""
        self.forget(org_id)
        return await self.of(org_id)

    def forget(self, org_id: UUID) -> None:
        """Read the organisation's settings anew next time, since they have been changed."""
        if self.organisations is not None:
            self.organisations.forget(org_id)


class KeyMissing(SettingsInvalid):
    code, title = "key-missing", "A key is missing in the settings"


@asynccontextmanager
async def open_runtime(
    settings: Settings,
    sessions: Sessions,
    own_settings: OwnSettings | None = None,
    *,
    refuses: bool = True,
) -> AsyncIterator[Runtime]:
    """Make the runtime, and close what it holds in the end. Raises KeyMissing.

    Without `own_settings` all organisations have those of the settings. Without `refuses` keys may
    be missing: using what needs them fails.
    """
    async with AsyncExitStack() as stack:
        retell, llm = await stack.enter_async_context(_open_providers(settings, refuses=refuses))
        http = await stack.enter_async_context(open_guarded_client(_allowed(settings)))
        storage = open_storage(settings.storage, settings.data_dir)
        transcription = Transcription(settings)
        stack.push_async_callback(transcription.close)
        embedding = Embedding(settings)
        stack.push_async_callback(embedding.close)
        runtime = Runtime(
            *(settings, sessions, retell, llm, RetellCatalog(retell), http, storage, transcription),
            embedding,
        )
        if own_settings is not None:
            runtime = replace(runtime, organisations=Organisations(runtime, own_settings, stack))
        yield runtime


_Accounts: TypeAlias = tuple[object, ...]


class Organisations:
    """The runtime of each organisation. Those with the same accounts share connections and pace."""

    def __init__(self, base: Runtime, own_settings: OwnSettings, stack: AsyncExitStack) -> None:
        self._own_settings = own_settings
        self._stack = stack
        self._of_accounts: dict[_Accounts, Runtime] = {_accounts(base.settings): base}
        self._of_org: dict[UUID, tuple[float, Runtime]] = {}
        self._opening = asyncio.Lock()
        self._changes = 0

    async def of(self, org_id: UUID) -> Runtime:
        until, known = self._of_org.get(org_id, (0.0, None))
        if known is not None and until > time.monotonic():
            return known
        changes = self._changes
        try:
            settings = await self._own_settings.read(org_id)
        except (*CONNECTION_LOST, SQLAlchemyError):
            if known is None:
                raise
            return known
        shared = await self._with_accounts(settings)
        runtime = replace(shared, settings=settings, organisations=self)
        # What was changed while it was read is read again next time.
        if changes == self._changes:
            self._of_org[org_id] = (time.monotonic() + KEPT_SECONDS, runtime)
        return runtime

    def forget(self, org_id: UUID) -> None:
        self._changes += 1
        self._of_org.pop(org_id, None)

    async def _with_accounts(self, settings: Settings) -> Runtime:
        """Find or make what talks to these accounts. It stays open: jobs may be using it."""
        accounts = _accounts(settings)
        async with self._opening:
            if accounts not in self._of_accounts:
                retell, llm = await self._stack.enter_async_context(
                    _open_providers(settings, refuses=False)
                )
                base = next(iter(self._of_accounts.values()))
                transcription = Transcription(settings, base.transcription.local)
                self._stack.push_async_callback(transcription.close)
                embedding = Embedding(settings, base.embedding)
                self._stack.push_async_callback(embedding.close)
                self._of_accounts[accounts] = replace(
                    base,
                    settings=settings,
                    retell=retell,
                    llm=llm,
                    catalog=RetellCatalog(retell),
                    transcription=transcription,
                    embedding=embedding,
                )
            return self._of_accounts[accounts]


def _accounts(settings: Settings) -> _Accounts:
    """Name the accounts that settings lead to: what differs here cannot share a connection."""
    providers = (getattr(settings, provider) for provider in PROVIDERS)
    sound = (settings.transcriber, settings.deepgram, settings.assemblyai)
    return (settings.retell.api_key, settings.llm.model, *providers, *sound)


def _allowed(settings: Settings) -> tuple[str, ...]:
    """Name what may be called though not public: a Retell inside keeps its recordings inside."""
    retell = settings.retell.base_url
    inside = () if retell == RETELL_ITSELF else (urlsplit(retell).hostname or "",)
    return (*settings.outbound_allow, *inside)


async def check_keys(settings: GivenSettings) -> None:
    """Find out whether the runtime can be made, and nothing more. Raises KeyMissing."""
    async with _open_providers(settings, refuses=True):
        pass


@asynccontextmanager
async def _open_providers(
    settings: GivenSettings, *, refuses: bool
) -> AsyncIterator[tuple[Retell, Llm]]:
    key = settings.retell.api_key
    if key is None and refuses:
        raise KeyMissing(
            "RETELL_API_KEY is missing: set it to the key of your Retell account. "
            "`ringback demo` needs none."
        )
    llm = _llm(settings, refuses=refuses)
    retell = Retell(
        api_key=key.get_secret_value() if key else None, base_url=settings.retell.base_url
    )
    try:
        yield retell, llm
    finally:
        await llm.close()
        await retell.close()


def _llm(settings: GivenSettings, *, refuses: bool) -> Llm:
    access = {provider: _access(getattr(settings, provider)) for provider in PROVIDERS}
    try:
        llm = Llm(
            settings.llm.model,
            access=access,
            fallbacks=settings.llm.fallback_models,
            timeout_seconds=settings.llm.timeout_seconds,
            max_attempts=settings.llm.max_attempts,
            refuses=refuses,
        )
        if refuses and settings.llm.check_model not in {"same", "off"}:
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
        is_withheld=isinstance(provider, WithheldProvider),
    )
