"""Telling two voices of one channel apart by how they sound. An approximation: people resemble.

Stretches of speech are put into two groups, and each word is given to the voice that it sounds
like. A change of voice is believed more readily where there is a pause or a sentence has ended.
The bounds below were measured; docs/recordings.md has the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

import numpy as np
from numpy.typing import NDArray

from backend.providers.transcription.heard import Voiceprint, Word
from backend.providers.transcription.voice_windows import SENTENCE_ENDS
from backend.recordings.turns import Voiced

# Two groups whose middles are more alike are of one voice.
_ALIKE = 0.845
# Of fewer stretches in a group, it is noise; and shorter ones say too little to found one.
_FEWEST = 3
_FOUNDING_MS = 800
_SEEDS = 8
_ROUNDS = 30
_PAUSE_MS = 200
_CHANGE, _CHANGE_AT_PAUSE = 0.3, 0.05

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class _Groups:
    centers: Floats
    worth: float

    @property
    def likeness(self) -> float:
        return float(self.centers[0] @ self.centers[1])


def tell_apart(
    voiced: Sequence[Voiced], prints: Sequence[Voiceprint], speakers: int | None
) -> list[Voiced] | None:
    """Name the voice of each word: "0" for whoever speaks first, "1" for the other.

    None: one person speaks, as `speakers` or the sound says. With two or more, two are told apart.
    """
    ordered = sorted(prints, key=lambda each: (each.start_ms, each.end_ms))
    if speakers == 1 or not voiced or not ordered:
        return None
    vectors = vectors_of(ordered)
    lengths = np.array([each.end_ms - each.start_ms for each in ordered])
    groups = _two_groups(vectors[lengths >= _FOUNDING_MS])
    if groups is None or (speakers is None and groups.likeness > _ALIKE):
        return None
    words = [each.word for each in voiced]
    margins = vectors @ (groups.centers[0] - groups.centers[1])
    second = smoothed(words, margins_of(words, ordered, margins))
    if all(second) or not any(second):
        return None
    return [
        replace(each, word=replace(each.word, speaker=str(int(is_second != second[0]))))
        for each, is_second in zip(voiced, second, strict=True)
    ]


def vectors_of(prints: Sequence[Voiceprint]) -> Floats:
    """Read the vectors, and give each the length 1."""
    raw = np.frombuffer(b"".join(each.vector for each in prints), "<f2").astype(np.float32)
    rows = raw.reshape(len(prints), -1)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    vectors: Floats = (rows / np.maximum(length, np.float32(1e-9))).astype(np.float32)
    return vectors


def _two_groups(vectors: Floats) -> _Groups | None:
    """Find the two groups that are set apart most clearly; None where there are none.

    That k-means describes best is often one voice at two pitches: of what it finds from several
    beginnings, the silhouette chooses.
    """
    if len(vectors) < 2 * _FEWEST:
        return None
    found = [_k_means(vectors, pair) for pair in combinations(_far_apart(vectors), 2)]
    return max((each for each in found if each), key=lambda each: each.worth, default=None)


def _far_apart(vectors: Floats) -> list[int]:
    """Choose beginnings, each as unlike those before it as can be."""
    chosen = [int(np.argmax(vectors @ vectors.mean(axis=0)))]
    nearest = vectors @ vectors[chosen[0]]
    while len(chosen) < min(_SEEDS, len(vectors)):
        chosen.append(int(np.argmin(nearest)))
        nearest = np.maximum(nearest, vectors @ vectors[chosen[-1]])
    return chosen


def _k_means(vectors: Floats, pair: tuple[int, int]) -> _Groups | None:
    centers = vectors[list(pair)]
    second = np.zeros(len(vectors), bool)
    for _ in range(_ROUNDS):
        before, second = second, vectors @ centers[1] > vectors @ centers[0]
        if min(second.sum(), (~second).sum()) < _FEWEST:
            return None
        sums = np.stack([vectors[~second].sum(axis=0), vectors[second].sum(axis=0)])
        centers = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        if np.array_equal(before, second):
            break
    return _Groups(centers, silhouette(vectors, second))


def silhouette(vectors: Floats, second: NDArray[np.bool_]) -> float:
    """Reckon how much nearer each vector is to its own group than to the other, from -1 to 1."""
    counts = np.array([(~second).sum(), second.sum()])
    sums = np.stack([vectors[~second].sum(axis=0), vectors[second].sum(axis=0)])
    own = second.astype(int)
    likeness = vectors @ sums.T
    rows = np.arange(len(vectors))
    inside = 1 - (likeness[rows, own] - 1) / np.maximum(counts[own] - 1, 1)
    outside = 1 - likeness[rows, 1 - own] / counts[1 - own]
    return float(np.mean((outside - inside) / np.maximum(np.maximum(inside, outside), 1e-9)))


def margins_of(
    words: Sequence[Word], prints: Sequence[Voiceprint], margins: Sequence[float] | Floats
) -> list[float]:
    """Say of each word how much more it sounds like the first voice, by the stretches it is in."""
    starts = np.array([each.start_ms for each in prints])
    ends = np.array([each.end_ms for each in prints])
    weights = np.clip((ends - starts) / 1600, 0.05, 1)
    longest = int((ends - starts).max())
    result = []
    for word in words:
        begin = int(np.searchsorted(starts, word.start_ms - longest))
        end = int(np.searchsorted(starts, word.end_ms))
        within = [n for n in range(begin, end) if ends[n] > word.start_ms]
        if not within:
            middles = (starts + ends) / 2
            within = [int(np.argmin(np.abs(middles - (word.start_ms + word.end_ms) / 2)))]
        weight = weights[within]
        mean = float(np.dot(weight, np.asarray(margins)[within]) / weight.sum())
        # What a short stretch says is worth less.
        result.append(mean * float(np.sqrt(weight.max())))
    return result


def smoothed(words: Sequence[Word], margins: Sequence[float]) -> list[bool]:
    """Find the likeliest course: True where the second voice speaks. Each change has its price."""
    best = (0.0, 0.0)
    came_from: list[tuple[bool, bool]] = []
    prices = [0.0, *(_price(*pair) for pair in pairwise(words))]
    for margin, price in zip(margins, prices, strict=True):
        stays = best[0] >= best[1] - price, best[1] >= best[0] - price
        came_from.append((not stays[0], stays[1]))
        best = (
            max(best[0], best[1] - price) + margin / 2,
            max(best[1], best[0] - price) - margin / 2,
        )
    is_second = best[1] > best[0]
    course = []
    for first_from, second_from in reversed(came_from):
        course.append(is_second)
        is_second = second_from if is_second else first_from
    return course[::-1]


def _price(before: Word, after: Word) -> float:
    is_pause = after.start_ms - before.end_ms >= _PAUSE_MS or before.text.endswith(SENTENCE_ENDS)
    return _CHANGE_AT_PAUSE if is_pause else _CHANGE
