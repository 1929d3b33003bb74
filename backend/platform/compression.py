"""Compressed text at rest: a quarter of the size, for less time than writing the difference takes.

A frame of zstd begins with bytes that are not UTF-8, so it is told from text that is stored as it
is. Which what was stored before is.
"""

import zstandard
from sqlalchemy import LargeBinary, TypeDecorator
from sqlalchemy.engine import Dialect

_FRAME = zstandard.MAGIC_NUMBER.to_bytes(4, "little")
_LEVEL = 1

_compressor = zstandard.ZstdCompressor(level=_LEVEL)
_decompressor = zstandard.ZstdDecompressor()


def compress(text: bytes) -> bytes:
    """Compress UTF-8 text of any length."""
    return _compressor.compress(text)


def expand(stored: bytes) -> bytes:
    """Undo `compress`; text that was never compressed is returned as it is."""
    return _decompressor.decompress(stored) if stored.startswith(_FRAME) else stored


class CompressedText(TypeDecorator[bytes]):
    """UTF-8 bytes, compressed in the database."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, _dialect: Dialect) -> bytes | None:
        return None if value is None else compress(value)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> bytes | None:
        return None if value is None else expand(value)
