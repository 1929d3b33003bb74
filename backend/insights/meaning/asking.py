"""Asking an embedder for the vectors of passages, whatever it makes of single ones."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple, Protocol

from loguru import logger

from backend.insights.models import PassageKey
from backend.providers.embedding.embedding import Embedding
from backend.providers.embedding.errors import (
    EmbedderFailed,
    EmbedderRefused,
    EmbedderTimedOut,
)

# One request's worth: of a model on this machine a second or two.
_TEXTS = 16
# Whoever refuses this refuses everything.
_PLAIN = "Hello."
# What a single text may be to blame for: it is refused for good, or failed at, perhaps for now.
_FAILURES = (EmbedderFailed, EmbedderTimedOut)
_BY_ITS_TEXTS = (EmbedderRefused, *_FAILURES)
# What is refused is tried by halves, down to so many characters.
_SHORTEST = 40


class Made(NamedTuple):
    """The vector of a passage; none: the embedder refuses it, however short."""

    key: PassageKey
    vector: Sequence[float] | None


class Answer(NamedTuple):
    """What came back, how long this embedder's vectors are, and at what it failed."""

    length: int
    made: Sequence[Made]
    failed: Sequence[PassageKey] = ()


class Read(Protocol):
    """Read passages as they are now; those that are gone are left out."""

    async def __call__(self, keys: Sequence[PassageKey]) -> Sequence[tuple[PassageKey, str]]: ...


async def answers(
    embedding: Embedding, identity: str, keys: Sequence[PassageKey], read: Read
) -> AsyncIterator[Answer]:
    """Ask for vectors and give each answer as it comes, in this order.

    Passages are read just before each request, so that nothing is sent of who was erased. What is
    refused, or failed at, together is asked for one by one. Raises what a harmless text fails by:
    then it is not the passages that are to blame.
    """
    for at in range(0, len(keys), _TEXTS):
        part = await read(keys[at : at + _TEXTS])
        if not part:
            continue
        try:
            together = await embedding.embed(identity, [said for _, said in part])
        except _BY_ITS_TEXTS:
            plain = await ask_plainly(embedding, identity)
        else:
            made = [Made(key, vector) for (key, _), vector in zip(part, together, strict=True)]
            yield Answer(len(together[0]), made)
            continue
        for asked, _ in part:
            for key, said in await read([asked]):
                yield await _alone(embedding, identity, key, said, plain)


async def ask_plainly(embedding: Embedding, identity: str) -> int:
    """Find out whether an embedder answers at all, and how long its vectors are."""
    (plain,) = await embedding.embed(identity, [_PLAIN])
    return len(plain)


async def _alone(
    embedding: Embedding, identity: str, key: PassageKey, said: str, plain: int
) -> Answer:
    try:
        vector = await _by_halves(embedding, identity, said)
    except _FAILURES as failure:
        length = await ask_plainly(embedding, identity)
        logger.warning("meaning.passage_failed", reason=failure.code)
        return Answer(length, (), (key,))
    return Answer(len(vector or ()) or plain, [Made(key, vector)])


async def _unless_refused(
    embedding: Embedding, identity: str, texts: Sequence[str]
) -> list[list[float]] | None:
    try:
        return await embedding.embed(identity, texts)
    except EmbedderRefused:
        return None


async def _by_halves(embedding: Embedding, identity: str, said: str) -> list[float] | None:
    """Ask for one, and for its beginning where the whole is refused: most often it is too long."""
    while True:
        vectors = await _unless_refused(embedding, identity, [said])
        if vectors is not None:
            return vectors[0]
        if len(said) <= _SHORTEST:
            logger.warning("meaning.passage_refused")
            return None
        said = said[: len(said) // 2]
