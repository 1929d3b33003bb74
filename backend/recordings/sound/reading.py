"""Reading a file once, from beginning to end: chunks, outline, a copy to play, and what it is."""

from collections.abc import Callable, Iterator
from contextlib import closing

import numpy as np

from backend.recordings.sound.channels import Mixing, judge_channels, mixed
from backend.recordings.sound.cutting import ChunkFile, Cutter
from backend.recordings.sound.decoding import Kind, Samples, Source
from backend.recordings.sound.order import Chunk, Order, Sound, chunk_name
from backend.recordings.sound.refusals import Silent, TooLong
from backend.recordings.sound.wav import WavFile
from backend.recordings.sound.writing import FlacFile, Outline

# So much of the beginning tells whether two channels are two people.
_JUDGED_SECONDS = 60


def read_sound(
    order: Order,
    *,
    on_seconds: Callable[[float], None],
    on_chunk: Callable[[Chunk], None],
) -> Sound:
    """Read all of it in one pass. Raises SoundRefused."""
    with closing(Source(order.path, order.file_name)) as source:
        layout = "mono" if source.kind.channels == 1 or source.kind.channels > 2 else "stereo"
        beginning, blocks = _judged(source, source.blocks(layout), order)
        mixing = beginning
        desk = _Desk(order, source.kind, layout, mixing, on_chunk)
        copy = None if source.kind.is_playable else desk.open_copy()
        told = 0.0
        with closing(desk):
            for block in blocks:
                desk.take(block)
                if source.decoded_seconds > order.longest_seconds:
                    raise TooLong(
                        f"The recording is longer than {order.longest_seconds / 60:.0f} minutes. "
                        "Send it in parts, or raise RECORDING_MAX_MINUTES."
                    )
                if source.decoded_seconds - told >= 30:
                    told = source.decoded_seconds
                    on_seconds(told)
            has_speech, peaks = desk.finish()
    if not has_speech:
        raise Silent("Nobody speaks in this recording.")
    return Sound(
        codec=source.kind.codec,
        container=source.kind.container,
        sample_rate=source.kind.sample_rate,
        channels=source.kind.channels,
        mixing=mixing.value,
        duration_ms=round(desk.samples * 1000 / source.kind.rate),
        was_cut_off=source.was_cut_off,
        peaks=peaks,
        copy=copy,
    )


def _judged(
    source: Source, blocks: Iterator[Samples], order: Order
) -> tuple[Mixing, Iterator[Samples]]:
    """Look at the beginning, and give it back with the rest."""
    if order.channels is not None:
        return Mixing(order.channels), blocks
    held: list[Samples] = []
    count = 0
    while count < _JUDGED_SECONDS * source.kind.rate and (block := next(blocks, None)) is not None:
        held.append(block)
        count += block.shape[1]
    mixing = (
        judge_channels(np.concatenate(held, axis=1), source.kind.rate) if held else Mixing.FIRST
    )

    def all_blocks() -> Iterator[Samples]:
        yield from held
        yield from blocks

    return mixing, all_blocks()


class _Desk:
    """Everything that is made of the samples as they come."""

    def __init__(
        self,
        order: Order,
        kind: Kind,
        layout: str,
        mixing: Mixing,
        on_chunk: Callable[[Chunk], None],
    ) -> None:
        self.samples = 0
        self._order, self._layout, self._mixing = order, layout, mixing
        self._rate, self._plain = kind.rate, kind.plain
        is_apart = layout == "stereo" and mixing is Mixing.SEPARATE
        self._chunk_ms = order.chunk_ms if is_apart else order.alone_ms or order.chunk_ms
        self._cutters = [self._cutter(channel, on_chunk) for channel in range(2 if is_apart else 1)]
        self._outlines = [Outline(kind.rate) for _ in self._cutters]
        self._copy: FlacFile | None = None

    def _cutter(self, channel: int, on_chunk: Callable[[Chunk], None]) -> Cutter:
        def open_file(index: int) -> ChunkFile:
            path = self._order.folder / chunk_name(channel, index)
            if self._plain is None or self._mixing is Mixing.MIX:
                return FlacFile(path, self._rate)
            return WavFile(path, self._rate, self._plain)

        return Cutter(channel, self._rate, self._chunk_ms, open_file, on_chunk)

    def open_copy(self) -> str:
        path = self._order.folder / "copy.flac"
        self._copy = FlacFile(path, self._rate, self._layout)
        return path.name

    def take(self, block: Samples) -> None:
        self.samples += block.shape[1]
        if self._copy is not None:
            self._copy.write(block)
        channels = mixed(block, self._mixing)
        for channel, cutter, outline in zip(channels, self._cutters, self._outlines, strict=True):
            cutter.feed(channel)
            outline.feed(channel)

    def finish(self) -> tuple[bool, list[list[int]]]:
        for cutter in self._cutters:
            cutter.finish()
        has_speech = any(cutter.has_speech for cutter in self._cutters)
        return has_speech, [outline.finish() for outline in self._outlines]

    def close(self) -> None:
        """Close all files; chunks that are not complete by then never will be."""
        for cutter in self._cutters:
            cutter.close()
        if self._copy is not None:
            self._copy.close()
