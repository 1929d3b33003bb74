"""What is asked of a provider, and what any of them heard, in one shape."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

# Called with the provider's id of work that goes on without us, before it is waited for.
OnSubmitted: TypeAlias = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Word:
    """A word as it is read, punctuation included. Times are milliseconds of the chunk."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float | None = None
    speaker: str | None = None


@dataclass(frozen=True)
class Voiceprint:
    """What a voice sounds like in a stretch of the chunk: a vector of half-precision floats."""

    start_ms: int
    end_ms: int
    vector: bytes


@dataclass(frozen=True)
class Ask:
    """One channel's sound in a file. `external_id`: it was submitted before, and is waited for.

    `diarise`: several people may be heard on it.
    """

    path: Path
    seconds: float
    language: str | None
    speakers: int | None
    on_submitted: OnSubmitted
    diarise: bool = False
    external_id: str | None = None


@dataclass(frozen=True)
class Heard:
    """`raw` is the provider's answer word for word.

    `voiceprints` are of who cannot name voices, since their names would differ from chunk to chunk.
    """

    words: tuple[Word, ...]
    language: str | None
    language_confidence: float | None
    raw: bytes
    transcriber: str = ""
    seconds: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)
    voiceprints: tuple[Voiceprint, ...] = ()
