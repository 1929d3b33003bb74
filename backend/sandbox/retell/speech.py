"""When each word of a screenplay is said. Times are audio time, at the speed people talk."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from backend.sandbox.screenplay import Line


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Turn:
    """A line with its words in time. Only agents take time to think, so only theirs is measured."""

    line: Line
    words: tuple[Word, ...]
    end: float
    response_ms: int | None


# Enough for the calls of a busy minute; one takes some 40 kB.
@lru_cache(maxsize=1024)
def timed_turns(lines: tuple[Line, ...], seed: str) -> tuple[Turn, ...]:
    """Say the lines one after the other. The same seed gives the same times."""
    random = Random(seed)
    return tuple(_turns(lines, random))


def duration_ms(turns: Sequence[Turn]) -> int:
    """How long the turns take, with the half second it takes to hang up."""
    return round(turns[-1].end * 1000) + 500 if turns else 0


def _turns(lines: Sequence[Line], random: Random) -> Iterator[Turn]:
    clock = 0.4
    for line in lines:
        if line.role == "tool":
            clock += 0.3
            yield Turn(line, (), clock, None)
            continue
        pause = random.uniform(0.6, 1.3) if line.role == "agent" else random.uniform(0.3, 0.9)
        words = tuple(_words(line.text, clock + pause, random))
        yield Turn(
            line, words, words[-1].end, round(pause * 1000) if line.role == "agent" else None
        )
        clock = words[-1].end


def _words(text: str, clock: float, random: Random) -> Iterator[Word]:
    for word in text.split():
        end = clock + 0.12 + 0.035 * len(word) * random.uniform(0.85, 1.2)
        yield Word(word, round(clock, 3), round(end, 3))
        clock = end + (random.uniform(0.2, 0.4) if word[-1] in ",.?!" else 0.03)
