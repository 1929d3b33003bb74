"""Which language models an organisation's records are made with, and whether they answer."""

from collections.abc import Collection

from fastapi import APIRouter

from backend.auth import organisations
from backend.auth.deps import Admin, CurrentRuntime
from backend.auth.model_schemas import (
    KeySource,
    ModelCheck,
    ModelCheckRead,
    ModelRead,
    ModelsRead,
    ModelUse,
    ProviderRead,
)
from backend.auth.models import Organisation
from backend.platform import db
from backend.platform.configuration.groups import KeyedProvider
from backend.platform.settings import Settings
from backend.providers import llm_check
from backend.providers.llm import PROVIDERS, Llm
from backend.providers.llm_errors import LlmNotUsable

router = APIRouter(prefix="/api/v1/models", tags=["models"])


@router.get("")
async def list_models(caller: Admin, runtime: CurrentRuntime) -> ModelsRead:
    """Show which models make records, what they cost, and whose keys they are asked with."""
    async with db.transaction(runtime.sessions) as session:
        org = await session.get_one(Organisation, caller.org_id)
        own = {key.name.value for key in await organisations.list_keys(session, org.id)}
    settings = runtime.settings
    return ModelsRead(
        extraction_model=settings.llm.model,
        is_own=org.llm_model is not None,
        fallback_models=list(settings.llm.fallback_models),
        check_model=settings.llm.check_model,
        timeout_seconds=settings.llm.timeout_seconds,
        max_attempts=settings.llm.max_attempts,
        models=_models(settings, runtime.llm),
        providers=[_provider(name, getattr(settings, name), own) for name in PROVIDERS],
    )


@router.post("/check")
async def check_model(body: ModelCheck, caller: Admin, runtime: CurrentRuntime) -> ModelCheckRead:
    """Ask one model a tiny question, with the organisation's keys. Costs a few tokens."""
    caller.note(object_id=caller.org_id, model=body.model)
    found = await llm_check.check_model(runtime.llm, body.model)
    return ModelCheckRead.of(body.model, found, runtime.settings)


def _models(settings: Settings, llm: Llm) -> list[ModelRead]:
    uses: dict[str, list[ModelUse]] = {settings.llm.model: [ModelUse.EXTRACTION]}
    for name in settings.llm.fallback_models:
        uses.setdefault(name, []).append(ModelUse.FALLBACK)
    reader = settings.llm.check_model
    if reader != "off":
        reader = settings.llm.model if reader == "same" else reader
        uses.setdefault(reader, []).append(ModelUse.SECOND_READING)
    prices = settings.llm.prices
    return [
        ModelRead(
            model=name,
            uses=found,
            problem=_problem(llm, name),
            input_cents=prices[name][0] if name in prices else None,
            output_cents=prices[name][1] if name in prices else None,
        )
        for name, found in uses.items()
    ]


def _problem(llm: Llm, model: str) -> str | None:
    try:
        llm.refuse_unusable(model)
    except LlmNotUsable as failure:
        return failure.detail
    return None


def _provider(name: str, settings: KeyedProvider, own: Collection[str]) -> ProviderRead:
    source = KeySource.ORGANISATION if f"{name}_api_key" in own else KeySource.INSTALLATION
    return ProviderRead(
        name=name,
        key=None if settings.api_key is None else source,
        has_own_address=settings.base_url is not None,
        concurrency=settings.concurrency,
        requests_per_minute=settings.requests_per_minute,
    )
