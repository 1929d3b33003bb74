"""Joining what was heard of neighbouring chunks, without losing or doubling a word.

Chunks that end in a pause share nothing. Where nobody paused they overlap, and the words of the
overlap were heard twice, perhaps differently: both are aligned, and the seam is laid where they
agree, as far as possible from where either was cut off.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from backend.providers.transcription.heard import Word

# Providers' times of one word differ by less.
_SLACK_MS = 400


@dataclass(frozen=True)
class Piece:
    """What was heard of a chunk; times of the words are of the whole recording."""

    start_ms: int
    end_ms: int
    words: tuple[Word, ...]


def stitch(pieces: Sequence[Piece]) -> list[Word]:
    """Join the pieces of one channel, which are in order."""
    joined: list[Word] = []
    end_ms = 0
    for piece in pieces:
        if joined and piece.start_ms < end_ms:
            joined = _join(joined, piece, end_ms)
        else:
            joined.extend(piece.words)
        end_ms = piece.end_ms
    return joined


def shifted(words: Sequence[Word], by_ms: int) -> tuple[Word, ...]:
    """Turn times of a chunk into times of the recording."""
    return tuple(
        replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms) for word in words
    )


def _join(left: list[Word], piece: Piece, left_end_ms: int) -> list[Word]:
    begin, end = piece.start_ms - _SLACK_MS, left_end_ms + _SLACK_MS
    first = next((n for n, word in enumerate(left) if word.end_ms > begin), len(left))
    tail = left[first:]
    count = sum(1 for word in piece.words if word.start_ms < end)
    head = piece.words[:count]
    seam = _seam(tail, head, (piece.start_ms + left_end_ms) / 2)
    if seam is None:
        middle = (piece.start_ms + left_end_ms) / 2
        kept = [word for word in tail if _middle(word) < middle]
        added = [word for word in head if _middle(word) >= middle]
        return [*left[:first], *kept, *added, *piece.words[count:]]
    keep, skip = seam
    return [*left[:first], *tail[:keep], *head[skip:], *piece.words[count:]]


def _seam(tail: Sequence[Word], head: Sequence[Word], middle: float) -> tuple[int, int] | None:
    """Find the word both sides have that lies nearest the middle: up to it left, then right."""
    agreed = [
        (a, b)
        for a, word in enumerate(tail)
        if (b := _nearest(word, head)) is not None and _nearest(head[b], tail) == a
    ]
    if not agreed:
        return None
    a, b = min(agreed, key=lambda pair: abs(_middle(tail[pair[0]]) - middle))
    return a + 1, b + 1


def _nearest(word: Word, others: Sequence[Word]) -> int | None:
    """Find the same word on the other side: the nearest in time, as people say "no, no, no"."""
    near = [
        (distance, n)
        for n, other in enumerate(others)
        if _plain(other) == _plain(word)
        and (distance := abs(_middle(other) - _middle(word))) <= 2 * _SLACK_MS
    ]
    return min(near)[1] if near else None


def _plain(word: Word) -> str:
    return re.sub(r"\W", "", word.text).lower() or word.text


def _middle(word: Word) -> float:
    return (word.start_ms + word.end_ms) / 2
