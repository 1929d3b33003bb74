"""What is asked of the process that reads a file, and what it answers.

Apart from the reading: numpy takes long to load, and only that process needs it.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class Chunk:
    """A part of a channel: what its file holds, in milliseconds of the recording."""

    channel: int
    index: int
    start_ms: int
    end_ms: int


@dataclass(frozen=True)
class Order:
    """What to do. `channels` says how to take two channels; None: as they sound.

    `alone_ms` is how long chunks are where all voices are on one channel; None: as others.
    """

    path: Path
    folder: Path
    file_name: str
    chunk_ms: int
    longest_seconds: float
    channels: Literal["separate", "mix"] | None = None
    alone_ms: int | None = None


@dataclass(frozen=True)
class Sound:
    """What the file turned out to be. `copy` names the copy to play, where one is needed."""

    codec: str
    container: str
    sample_rate: int
    channels: int
    mixing: str
    duration_ms: int
    was_cut_off: bool
    peaks: list[list[int]]
    copy: str | None


def chunk_name(channel: int, index: int) -> str:
    return f"{channel}-{index:05}"
