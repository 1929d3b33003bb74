"""Searching by words, by what they mean, or by both; and for more of the same."""

from uuid import UUID

from loguru import logger
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights import queries
from backend.insights.errors import MeaningNotReady, PassageNotFound
from backend.insights.fusion import fused
from backend.insights.meaning import status, vectors
from backend.insights.meaning.models import Embedder
from backend.insights.meaning.status import MeaningStatus
from backend.insights.models import Answer, Near, PassageKey, SearchMode, Wanted
from backend.platform import db
from backend.platform.errors import AppError
from backend.providers.runtime import Runtime


async def search(runtime: Runtime, wanted: Wanted, question: str, mode: SearchMode) -> Answer:
    """Find passages, the best first; where both is asked for and only words are there, by words.

    Raises MeaningNotReady where meaning alone is asked for and is not there.
    """
    embedder, vector, missing = None, None, None
    if mode is not SearchMode.TEXT:
        looked = await status.look(runtime, wanted.org_id)
        embedder, missing = looked.serving, looked.detail
        if embedder is not None:
            vector, missing = await _ask(runtime, embedder, question)
        if vector is None and mode is SearchMode.MEANING:
            raise MeaningNotReady(missing or "Calls are not read for their meaning yet.")
    async with db.transaction(runtime.sessions) as session:
        weights = await queries.weigh(session, wanted) if wanted.words else {}
        by_words: list[Near] = []
        by_meaning: list[Near] = []
        if mode is not SearchMode.MEANING and weights:
            by_words = await queries.find_by_words(session, wanted, weights)
        if vector is not None and embedder is not None:
            by_meaning = await vectors.nearest(session, embedder, wanted, vector)
        best = _joined(by_words, by_meaning, sum(weights.values()))[: wanted.limit]
        found = await queries.read(session, wanted.org_id, best, weights)
    if vector is None:
        return Answer(found, SearchMode.TEXT, missing)
    return Answer(found, mode)


async def _ask(
    runtime: Runtime, embedder: Embedder, question: str
) -> tuple[str | None, str | None]:
    """Ask what a question means. Without an answer, say why; words are found all the same."""
    try:
        (vector,) = await runtime.embedding.embed(embedder.name, [question], is_question=True)
    except AppError as failure:
        logger.warning("search.by_words_alone", reason=failure.code)
        return None, failure.detail
    if len(vector) != embedder.dimensions:
        return None, f"{embedder.name} answers with vectors of another length than before."
    return vectors.written(vector), None


def _joined(by_words: list[Near], by_meaning: list[Near], whole: float) -> list[Near]:
    """Bring both into one order. `whole` is what a passage with every word is worth.

    A passage that has few of the question's words counts little for them: whoever asks in other
    words finds by meaning, and by words whoever remembers them.
    """
    if not by_words or not by_meaning:
        return by_words or by_meaning
    ranked = fused(
        [(near.key, min(1.0, near.by / whole) if whole else 1.0) for near in by_words],
        [(near.key, 1.0) for near in by_meaning],
    )
    return [Near(key, score) for key, score in ranked]


async def find_similar(runtime: Runtime, wanted: Wanted, call_id: UUID, turn: int) -> Answer:
    """Find passages of other calls that mean what the one with this turn does.

    Raises PassageNotFound, MeaningNotReady.
    """
    looked = await status.look(runtime, wanted.org_id)
    async with db.transaction(runtime.sessions) as session:
        key = await queries.find_key(session, wanted.org_id, call_id, turn)
        if key is None:
            raise PassageNotFound(f"Call {call_id} has no passage with turn {turn}.")
        embedder, vector = await _stored(session, looked, key)
        near = await vectors.nearest(session, embedder, wanted, vector, but_call_id=call_id)
        found = await queries.read(session, wanted.org_id, near[: wanted.limit], {})
    return Answer(found, SearchMode.MEANING)


async def _stored(
    session: AsyncSession, looked: MeaningStatus, key: PassageKey
) -> tuple[Embedder, str]:
    if looked.serving is None:
        raise MeaningNotReady(looked.detail or "Calls are not read for their meaning yet.")
    vector = await vectors.vector_of(session, looked.serving, key)
    if vector is None:
        raise MeaningNotReady(
            "This passage is not read for its meaning yet; it is a minute's work."
        )
    return looked.serving, vector
