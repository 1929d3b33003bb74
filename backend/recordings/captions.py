"""A transcript as text or as captions.

Written by hand, since libraries for it drop braces, leave `<` as it is, or stop at 99 hours.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.calls.models import Turn

# What fits on a screen at a time.
_LINE = 80
_SHORTEST_MS = 700

_NAMES = {"agent": "Agent", "user": "User", "transfer_target": "Colleague", "unknown": "Speaker"}


class CaptionFormat(StrEnum):
    TXT = "txt"
    SRT = "srt"
    VTT = "vtt"


@dataclass(frozen=True)
class Cue:
    start_ms: int
    end_ms: int
    speaker: str
    text: str


def written(turns: Sequence[Turn], form: CaptionFormat) -> str:
    match form:
        case CaptionFormat.TXT:
            return "".join(
                f"[{_clock(t.start_ms or 0)}] {name(t)}: {_plain(t.text)}\n" for t in turns
            )
        case CaptionFormat.SRT:
            blocks = [
                f"{n}\n{_time(cue.start_ms, ',')} --> {_time(cue.end_ms, ',')}\n"
                f"{cue.speaker}: {cue.text.replace('-->', '→')}\n"
                for n, cue in enumerate(cues(turns), start=1)
            ]
            return "\n".join(blocks)
        case CaptionFormat.VTT:
            blocks = [
                f"{_time(cue.start_ms, '.')} --> {_time(cue.end_ms, '.')}\n"
                f"<v {html.escape(cue.speaker, quote=False)}>{html.escape(cue.text, quote=False)}\n"
                for cue in cues(turns)
            ]
            return "\n".join(["WEBVTT\n", *blocks])


def name(turn: Turn) -> str:
    said = _NAMES[turn.role]
    if turn.role == "unknown" and (turn.speaker or turn.channel is not None):
        return f"{said} {turn.speaker if turn.speaker is not None else turn.channel}"
    return said


def cues(turns: Sequence[Turn]) -> Iterator[Cue]:
    """Cut turns into what fits on a screen, each with its own times where words have them."""
    for turn in turns:
        start = turn.start_ms or 0
        end = max(turn.end_ms or 0, start + _SHORTEST_MS)
        if not turn.words:
            yield Cue(start, end, name(turn), _plain(turn.text))
            continue
        line: list[str] = []
        begin = last = start
        for word in turn.words:
            if line and len(" ".join(line)) + len(word.text) > _LINE:
                yield _cue(turn, line, begin, last)
                line, begin = [], word.start_ms
            line.append(word.text)
            last = word.end_ms
        yield _cue(turn, line, begin, last)


def _cue(turn: Turn, words: Sequence[str], start_ms: int, end_ms: int) -> Cue:
    shown_until = max(end_ms, start_ms + _SHORTEST_MS)
    return Cue(start_ms, shown_until, name(turn), _plain(" ".join(words)))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _time(ms: int, separator: str) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{separator}{ms:03}"


def _clock(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}"
