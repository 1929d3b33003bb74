"""Embedding what was said, and asking what a question means.

No model is asked while a transaction is open. Whatever is repeated or runs twice stores the same.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from loguru import logger
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.meaning import queries, status, vectors
from backend.insights.meaning.models import Embedder
from backend.insights.meaning.queries import DueCall, Progress
from backend.insights.meaning.status import MeaningStatus
from backend.insights.models import PassageKey
from backend.platform import db
from backend.platform.errors import AppError
from backend.providers.llm_errors import LlmPaced
from backend.providers.runtime import Runtime

# One request's worth: of a model on this machine a second or two.
_TEXTS = 16
_CALLS = 16


async def embed_call(runtime: Runtime, org_id: UUID, call_id: UUID) -> None:
    """Embed one call's passages; what fails is left to `embed_all`."""
    async with db.transaction(runtime.sessions) as session:
        due = await queries.find_due(session, org_id, call_id)
    if due:
        await _try(await runtime.of(org_id), org_id, due)


async def embed_all(runtime: Runtime, org_id: UUID) -> None:
    """Embed what an organisation's calls are missing, then have searches answered by it."""
    own = await runtime.of(org_id)
    while (identity := own.embedding.identity) is not None:
        async with db.transaction(runtime.sessions) as session:
            embedder_id = await _id_of(session, identity)
            due = await queries.list_due(session, org_id, embedder_id, limit=_CALLS)
            if not due and embedder_id != queries.NONE:
                await queries.serve(session, org_id, embedder_id)
        if not due or not await _try(own, org_id, due):
            return


async def _try(own: Runtime, org_id: UUID, due: Sequence[DueCall]) -> bool:
    """Embed these calls. False, and noted why, when that is not possible now."""
    try:
        return await _embed(own, org_id, due)
    except LlmPaced:
        return False
    except AppError as failure:
        logger.warning("meaning.not_embedded", reason=failure.code)
        async with db.transaction(own.sessions) as session:
            await queries.note_failure(session, org_id, failure.detail)
        return False


async def _embed(own: Runtime, org_id: UUID, due: Sequence[DueCall]) -> bool:
    identity = own.embedding.identity
    if identity is None:
        return False
    async with db.transaction(own.sessions) as session:
        if not await vectors.is_ready(session):
            return False
        embedder_id = await _id_of(session, identity)
        texts = await queries.list_texts(session, due, embedder_id)
    keys: list[PassageKey] = []
    made: list[Sequence[float]] = []
    for at in range(0, len(texts), _TEXTS):
        part = texts[at : at + _TEXTS]
        keys += [key for key, _ in part]
        made += await own.embedding.embed(identity, [said for _, said in part])
    async with db.transaction(own.sessions) as session:
        await _keep(session, org_id, identity, _Made(due, keys, made))
    return True


class _Made(NamedTuple):
    due: Sequence[DueCall]
    keys: Sequence[PassageKey]
    vectors: Sequence[Sequence[float]]


async def _keep(session: AsyncSession, org_id: UUID, identity: str, made: _Made) -> None:
    """Store vectors of calls that are still as they were, and serve them once all are through."""
    embedder = await _embedder_for(session, identity, made.vectors)
    if embedder is None:
        return
    unchanged = await queries.lock_unchanged(session, made.due)
    of = [
        (key, vector)
        for key, vector in zip(made.keys, made.vectors, strict=True)
        if key.call_id in unchanged
    ]
    await vectors.store(session, embedder, [key for key, _ in of], [each for _, each in of])
    await queries.mark_embedded(session, unchanged, embedder.id)
    if not await queries.list_due(session, org_id, embedder.id, limit=1):
        await queries.serve(session, org_id, embedder.id)
    else:
        await queries.note_failure(session, org_id, None)


async def _embedder_for(
    session: AsyncSession, identity: str, made: Sequence[Sequence[float]]
) -> Embedder | None:
    """Find or make it for vectors of this length; calls without any need none that is new."""
    if not made:
        return await vectors.find_embedder(session, identity)
    return await vectors.open_embedder(session, identity, len(made[0]))


async def _id_of(session: AsyncSession, identity: str) -> int:
    known = await vectors.find_embedder(session, identity)
    return queries.NONE if known is None else known.id


async def find_due(runtime: Runtime) -> Sequence[UUID]:
    """Find the organisations whose calls are to be embedded, once there is a place for vectors."""
    identity = runtime.embedding.identity
    if identity is None or not await _prepared(runtime):
        return []
    async with db.transaction(runtime.sessions) as session:
        return await queries.list_due_organisations(session, await _id_of(session, identity))


async def _prepared(runtime: Runtime) -> bool:
    """Make the place for vectors, if pgvector has come to be there since the migration."""
    async with db.transaction(runtime.sessions) as session:
        if await vectors.is_ready(session):
            return True
    try:
        async with db.transaction(runtime.sessions) as session:
            await vectors.prepare(session)
            return await vectors.is_ready(session)
    except DBAPIError:
        logger.debug("meaning.no_pgvector")
        return False


async def drop_retired(runtime: Runtime) -> None:
    """Take away the vectors of models that nobody is answered by any more."""
    identity = runtime.embedding.identity
    if identity is None:
        return
    async with db.transaction(runtime.sessions) as session:
        serving = await vectors.find_embedder(session, identity)
        for each in await queries.list_retired(session, serving) if serving else ():
            await vectors.drop_embedder(session, each)
            logger.info("meaning.dropped", embedder=each.name)


async def look(runtime: Runtime, org_id: UUID) -> tuple[MeaningStatus, Progress]:
    """Look how an organisation, whose runtime this is, is served, and how far embedding is."""
    looked = await status.look(runtime, org_id)
    async with db.transaction(runtime.sessions) as session:
        embedder_id = await _id_of(session, looked.embedder) if looked.embedder else queries.NONE
        return looked, await queries.count_calls(session, org_id, embedder_id)
