"""Which calls are rated: at random, or evenly over the scores they have. Pure."""

import random
from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID


class Choice(StrEnum):
    RANDOM = "random"
    STRATIFIED = "stratified"


class Candidate(NamedTuple):
    call_id: UUID
    score: float | None


def choose(candidates: Sequence[Candidate], choice: Choice, count: int, *, seed: int) -> list[UUID]:
    """Choose so many calls, all where there are fewer; the same for the same seed.

    Stratified: one of each of `count` bands of equal size, from the worst score to the best, so
    that the rare bad calls are among them. Calls without a score come before the worst.
    """
    chance = random.Random(seed)  # noqa: S311 - which calls people listen to is no secret
    if len(candidates) <= count:
        chosen = list(candidates)
    elif choice is Choice.RANDOM:
        chosen = chance.sample(candidates, count)
    else:
        ranked = sorted(candidates, key=lambda each: (each.score is not None, each.score or 0))
        edges = [round(band * len(ranked) / count) for band in range(count + 1)]
        bands = [ranked[low:high] for low, high in pairwise(edges)]
        chosen = [chance.choice(band) for band in bands]
    chance.shuffle(chosen)
    return [each.call_id for each in chosen]
