"""Files of every kind that recorders leave: the true duration and channels within 20 ms."""

import io
import struct
from pathlib import Path
from random import Random
from typing import Any

import av
import numpy as np
import pytest

from backend.recordings.sound.order import Order, Sound
from backend.recordings.sound.reading import read_sound
from backend.recordings.sound.refusals import Broken, Empty, Encrypted, NotSound, SoundRefused
from tests.support.sound import Samples, encoded, mono, stereo

LINES = ("agent: one two three four five six seven eight nine ten",)
# Codec, container, rate, and what the muxer is told.
KINDS = [
    ("pcm_s16le", "wav", 8000, {}), ("pcm_mulaw", "wav", 8000, {}), ("pcm_alaw", "wav", 8000, {}),
    ("pcm_u8", "wav", 8000, {}), ("pcm_s24le", "wav", 16000, {}), ("pcm_f32le", "wav", 16000, {}),
    ("pcm_s16le", "wav", 8000, {"rf64": "always"}), ("pcm_s16le", "wav", 44100, {}),
    ("libmp3lame", "mp3", 16000, {}), ("libmp3lame", "mp3", 44100, {}),
    ("aac", "mp4", 16000, {}), ("aac", "mp4", 44100, {}), ("aac", "ipod", 16000, {}),
    ("libopus", "ogg", 16000, {}), ("libopus", "webm", 16000, {}),
    ("flac", "flac", 8000, {}), ("flac", "flac", 44100, {}),
    ("pcm_s16be", "aiff", 8000, {}), ("pcm_mulaw", "au", 8000, {}),
]  # fmt: skip


def read(path: Path) -> Sound:
    folder = path.parent / "chunks"
    folder.mkdir(exist_ok=True)
    order = Order(path, folder, path.name, chunk_ms=60_000, longest_seconds=600.0)
    return read_sound(order, on_seconds=lambda _: None, on_chunk=lambda _: None)


def said(channels: int, rate: int) -> Samples:
    return mono(*LINES, rate=rate) if channels == 1 else stereo(*LINES, rate=rate)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(("codec", "form", "rate", "muxer"), KINDS)
def test_every_kind_tells_its_true_duration_and_channels(
    tmp_path: Path, codec: str, form: str, rate: int, muxer: dict[str, str], channels: int
) -> None:
    spoken = said(channels, rate)
    path = tmp_path / "call"
    path.write_bytes(encoded(spoken, codec, form, rate=rate, muxer=muxer))

    sound = read(path)

    assert abs(sound.duration_ms - spoken.shape[1] * 1000 / rate) <= 20
    assert (sound.channels, sound.sample_rate) == (channels, 48000 if "opus" in codec else rate)
    assert sound.was_cut_off is False


def test_mp3_without_a_xing_header_is_counted_and_not_reckoned(tmp_path: Path) -> None:
    """Without it nobody knows what was added at both ends: whole frames are what there is."""
    spoken = said(1, 16000)
    path = tmp_path / "call.mp3"
    path.write_bytes(encoded(spoken, "libmp3lame", "mp3", rate=16000, muxer={"write_xing": "0"}))

    with av.open(str(path)) as opened:
        held = sum(frame.samples for frame in opened.decode(audio=0))

    assert b"Xing" not in path.read_bytes()
    assert abs(read(path).duration_ms - held / 16) <= 20


def test_adts_is_as_long_as_its_frames(tmp_path: Path) -> None:
    path = tmp_path / "call.aac"
    path.write_bytes(encoded(said(1, 16000), "aac", "adts", rate=16000))
    content, at, frames = path.read_bytes(), 0, 0
    while at < len(content):
        at += (content[at + 3] & 3) << 11 | content[at + 4] << 3 | content[at + 5] >> 5
        frames += 1

    assert abs(read(path).duration_ms - frames * 64) <= 20


def test_amr_and_g722_of_telephone_systems_are_read(tmp_path: Path) -> None:
    spoken = said(1, 8000)
    narrow, wide = tmp_path / "call.amr", tmp_path / "call.g722"
    narrow.write_bytes(encoded(spoken, "libopencore_amrnb", "amr", rate=8000, bit_rate=12200))
    wide.write_bytes(encoded(said(1, 16000), "g722", "g722", rate=16000))

    # Both know frames alone: of 20 ms the one, of two samples the other.
    for path in (narrow, wide):
        sound = read(path)
        assert abs(sound.duration_ms - spoken.shape[1] / 8) <= 20
        assert sound.channels == 1


def wav(form: bytes, content: bytes, *, size: int | None = None, before: bytes = b"") -> bytes:
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + before
    body += b"data" + struct.pack("<I", len(content) if size is None else size) + content
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_gsm_in_wav_is_read_as_call_centers_write_it(tmp_path: Path) -> None:
    """Two frames of 33 bytes share a block of 65; no wheel has a coder, so noise is written."""
    blocks = 100
    form = struct.pack("<HHIIHHHH", 0x31, 1, 8000, 1625, 65, 0, 2, 320)
    fact = b"fact" + struct.pack("<II", 4, blocks * 320)
    path = tmp_path / "call.wav"
    path.write_bytes(wav(form, Random(1).randbytes(blocks * 65), before=fact))

    sound = read(path)

    assert (sound.codec, sound.channels) == ("gsm_ms", 1)
    assert abs(sound.duration_ms - blocks * 40) <= 20


@pytest.mark.parametrize("size", [None, 0, 0xFFFFFFFF])
@pytest.mark.parametrize("channels", [1, 2])
def test_extensible_wav_is_read_also_where_its_recorder_never_came_back(
    tmp_path: Path, channels: int, size: int | None
) -> None:
    spoken = said(channels, 8000)
    width = 2 * channels
    guid = b"\x01\x00\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"
    form = struct.pack("<HHIIHHHHI", 0xFFFE, channels, 8000, 8000 * width, width, 16, 22, 16, 3)
    path = tmp_path / "call.wav"
    path.write_bytes(wav(form + guid, spoken.T.tobytes(), size=size))

    sound = read(path)

    assert abs(sound.duration_ms - spoken.shape[1] / 8) <= 20
    assert (sound.channels, sound.was_cut_off) == (channels, False)


@pytest.mark.parametrize(
    ("form", "codec", "picture"),
    [("mp4", "aac", "mpeg4"), ("mov", "aac", "mpeg4"), ("matroska", "libopus", "mpeg4"),
     ("webm", "libopus", "libvpx"), ("avi", "libmp3lame", "mpeg4")],
)  # fmt: skip
def test_of_a_video_the_sound_is_taken(tmp_path: Path, form: str, codec: str, picture: str) -> None:
    spoken = said(2, 16000)
    path = tmp_path / "meeting"
    path.write_bytes(video(spoken, 16000, form, codec, picture))

    sound = read(path)

    # What an AVI holds of MP3 is whole frames, of 36 ms at this rate, with the coder's own delay.
    most = 110 if form == "avi" else 20
    assert abs(sound.duration_ms - spoken.shape[1] / 16) <= most
    assert (sound.channels, sound.copy) == (2, "copy.flac")


def video(samples: Samples, rate: int, form: str, codec: str, picture: str) -> bytes:
    """Put sound beside a picture that does not move."""
    sound = av.open(io.BytesIO(encoded(samples, "pcm_s16le", "wav", rate=rate)), "r")
    target = io.BytesIO()
    container = av.open(target, "w", format=form)
    film: Any = container.add_stream(picture, rate=10)
    film.width, film.height, film.pix_fmt = 64, 48, "yuv420p"
    track: Any = container.add_stream(codec, rate=rate)
    track.layout = "stereo"
    for n in range(samples.shape[1] * 10 // rate):
        still = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")
        still.pts = n
        container.mux(film.encode(still))
    container.mux(film.encode(None))
    for frame in sound.decode(audio=0):
        container.mux(track.encode(frame))
    container.mux(track.encode(None))
    container.close()
    sound.close()
    return target.getvalue()


WHOLE = encoded(mono(*LINES), "aac", "mp4")
PLAIN = encoded(mono(*LINES))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", Empty),
        (b"%PDF-1.7 a letter", NotSound),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 ", NotSound),
        (b"PK\x03\x04 an archive", NotSound),
        (PLAIN[: PLAIN.index(b"data") + 8], Empty),
        (b"OggS" + bytes(6000), Broken),
        (b"#!AMR\n", Empty),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(4000), NotSound),
        (WHOLE[: len(WHOLE) // 2], Broken),
        (WHOLE.replace(b"mp4a", b"enca"), Encrypted),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_name(
    tmp_path: Path, content: bytes, refusal: type[SoundRefused]
) -> None:
    path = tmp_path / "call.bin"
    path.write_bytes(content)

    with pytest.raises(SoundRefused) as refused:
        read(path)

    assert type(refused.value) is refusal
    assert refused.value.detail.endswith(".")
