"""Whether searches are answered by meaning, and if not, why, in words that say what to do."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.meaning import queries, vectors
from backend.insights.meaning.models import Embedder
from backend.platform import db
from backend.platform.errors import AppError
from backend.providers.runtime import Runtime


class MeaningState(StrEnum):
    READY = "ready"
    PREPARING = "preparing"
    FAILING = "failing"
    NOT_USABLE = "not_usable"
    NO_PGVECTOR = "no_pgvector"
    OFF = "off"


_WORDS_ALONE = "Search goes by words alone."
_OFF = f"EMBEDDER is off. {_WORDS_ALONE} Set it to local, openai/… or ollama/… for more."
_NO_PGVECTOR = (
    f"This PostgreSQL has no pgvector from 0.8 up. {_WORDS_ALONE} Have its administrator install "
    "it and run `create extension vector` in this database; the worker notices by itself."
)


@dataclass(frozen=True)
class MeaningStatus:
    """How far it is. `serving` answers searches, also while another model is on its way."""

    state: MeaningState
    detail: str | None
    embedder: str | None
    serving: Embedder | None = None


async def look(runtime: Runtime, org_id: UUID) -> MeaningStatus:
    """Look how an organisation, whose runtime this is, is served."""
    identity = runtime.embedding.identity
    if identity is None:
        return MeaningStatus(MeaningState.OFF, _OFF, None)
    async with db.transaction(runtime.sessions) as session:
        if not await vectors.is_ready(session):
            return MeaningStatus(MeaningState.NO_PGVECTOR, _NO_PGVECTOR, identity)
        meaning = await queries.find_meaning(session, org_id)
        serving = await _serving(session, meaning.embedder_id if meaning else None)
        failure = meaning.failure if meaning else None
    try:
        runtime.embedding.refuse_unusable(serving.name if serving else identity)
    except AppError as refusal:
        detail = f"{refusal.detail} {_WORDS_ALONE}"
        return MeaningStatus(MeaningState.NOT_USABLE, detail, identity)
    if failure is not None:
        return MeaningStatus(MeaningState.FAILING, failure, identity, serving)
    if serving is None or serving.name != identity:
        return MeaningStatus(MeaningState.PREPARING, _preparing(serving), identity, serving)
    return MeaningStatus(MeaningState.READY, None, identity, serving)


async def _serving(session: AsyncSession, embedder_id: int | None) -> Embedder | None:
    return None if embedder_id is None else await session.get(Embedder, embedder_id)


def _preparing(serving: Embedder | None) -> str:
    if serving is None:
        return f"Calls are being read for their meaning. Until all are, {_WORDS_ALONE.lower()}"
    return f"Calls are being read by another model. Until all are, {serving.name} answers."
