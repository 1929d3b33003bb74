"""Decoding with FFmpeg's libraries (PyAV): sound of any kind in, 16-bit samples out.

Times are counted in samples and not taken from the file, whose own idea of them is often wrong.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.error import FFmpegError
from numpy.typing import NDArray

from backend.recordings.sound.kinds import HEAD_BYTES, kind_of
from backend.recordings.sound.refusals import Broken, Empty, Encrypted, NotSound
from backend.recordings.sound.wav import PlainCodec

Samples = NDArray[np.int16]  # channels by time

TELEPHONE_RATE = 8000
WIDE_RATE = 16000
# Each packet passes through Python; FFmpeg's own are of 4 kB.
_WAV_PACKET = 64 * 1024
_BLOCK_SECONDS = 4
# A hole in a file's own times of this length is silence that was not recorded.
_HOLE_SECONDS = 0.25
_LONGEST_HOLE_SECONDS = 3600.0
# How much less than it declares a file may hold before it counts as cut off.
_MISSING_SECONDS = 1.0
# Containers that know their length to the sample, and what a codec may add to it.
_EXACT = ("mov",)
_LONGEST_FILLING_SECONDS = 0.3
_TIMED = ("mov", "matroska", "mpegts", "asf", "flv")
_PLAIN = {
    "pcm_mulaw": PlainCodec.MULAW, "pcm_alaw": PlainCodec.ALAW, "pcm_s16le": PlainCodec.PCM,
    "pcm_s16be": PlainCodec.PCM, "pcm_s24le": PlainCodec.PCM, "pcm_f32le": PlainCodec.PCM,
}  # fmt: skip
# Containers and codecs that every browser plays and can seek in.
_PLAYABLE = {
    "wav": ("pcm_s16le", "pcm_u8", "pcm_mulaw", "pcm_alaw", "pcm_s24le", "pcm_f32le"),
    "mp3": ("mp3",), "flac": ("flac",), "ogg": ("opus", "vorbis"), "mov": ("aac", "mp3"),
    "matroska": ("opus", "vorbis"), "aac": ("aac",),
}  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """What a file says that it is."""

    container: str
    codec: str
    sample_rate: int
    channels: int
    declared_seconds: float | None
    has_video: bool

    @property
    def rate(self) -> int:
        """The rate it is worked with: telephone sound gains nothing by more."""
        return TELEPHONE_RATE if self.sample_rate <= TELEPHONE_RATE else WIDE_RATE

    @property
    def plain(self) -> PlainCodec | None:
        """How its sound can be kept as it came, at no more bytes than it came in."""
        if self.sample_rate != self.rate or self.codec not in _PLAIN:
            return None
        return _PLAIN[self.codec]

    @property
    def is_playable(self) -> bool:
        return not self.has_video and self.codec in _PLAYABLE.get(self.container, ())


class Source:
    """An opened file. `blocks` decodes it once, from the beginning to the end."""

    def __init__(self, path: Path, file_name: str) -> None:
        head = _head(path)
        if not head:
            raise Empty("The file is empty. Send it again.")
        container = kind_of(head, file_name)
        if container is None:
            raise NotSound("The file is neither audio nor video.")
        self._path = path
        raw = container if container in {"g722", "mulaw", "alaw", "gsm"} else None
        # Some recorders leave sizes at 0 or FFFFFFFF; FFmpeg then reads to the end, if asked to.
        options = {"ignore_length": "1"} if container == "wav" and _is_streamed(head) else {}
        if container == "wav":
            options["max_size"] = str(_WAV_PACKET)
        try:
            self._opened = av.open(
                str(path), format=raw, options=options, metadata_errors="replace"
            )
        except (FFmpegError, ValueError) as error:
            raise Broken(_unreadable(container)) from error
        if not self._opened.streams.audio:
            self._opened.close()
            raise NotSound("The file has no sound in it.")
        self._stream = max(self._opened.streams.audio, key=lambda each: each.channels or 0)
        self._refuse_encrypted(head)
        self.kind = self._describe(container)
        self.was_cut_off = False
        self.decoded_seconds = 0.0

    def close(self) -> None:
        self._opened.close()

    def _refuse_encrypted(self, head: bytes) -> None:
        tag = self._stream.codec_context.codec_tag
        if "enca" in tag or "encv" in tag or b"\x00enca" in head or b"drms" in head:
            self._opened.close()
            raise Encrypted("The file is encrypted. Send it without copy protection.")

    def _describe(self, container: str) -> Kind:
        stream, context = self._stream, self._stream.codec_context
        if not context.sample_rate or not context.channels:
            self._opened.close()
            raise Broken(_unreadable(container))
        declared = None
        if stream.duration is not None and stream.time_base is not None:
            declared = float(stream.duration * stream.time_base)
        elif self._opened.duration is not None:
            declared = self._opened.duration / av.time_base
        # What adaptive rates and raw streams declare is a guess.
        is_guess = container in {"amr", "aac", "g722", "gsm"}
        pictures = [each for each in self._opened.streams.video if not _is_cover(each)]
        return Kind(
            container=container,
            codec=context.codec.canonical_name,
            sample_rate=context.sample_rate,
            channels=context.channels,
            declared_seconds=None if is_guess else declared,
            has_video=bool(pictures),
        )

    def blocks(self, layout: str) -> Iterator[Samples]:
        """Decode everything, without what fills the last frame of a codec that has no shorter ones.

        What cannot be decoded ends it: what came before is kept, and `was_cut_off` says so.
        """
        declared = self.kind.declared_seconds
        if self.kind.container not in _EXACT or declared is None:
            yield from self._all_blocks(layout)
            return
        left, filling, rate = round(declared * self.kind.rate), [], self.kind.rate
        for block in self._all_blocks(layout):
            yield block[:, :left]
            filling.append(block[:, left:])
            left = max(0, left - block.shape[1])
            if sum(each.shape[1] for each in filling) > rate * _LONGEST_FILLING_SECONDS:
                yield from filling
                left, filling = sys.maxsize, []
        if filling:
            self.decoded_seconds = min(self.decoded_seconds, declared)

    def _all_blocks(self, layout: str) -> Iterator[Samples]:
        """Decode as `mono` or `stereo`, at the kind's rate."""
        gathered = _Gathered(layout, self.kind.rate)
        is_timed = self.kind.container in _TIMED
        try:
            for frame in self._frames():
                hole = self._hole_before(frame) if is_timed else 0.0
                if hole:
                    yield from gathered.finish()
                    yield np.zeros((_count(layout), round(hole * self.kind.rate)), np.int16)
                self.decoded_seconds += hole + frame.samples / frame.sample_rate
                yield from gathered.take(frame)
            yield from gathered.finish()
        except FFmpegError as error:
            self.was_cut_off = True
            if not self.decoded_seconds:
                raise Broken(_unreadable(self.kind.container)) from error
        if not self.decoded_seconds:
            raise Empty("The file has a header and no sound behind it. Send it again.")
        declared = self.kind.declared_seconds
        if declared is not None and declared - self.decoded_seconds > _MISSING_SECONDS:
            self.was_cut_off = True

    def _hole_before(self, frame: Any) -> float:
        """Tell how much silence was left out before this frame, in seconds."""
        if frame.time is None or not self.decoded_seconds:
            return 0.0
        hole: float = frame.time - self.decoded_seconds
        return hole if _HOLE_SECONDS < hole < _LONGEST_HOLE_SECONDS else 0.0

    def _frames(self) -> Iterator[Any]:
        failures = 0
        decoder = self._decoder()
        for packet in self._opened.demux(self._stream):
            try:
                yield from decoder.decode(packet)
            except av.InvalidDataError:
                failures += 1
                # A damaged packet here and there is a click; nothing but damage is no sound.
                if failures > 50 and not self.decoded_seconds:
                    raise

    def _decoder(self) -> Any:
        if self.kind.codec not in {"amr_nb", "amrnb"}:
            return self._stream.codec_context
        # FFmpeg's own decoder gives up at the first pause that was sent as comfort noise.
        decoder = av.CodecContext.create("libopencore_amrnb", "r")
        decoder.sample_rate = TELEPHONE_RATE
        decoder.layout = "mono"
        return decoder


class _Gathered:
    """Frames, put together: each is short, and what is done for a piece costs more than its sound.

    Where a file changes its rate or its channels in the middle, it goes on as it began.
    """

    def __init__(self, layout: str, rate: int) -> None:
        self._layout, self._rate = layout, rate
        self._begin(None)

    def _begin(self, form: tuple[str, str, int] | None) -> None:
        self._form = form
        self._fifo = av.AudioFifo()
        self._resampler = AudioResampler("s16p", self._layout, self._rate)

    def take(self, frame: av.AudioFrame) -> Iterator[Samples]:
        form = (frame.format.name, frame.layout.name, frame.sample_rate)
        if form != self._form:
            yield from self.finish()
            self._begin(form)
        frame.pts = None
        self._fifo.write(frame)
        if self._fifo.samples >= frame.sample_rate * _BLOCK_SECONDS:
            yield from self._pieces(self._fifo.read())

    def finish(self) -> Iterator[Samples]:
        if self._fifo.samples:
            yield from self._pieces(self._fifo.read())
        if self._form is not None:
            yield from self._pieces(None)
            self._begin(self._form)

    def _pieces(self, frame: av.AudioFrame | None) -> Iterator[Samples]:
        if frame is not None:
            frame.pts = None
        for piece in self._resampler.resample(frame):
            samples: Any = piece.to_ndarray()
            yield cast("Samples", samples)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _is_streamed(head: bytes) -> bool:
    at = head.find(b"data")
    return at >= 0 and head[at + 4 : at + 8] in {b"\x00\x00\x00\x00", b"\xff\xff\xff\xff"}


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def _count(layout: str) -> int:
    return 2 if layout == "stereo" else 1


def _unreadable(container: str) -> str:
    if container == "mov":
        return (
            "The file cannot be read: its index is missing, as it is when a recording was cut off. "
            "Send the whole file."
        )
    return "The file cannot be read. Send it again, or in another format such as WAV."
