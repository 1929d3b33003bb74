"""Decoding with FFmpeg's libraries (PyAV): sound of any kind in, 16-bit samples out.

Times are counted in samples and not taken from the file, whose own idea of them is often wrong.
"""

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
        """Decode everything as `mono` or `stereo`, at the kind's rate.

        What cannot be decoded ends it: what came before is kept, and `was_cut_off` says so.
        """
        resampler = self._resampler(layout)
        try:
            for frame in self._frames():
                hole = self._hole_before(frame)
                if hole:
                    yield from _pieces(resampler, None)
                    resampler = self._resampler(layout)
                    yield np.zeros((_count(layout), round(hole * self.kind.rate)), np.int16)
                self.decoded_seconds += hole + frame.samples / frame.sample_rate
                frame.pts = None
                yield from _pieces(resampler, frame)
            yield from _pieces(resampler, None)
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
        if self.kind.container not in _TIMED or frame.time is None or not self.decoded_seconds:
            return 0.0
        hole: float = frame.time - self.decoded_seconds
        return hole if _HOLE_SECONDS < hole < _LONGEST_HOLE_SECONDS else 0.0

    def _resampler(self, layout: str) -> AudioResampler:
        rate = self.kind.rate
        # Frames are short; what is done for each piece costs more than the sound in it.
        return AudioResampler("s16p", layout, rate, frame_size=rate * _BLOCK_SECONDS)

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


def _pieces(resampler: AudioResampler, frame: av.AudioFrame | None) -> Iterator[Samples]:
    for piece in resampler.resample(frame):
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
