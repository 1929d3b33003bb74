"""Embedding what was said, and asking what a question means.

No model is asked while a transaction is open. Whatever is repeated or runs twice stores the same.
"""

from collections import Counter
from collections.abc import Awaitable, Sequence
from functools import partial
from time import monotonic
from uuid import UUID

from loguru import logger
from sqlalchemy.exc import DBAPIError
from sqlmodel.ext.asyncio.session import AsyncSession

from backend.insights.meaning import asking, queries, status, vectors
from backend.insights.meaning.asking import Answer
from backend.insights.meaning.models import Embedder
from backend.insights.meaning.queries import DueCall, Progress
from backend.insights.meaning.status import MeaningStatus
from backend.insights.models import PassageKey
from backend.platform import db
from backend.platform.errors import AppError
from backend.providers.llm_errors import LlmPaced
from backend.providers.runtime import Runtime

_CALLS = 16
# Whatever is left then is gone on with when the others had their turn.
_SECONDS = 45.0
# A new model answers searches though it fails at one call of so many.
_OF_SO_MANY_ONE_MAY_WAIT = 100


async def embed_call(runtime: Runtime, org_id: UUID, call_id: UUID) -> None:
    """Embed one call's passages; what fails is left to `embed_all`."""
    own = await runtime.of(org_id)
    if (identity := own.embedding.identity) is None:
        return
    async with db.transaction(runtime.sessions) as session:
        due = await queries.find_due(session, org_id, call_id, await _id_of(session, identity))
    if due:
        until = monotonic() + _SECONDS
        await _try(own, org_id, _embed(own, org_id, due, until))


async def embed_all(runtime: Runtime, org_id: UUID) -> None:
    """Embed what an organisation's calls are missing, then have searches answered by it.

    Returns after a while, though not all may be done, and is to be called again.
    """
    own, until = await runtime.of(org_id), monotonic() + _SECONDS
    while (identity := own.embedding.identity) is not None:
        async with db.transaction(runtime.sessions) as session:
            embedder_id = await _id_of(session, identity)
            due = await queries.list_due(session, org_id, embedder_id, limit=_CALLS)
        if not due:
            await _try(own, org_id, _through(own, org_id, embedder_id))
            return
        is_going_on = await _try(own, org_id, _embed(own, org_id, due, until))
        if not is_going_on or monotonic() >= until:
            return


async def _through(own: Runtime, org_id: UUID, embedder_id: int) -> bool:
    """Have searches answered by this embedder, once it answers if it has failed before."""
    async with db.transaction(own.sessions) as session:
        meaning = await queries.find_meaning(session, org_id)
    if meaning is not None and meaning.failure is not None and own.embedding.identity:
        await asking.ask_plainly(own.embedding, own.embedding.identity)
    async with db.transaction(own.sessions) as session:
        if embedder_id == queries.NONE:
            await queries.recover(session, org_id)
        else:
            await _serve(session, org_id, embedder_id)
    return True


async def _try(own: Runtime, org_id: UUID, work: Awaitable[bool]) -> bool:
    """Do it. False, and noted why, when that is not possible now."""
    try:
        return await work
    except LlmPaced:
        return False
    except AppError as failure:
        logger.warning("meaning.not_embedded", reason=failure.code)
        async with db.transaction(own.sessions) as session:
            await queries.note_failure(session, org_id, failure.detail)
        return False


async def _embed(own: Runtime, org_id: UUID, due: Sequence[DueCall], until: float) -> bool:
    """Embed until then what these calls are missing. False: this brought nothing further."""
    identity = own.embedding.identity
    if identity is None:
        return False
    async with db.transaction(own.sessions) as session:
        if not await vectors.is_ready(session):
            return False
        known = await _id_of(session, identity)
        unchanged = await queries.lock_unchanged(session, due)
        keys = await queries.list_missing(session, unchanged, known)
        missing = Counter(key.call_id for key in keys)
        through = unchanged - missing.keys()
        await queries.mark_embedded(session, through, known)
    put_off: set[UUID] = set()
    async for answer in asking.answers(own.embedding, identity, keys, partial(_read, own)):
        missing.subtract(key.call_id for key, _ in answer.made)
        # In a transaction of its own: making one locks all vectors, and others may wait for these
        # who have locked calls.
        async with db.transaction(own.sessions) as session:
            embedder = await _embedder_for(session, identity, answer.length)
        is_other = known not in (queries.NONE, embedder.id)
        known = embedder.id
        failing = {key.call_id for key in answer.failed} - put_off
        async with db.transaction(own.sessions) as session:
            unchanged = await _keep(session, embedder, answer, due)
            if is_other:
                return True  # Of another length than before: what has a vector is missing one now.
            done = {call_id for call_id in unchanged if not missing[call_id]}
            done |= await queries.put_off(session, unchanged & failing, embedder.id)
            await queries.mark_embedded(session, done, embedder.id)
            await _serve_or_go_on(session, org_id, embedder)
        through |= done
        put_off |= failing
        if monotonic() >= until:
            break
    return bool(through or put_off)


async def _read(own: Runtime, keys: Sequence[PassageKey]) -> list[tuple[PassageKey, str]]:
    async with db.transaction(own.sessions) as session:
        return await queries.read_texts(session, keys)


async def _embedder_for(session: AsyncSession, identity: str, length: int) -> Embedder:
    newest = await vectors.find_embedder(session, identity)
    if newest is not None and newest.dimensions == length:
        return newest
    return await vectors.open_embedder(session, identity, length)


async def _keep(
    session: AsyncSession,
    embedder: Embedder,
    answer: Answer,
    due: Sequence[DueCall],
) -> set[UUID]:
    """Store vectors of calls that are still as they were, which are given, and locked."""
    calls = {key.call_id for key, _ in answer.made} | {key.call_id for key in answer.failed}
    of = [each for each in due if each.call_id in calls]
    unchanged = await queries.lock_unchanged(session, of)
    made = {
        key: vector
        for key, vector in answer.made
        if vector is not None and key.call_id in unchanged
    }
    await vectors.store(session, embedder, list(made), list(made.values()))
    return unchanged


async def _serve_or_go_on(session: AsyncSession, org_id: UUID, embedder: Embedder) -> None:
    if await queries.list_due(session, org_id, embedder.id, limit=1):
        await queries.recover(session, org_id)
    else:
        await _serve(session, org_id, embedder.id)


async def _serve(session: AsyncSession, org_id: UUID, embedder_id: int) -> None:
    """Have searches answered by it; not yet while the one before finds many calls that it fails at.

    They are tried again, or are left to words in the end.
    """
    meaning = await queries.find_meaning(session, org_id)
    if meaning is not None and meaning.embedder_id not in (None, embedder_id):
        progress = await queries.count_calls(session, org_id, embedder_id)
        if progress.waiting > max(1, progress.calls // _OF_SO_MANY_ONE_MAY_WAIT):
            await queries.recover(session, org_id)
            return
    await queries.serve(session, org_id, embedder_id)


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
