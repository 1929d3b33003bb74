"""Writing WAV by hand: bytes as they are, with nothing in between that costs time."""

import struct
from enum import IntEnum
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

_HEADER_BYTES = 44


class PlainCodec(IntEnum):
    """Sound that is not compressed, by its number in a WAV file."""

    PCM = 1
    ALAW = 6
    MULAW = 7


class WavFile:
    """A WAV file of one channel that samples are appended to."""

    def __init__(self, path: Path, rate: int, codec: PlainCodec) -> None:
        self._file = path.open("wb")
        self._file.write(bytes(_HEADER_BYTES))
        self._rate, self._codec = rate, codec
        self._size = 0

    def write(self, samples: Samples) -> None:
        if self._codec is PlainCodec.PCM:
            self._size += self._file.write(samples.tobytes())
            return
        codes = _codes(self._codec).take(samples.view(np.uint16), mode="clip")
        self._size += self._file.write(codes.tobytes())

    def close(self) -> None:
        width = 2 if self._codec is PlainCodec.PCM else 1
        form = (self._codec, 1, self._rate, self._rate * width, width, 8 * width)
        header = b"RIFF" + struct.pack("<I", self._size + _HEADER_BYTES - 8) + b"WAVEfmt "
        header += struct.pack("<IHHIIHH", 16, *form) + b"data" + struct.pack("<I", self._size)
        if self._size % 2:
            self._file.write(b"\0")
        self._file.seek(0)
        self._file.write(header)
        self._file.close()


@cache
def _codes(codec: PlainCodec) -> NDArray[np.uint8]:
    """Give the code of each of the 65,536 samples, negative ones counted from the end."""
    values = (_of_mulaw if codec is PlainCodec.MULAW else _of_alaw)(np.arange(256))
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    wanted = np.arange(-32768, 32768)
    after = np.clip(np.searchsorted(ascending, wanted), 1, 255)
    is_nearer_before = wanted - ascending[after - 1] <= ascending[after] - wanted
    codes = order[np.where(is_nearer_before, after - 1, after)]
    return np.roll(codes, 32768).astype(np.uint8)


def _of_mulaw(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give the sample that each code stands for (ITU-T G.711)."""
    inverted = ~codes & 0xFF
    size = (((inverted & 0x0F) << 3) + 0x84 << (inverted >> 4 & 7)) - 0x84
    return np.where(inverted & 0x80, -size, size)


def _of_alaw(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    inverted = codes ^ 0x55
    exponent, mantissa = inverted >> 4 & 7, (inverted & 0x0F) << 4
    size = np.where(exponent == 0, mantissa + 8, mantissa + 0x108 << np.maximum(exponent - 1, 0))
    return np.where(inverted & 0x80, size, -size)
