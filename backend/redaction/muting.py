"""Silence in sound that passes through: the bytes of a WAV file that are not to be heard."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

# Words begin a little before and end a little after the times that a transcriber gives them.
MARGIN_MS = 150
# What a header takes; behind it there is sound.
HEAD_BYTES = 4096

_PCM, _FLOAT, _ALAW, _MULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
_SILENCE = {_PCM: 0, _FLOAT: 0, _ALAW: 0xD5, _MULAW: 0xFF}
_UNSIGNED_BITS, _UNSIGNED_SILENCE = 8, 0x80
_SUBFORMAT_AT = 24


class NotPlain(Exception):
    """The file is none whose sound lies in it sample by sample."""


class Stretch(NamedTuple):
    """Bytes of a file, from the first to before the last."""

    start: int
    end: int


@dataclass(frozen=True)
class PlainSound:
    """Where the samples of a WAV file begin, and how many bytes there are a second."""

    begin: int
    rate: int
    block: int
    silence: int

    @classmethod
    def read(cls, head: bytes) -> Self:
        """Read a file's beginning. Raises NotPlain."""
        if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
            raise NotPlain
        at, form = 12, b""
        while at + 8 <= len(head):
            name, size = head[at : at + 4], struct.unpack_from("<I", head, at + 4)[0]
            if name == b"data":
                return cls._of(form, at + 8)
            if name == b"fmt ":
                form = head[at + 8 : at + 8 + size]
            at += 8 + size + size % 2
        raise NotPlain

    @classmethod
    def _of(cls, form: bytes, begin: int) -> Self:
        try:
            kind, _, rate, _, block, bits = struct.unpack_from("<HHIIHH", form)
            if kind == _EXTENSIBLE:
                (kind,) = struct.unpack_from("<H", form, _SUBFORMAT_AT)
        except struct.error as error:
            raise NotPlain from error
        if kind not in _SILENCE or not rate or not block:
            raise NotPlain
        is_unsigned = kind == _PCM and bits == _UNSIGNED_BITS
        return cls(begin, rate, block, _UNSIGNED_SILENCE if is_unsigned else _SILENCE[kind])

    def stretches(self, silences: Sequence[tuple[int, int]]) -> list[Stretch]:
        """Say which bytes are to be silent, by times in milliseconds."""
        return [Stretch(self._at(start - MARGIN_MS), self._at(end + MARGIN_MS) + self.block)
                for start, end in silences]  # fmt: skip

    def _at(self, ms: int) -> int:
        return self.begin + max(0, ms) * self.rate // 1000 * self.block


@dataclass
class Muting:
    """Mutes a file as it passes. `at` is where in the file the next piece begins."""

    stretches: Sequence[Stretch]
    silence: int
    at: int = 0

    def muted(self, piece: bytes) -> bytes:
        first, last = self.at, self.at + len(piece)
        self.at = last
        quiet = bytearray(piece)
        for start, end in self.stretches:
            here, there = max(start, first) - first, min(end, last) - first
            if here < there:
                quiet[here:there] = bytes([self.silence]) * (there - here)
        return bytes(quiet)
