"""What is silent in a WAV file, read in whatever pieces."""

import struct

import pytest
from hypothesis import given, strategies as st

from backend.redaction.muting import MARGIN_MS, Muting, NotPlain, PlainSound

RATE = 8000


def wav(samples: bytes, *, kind: int = 1, bits: int = 16, channels: int = 1) -> bytes:
    block = bits // 8 * channels
    form = struct.pack("<HHIIHH", kind, channels, RATE, RATE * block, block, bits)
    more = b"LIST" + struct.pack("<I", 3) + b"odd\0"
    body = b"fmt " + struct.pack("<I", len(form)) + form + more + b"data"
    return b"RIFF\0\0\0\0WAVE" + body + struct.pack("<I", len(samples)) + samples


@pytest.mark.parametrize(
    ("kind", "bits", "silence"), [(1, 16, 0), (1, 8, 0x80), (7, 8, 0xFF), (6, 8, 0xD5), (3, 32, 0)]
)
def test_each_kind_of_samples_has_its_own_silence(kind: int, bits: int, silence: int) -> None:
    file = wav(b"\x11" * (RATE * bits // 8), kind=kind, bits=bits)
    sound = PlainSound.read(file)
    muted = Muting(sound.stretches([(400, 600)]), sound.silence).muted(file)

    begin = sound.begin + (400 - MARGIN_MS) * RATE // 1000 * sound.block
    end = sound.begin + (600 + MARGIN_MS) * RATE // 1000 * sound.block + sound.block
    assert len(muted) == len(file)
    assert muted[:begin] == file[:begin]
    assert set(muted[begin:end]) == {silence}
    assert muted[end:] == file[end:]


def test_what_is_no_plain_sound_is_refused() -> None:
    adpcm = wav(b"\0" * 100, kind=2)
    for head in (b"", b"ID3", adpcm, wav(b"")[:30], b"RIFF\0\0\0\0WAVEdata\0\0\0\0"):
        with pytest.raises(NotPlain):
            PlainSound.read(head)


@given(
    st.lists(st.integers(1, 900), min_size=1, max_size=20),
    st.lists(st.tuples(st.integers(-50, 1200), st.integers(0, 500)), max_size=5),
    st.integers(0, 3000),
)
def test_pieces_and_parts_are_muted_as_the_whole_is(
    sizes: list[int], times: list[tuple[int, int]], first: int
) -> None:
    file = wav(bytes(range(1, 251)) * 64)
    sound = PlainSound.read(file)
    stretches = sound.stretches([(start, start + length) for start, length in times])
    whole = Muting(stretches, sound.silence).muted(file)

    muting, at, pieces = Muting(stretches, sound.silence, first), first, []
    for size in [*sizes, len(file)]:
        pieces.append(muting.muted(file[at : at + size]))
        at += size

    assert b"".join(pieces) == whole[first:]
