"""Telling what a file is by its first bytes. Names and content types are not believed."""

from pathlib import PurePath

HEAD_BYTES = 4096

# Sound without any header: its name is the only one to know, and is believed where bytes are mute.
_RAW = {
    ".g722": "g722", ".ulaw": "mulaw", ".ul": "mulaw", ".mulaw": "mulaw", ".pcmu": "mulaw",
    ".alaw": "alaw", ".al": "alaw", ".pcma": "alaw", ".gsm": "gsm",
}  # fmt: skip
_FORMATS = (
    (0, b"RIFF", "wav"), (0, b"RF64", "wav"), (0, b"BW64", "wav"), (0, b"ID3", "mp3"),
    (0, b"OggS", "ogg"), (0, b"fLaC", "flac"), (0, b"#!AMR", "amr"), (0, b"FORM", "aiff"),
    (0, b".snd", "au"), (0, b"caff", "caf"), (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (4, b"ftyp", "mov"), (4, b"moov", "mov"), (4, b"mdat", "mov"), (4, b"wide", "mov"),
    (4, b"free", "mov"), (0, b"FLV", "flv"), (0, b"\x00\x00\x01\xba", "mpeg"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"), (0, b"MAC ", "ape"), (0, b"wvpk", "wv"),
)  # fmt: skip
_MPEG_TS_PACKET = 188


def kind_of(head: bytes, file_name: str = "") -> str | None:
    """Name the container that these first bytes begin, or None when they are no sound."""
    for offset, magic, name in _FORMATS:
        if head[offset : offset + len(magic)] == magic:
            return _riff(head) if name == "wav" else name
    if _is_transport_stream(head):
        return "mpegts"
    if _is_mpeg_audio(head):
        return "aac" if head[1] & 0x06 == 0 else "mp3"
    suffix = PurePath(file_name).suffix.lower()
    if suffix in _RAW and not _is_text(head) and not _is_something_else(head):
        return _RAW[suffix]
    return None


def _riff(head: bytes) -> str | None:
    return {b"WAVE": "wav", b"AVI ": "avi"}.get(head[8:12])


def _is_transport_stream(head: bytes) -> bool:
    return len(head) > 2 * _MPEG_TS_PACKET and all(
        head[place] == 0x47 for place in range(0, 3 * _MPEG_TS_PACKET, _MPEG_TS_PACKET)
    )


def _is_mpeg_audio(head: bytes) -> bool:
    """Look for a frame's first twelve bits, with a version, layer and rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    is_adts = head[1] & 0xF6 == 0xF0
    version, layer, rate = head[1] >> 3 & 3, head[1] >> 1 & 3, head[2] >> 4
    return is_adts or (version != 1 and layer != 0 and 0 < rate < 15)


def _is_text(head: bytes) -> bool:
    return bool(head) and all(byte >= 0x20 or byte in b"\r\n\t" for byte in head)


def _is_something_else(head: bytes) -> bool:
    return head.startswith(
        (b"%PDF", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x7fELF")
    )
