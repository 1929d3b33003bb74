"""Asking an embedder for the vectors of passages, whatever it makes of single ones."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from loguru import logger

from backend.insights.models import PassageKey
from backend.providers.embedding.embedding import Embedding
from backend.providers.embedding.errors import EmbedderRefused

# One request's worth: of a model on this machine a second or two.
_TEXTS = 16
# Whoever refuses this refuses everything.
_PLAIN = "Hello."
# What is refused is tried by halves, down to so many characters.
_SHORTEST = 40


class Made(NamedTuple):
    """The vector of a passage; none: the embedder refuses it, however short."""

    key: PassageKey
    vector: Sequence[float] | None


class Answer(NamedTuple):
    """What came back, and how long this embedder's vectors are."""

    length: int
    made: Sequence[Made]


async def answers(
    embedding: Embedding, identity: str, texts: Sequence[tuple[PassageKey, str]]
) -> AsyncIterator[Answer]:
    """Ask for vectors and give each answer as it comes, in the order of the texts."""
    for at in range(0, len(texts), _TEXTS):
        part = texts[at : at + _TEXTS]
        together = await _unless_refused(embedding, identity, [said for _, said in part])
        if together is not None:
            made = [Made(key, vector) for (key, _), vector in zip(part, together, strict=True)]
            yield Answer(len(together[0]), made)
            continue
        (plain,) = await embedding.embed(identity, [_PLAIN])
        for key, said in part:
            vector = await _by_halves(embedding, identity, said)
            yield Answer(len(vector or plain), [Made(key, vector)])


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
