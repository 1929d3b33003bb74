"""Reading files: of every kind, the true duration and channels are found within 20 ms."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from backend.providers.transcription.transcription import capabilities_of
from backend.recordings.sound.cutting import Channel
from backend.recordings.sound.decoding import Source
from backend.recordings.sound.kinds import kind_of
from backend.recordings.sound.order import Chunk, Order, Sound
from backend.recordings.sound.reading import read_sound
from backend.recordings.sound.refusals import Broken, NotSound, Silent, TooLong
from tests.support.sound import Samples, encoded, mono, silence, stereo

LINES = ("agent: " + "one two three four five six seven eight nine ten",)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "chunks"
    made.mkdir()
    return made


def _read(path: Path, folder: Path, **options: object) -> tuple[Sound, list[Chunk]]:
    chunks: list[Chunk] = []
    values = {"chunk_ms": 60_000, "longest_seconds": 600.0} | options
    order = Order(path=path, folder=folder, file_name=path.name, **values)  # type: ignore[arg-type]  # a test's own
    sound = read_sound(order, on_seconds=lambda _: None, on_chunk=chunks.append)
    return sound, chunks


@pytest.mark.parametrize("size", [b"\x00\x00\x00\x00", b"\xff\xff\xff\xff"])
def test_a_recorder_that_left_the_size_open_is_read_to_the_end(
    tmp_path: Path, folder: Path, size: bytes
) -> None:
    spoken = mono(*LINES)
    whole = encoded(spoken)
    at = whole.index(b"data") + 4
    path = tmp_path / "streamed.wav"
    path.write_bytes(whole[:at] + size + whole[at + 4 :])

    sound, _ = _read(path, folder)

    assert abs(sound.duration_ms - spoken.shape[1] / 8) <= 20


def test_a_name_or_content_type_tells_nothing(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes(encoded(mono(*LINES), "libmp3lame", "mp3"))

    assert _read(path, folder)[0].container == "mp3"


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"RIFF\0\0\0\0WAVE", "wav"), (b"RIFF\0\0\0\0WEBP", None), (b"%PDF-1", None), (b"", None),
     (b"\xff\xfb\x90\x00", "mp3"), (b"\xff\xf1\x50\x80", "aac"), (b"plain text", None)],
)  # fmt: skip
def test_what_a_file_is_stands_in_its_first_bytes(head: bytes, kind: str | None) -> None:
    assert kind_of(head) == kind


def test_two_people_on_two_channels_are_cut_apart(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(encoded(stereo(crosstalk=0.02)))

    sound, chunks = _read(path, folder)

    assert sound.mixing == "separate"
    assert {chunk.channel for chunk in chunks} == {0, 1}
    assert len(sound.peaks) == 2


@pytest.mark.parametrize("sign", [1, -1])
def test_the_same_sound_twice_is_one_channel_also_upside_down(
    tmp_path: Path, folder: Path, sign: int
) -> None:
    spoken = mono(*LINES)[0]
    path = tmp_path / "call.wav"
    path.write_bytes(encoded(_two(spoken, sign), "pcm_s16le"))

    sound, chunks = _read(path, folder)

    assert (sound.mixing, {chunk.channel for chunk in chunks}) == ("first", {0})


def _two(spoken: Channel, sign: int) -> Samples:
    return np.stack([spoken, (sign * spoken).astype(np.int16)])


def test_chunks_end_in_pauses_and_hold_all_that_was_said(tmp_path: Path, folder: Path) -> None:
    spoken = mono(*LINES * 6, pause=0.8)
    path = tmp_path / "call.wav"
    path.write_bytes(encoded(spoken))

    _, chunks = _read(path, folder, chunk_ms=4000)

    assert len(chunks) > 2
    assert all(a.end_ms <= b.start_ms for a, b in itertools.pairwise(chunks))


def test_voices_on_one_channel_stay_in_one_chunk_where_that_is_wanted(
    tmp_path: Path, folder: Path
) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(encoded(mono(*LINES * 6, pause=0.8)))
    _, alone = _read(path, folder, chunk_ms=4000, alone_ms=600_000)
    path.write_bytes(encoded(stereo(*LINES * 6, "user: so one two three", pause=0.8)))
    _, apart = _read(path, folder, chunk_ms=4000, alone_ms=600_000)

    assert len(alone) == 1
    assert len([chunk for chunk in apart if chunk.channel == 0]) > 2


def test_where_nobody_pauses_chunks_overlap(tmp_path: Path, folder: Path) -> None:
    spoken = mono("agent: " + "word " * 120, pause=0.1)
    path = tmp_path / "call.wav"
    path.write_bytes(encoded(spoken))

    _, chunks = _read(path, folder, chunk_ms=8000)

    assert len(chunks) > 2
    assert all(a.end_ms - b.start_ms == 3000 for a, b in itertools.pairwise(chunks))


def test_where_nobody_pauses_a_wide_chunk_is_no_larger_than_openai_takes(
    tmp_path: Path, folder: Path
) -> None:
    longest = capabilities_of("openai", "whisper-1").longest_chunk_seconds
    assert longest is not None
    without_pause = mono("agent: " + "word " * 40, rate=16000, pause=0.1)
    spoken = np.tile(without_pause, 950 * 16000 // without_pause.shape[1])
    path = tmp_path / "call.wav"
    path.write_bytes(encoded(spoken, "pcm_s16le", rate=16000))

    _, chunks = _read(path, folder, chunk_ms=round(longest * 1000), longest_seconds=1000.0)

    assert len(chunks) == 2
    assert (folder / "0-00000").stat().st_size < 25_000_000


@pytest.mark.parametrize("codec", ["pcm_mulaw", "pcm_alaw", "pcm_s16le"])
def test_chunks_of_plain_sound_hold_the_very_samples_that_came(
    tmp_path: Path, folder: Path, codec: str
) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(encoded(mono(*LINES * 2), codec))
    came = np.concatenate(list(Source(path, path.name).blocks("mono")), axis=1)[0]

    _, (chunk,) = _read(path, folder)

    kept = folder / "0-00000"
    held = np.concatenate(list(Source(kept, "chunk").blocks("mono")), axis=1)[0]
    begin = chunk.start_ms * 8
    assert kept.stat().st_size <= path.stat().st_size
    assert np.array_equal(held[: came.size - begin], came[begin : begin + held.size])


def test_what_cannot_be_used_is_refused_by_name(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "call.wav"
    for content, refusal in (
        (b"plain text", NotSound),
        (encoded(silence(1)[None, :]), Silent),
        (b"\0\0\0\x20ftypisom" + bytes(600), Broken),
    ):
        path.write_bytes(content)
        with pytest.raises(refusal):
            _read(path, folder)


def test_what_is_too_long_is_refused(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(encoded(mono(*LINES)))

    with pytest.raises(TooLong, match="RECORDING_MAX_MINUTES"):
        _read(path, folder, longest_seconds=1.0)


def test_a_damaged_middle_does_not_end_the_recording(tmp_path: Path) -> None:
    spoken = mono(*LINES * 3, rate=16000)
    whole = bytearray(encoded(spoken, "libmp3lame", "mp3", rate=16000))
    whole[len(whole) // 2 : len(whole) // 2 + 200] = bytes(200)
    path = tmp_path / "call.mp3"
    path.write_bytes(whole)
    source = Source(path, "call.mp3")

    decoded = sum(block.shape[1] for block in source.blocks("mono"))

    assert decoded > 0.9 * spoken.shape[1]
