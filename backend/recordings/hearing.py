"""Having a chunk heard by the first provider that can, in parts where one takes nothing so long.

Chunks are cut for whoever is asked first, and may be longer than those asked after it take.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from loguru import logger

from backend.platform.errors import AppError
from backend.platform.scratch import scratch_folder
from backend.providers.llm_errors import LlmPaced
from backend.providers.runtime import Runtime
from backend.providers.transcription.errors import TranscriberFailed
from backend.providers.transcription.heard import Ask, Heard, Voiceprint, Word
from backend.recordings.child import read_in_child
from backend.recordings.sound.order import Chunk, Order, chunk_name
from backend.recordings.sound.refusals import SoundRefused
from backend.recordings.stitching import Piece, shifted, stitch

# Where nobody pauses, a chunk becomes half as long again as is wanted.
_LONGER = 1.5
# What the length of a chunk and that of its decoded file may differ by.
_SLACK_SECONDS = 60.0


async def hear(runtime: Runtime, names: Sequence[str], wanted: Ask, key: str | None) -> Heard:
    """Ask those that take all of it, in order, then the others. Raises the first's failure."""
    longest = {
        name: runtime.transcription.capabilities(name).longest_chunk_seconds for name in names
    }
    in_parts = {
        name: most
        for name, most in longest.items()
        if most is not None and wanted.seconds > most * _LONGER
    }
    whole = [name for name in names if name not in in_parts]
    failures: list[AppError] = []
    if whole:
        try:
            return await runtime.transcription.transcribe(whole, wanted, key)
        except LlmPaced:
            raise
        except AppError as error:
            failures.append(error)
    for name, most in in_parts.items():
        try:
            return await _in_parts(runtime, name, most, wanted, key)
        except AppError as error:
            logger.warning("transcriber.failed", transcriber=name, reason=error.code)
            failures.append(error)
    raise failures[0]


async def _in_parts(
    runtime: Runtime, name: str, most: float, wanted: Ask, key: str | None
) -> Heard:
    with scratch_folder() as folder:
        parts = await _cut(wanted, folder, most)
        heard = [
            await _patiently(runtime, name, _of_part(wanted, folder, part), key) for part in parts
        ]
    pieces = [
        Piece(part.start_ms, part.end_ms, shifted(_nameless(each.words), part.start_ms))
        for part, each in zip(parts, heard, strict=True)
    ]
    most_said = max(heard, key=lambda each: len(each.words))
    return replace(
        most_said,
        words=tuple(stitch(pieces)),
        raw=b"\n".join(each.raw for each in heard),
        voiceprints=tuple(_prints(parts, heard)),
    )


def _prints(parts: Sequence[Chunk], heard: Sequence[Heard]) -> Iterator[Voiceprint]:
    for part, each in zip(parts, heard, strict=True):
        for voice in each.voiceprints:
            start, end = part.start_ms + voice.start_ms, part.start_ms + voice.end_ms
            yield Voiceprint(start, end, voice.vector)


async def _cut(wanted: Ask, folder: Path, most: float) -> list[Chunk]:
    parts: list[Chunk] = []

    async def on_seconds(_: float) -> None:
        """Say nothing: this is a moment of the whole."""

    async def on_part(part: Chunk) -> None:
        parts.append(part)

    order = Order(
        path=wanted.path,
        folder=folder,
        file_name=wanted.path.name,
        chunk_ms=round(most * 1000),
        longest_seconds=wanted.seconds + _SLACK_SECONDS,
    )
    try:
        await read_in_child(order, on_seconds=on_seconds, on_chunk=on_part)
    except SoundRefused as refused:
        raise TranscriberFailed(refused.detail) from refused
    return parts


def _of_part(wanted: Ask, folder: Path, part: Chunk) -> Ask:
    path = folder / chunk_name(part.channel, part.index)
    seconds = (part.end_ms - part.start_ms) / 1000
    return replace(wanted, path=path, seconds=seconds, external_id=None)


def _nameless(words: Sequence[Word]) -> list[Word]:
    """Forget who spoke: a voice has another name in each part, and would be taken for another."""
    return [replace(word, speaker=None) for word in words]


async def _patiently(runtime: Runtime, name: str, wanted: Ask, key: str | None) -> Heard:
    """Wait here for the provider's limits: begun anew, the parts before would be paid for again."""
    while True:
        try:
            return await runtime.transcription.transcribe([name], wanted, key)
        except LlmPaced as paced:
            await asyncio.sleep(paced.retry_after or 1.0)
