"""Transcripts as people have them: of other makers, with times and names, pasted as text.

What is not understood is refused with the line's number. Guessing would put words into the wrong
mouth, and a record rests on who has said what.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from backend.calls.models import Turn

_ROLES: Final = {
    "agent": "agent|ai|bot|assistant|ai agent|ai assistant|voice agent|voice assistant|"
    "virtual agent|virtual assistant|voice ?bot|chat ?bot|representative|rep|operator|model|"
    "agente|asistente|agentin|assistent|assistentin",
    "user": "user|customer|caller|human|client|callee|person|contact|lead|prospect|patient|driver|"
    "guest|cliente|usuario|kunde|kundin|anrufer|anruferin|client[e]?|appelant|utilisateur",
    "transfer_target": "transfer[ _]target|colleague",
    "dtmf": "dtmf|keypad|keys(?: pressed)?",
}
_KNOWN: Final = {role: re.compile(names, re.IGNORECASE) for role, names in _ROLES.items()}

_CLOCK = r"(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?"


def _time(name: str) -> str:
    until = rf"(?:\s*(?:-->|-|\u2013|to)\s*{_CLOCK})?"
    return rf"[\[(<]?\s*(?P<{name}>{_CLOCK}){until}\s*[\])>]?"


_BEFORE = _time("before")
# Several people's names, a number after them: what stands where a speaker stands.
_LABEL = r"(?P<label>[^\W\d_][\w'.\-]*(?:[ _][\w'.\-]+){0,3}?)"
_LINE = re.compile(
    rf"(?:[-*>\u2022]\s+)?(?:\*\*|__)?(?:{_BEFORE}\s*[-\u2013|]?\s*)?(?:\*\*|__)?{_LABEL}"
    rf"(?:\s*[(\[](?:{_time('within')}|[^()\[\]:]{{1,40}})[)\]])?(?:\s+{_time('after')})?"
    r"\s*(?:\*\*|__)?\s*(?P<mark>:|\t|$)\s*(?:\*\*|__)?\s*(?P<text>.*)",
)
_ONLY_TIME = re.compile(rf"{_BEFORE}(?:\s+(?:align|position|line|size):\S+)*")
_CAPTION = re.compile(r"^<v(?:\.\w+)*\s+([^>]+)>(.*?)(?:</v>)?$")
_SKIPPED = re.compile(r"WEBVTT.*|\d{1,5}")
_MOST_TURNS = 2000
_ROLE_KEYS, _TEXT_KEYS = ("role", "speaker", "from", "name"), ("text", "content", "message")


class TranscriptNotUnderstood(ValueError):
    """Says which line, and what about it."""


@dataclass
class _Spoken:
    role: str
    start_ms: int | None
    lines: list[str] = field(default_factory=list)


def read_pasted(text: str) -> list[Turn]:
    """Read a transcript that somebody has pasted. Raises TranscriptNotUnderstood."""
    spoken = _from_json(text) or _from_lines(text)
    said = [(each, "\n".join(each.lines).strip()) for each in spoken]
    turns = [
        Turn.model_validate(
            {"turn": number, "role": each.role, "text": words, "start_ms": each.start_ms}
        )
        for number, (each, words) in enumerate((each, words) for each, words in said if words)
    ]
    if not turns:
        raise TranscriptNotUnderstood(f"nobody says anything; {_WANTED}")
    return turns


_WANTED: Final = "begin each line with who speaks, such as `Agent:` or `User:`"


def _from_lines(text: str) -> list[_Spoken]:
    spoken: list[_Spoken] = []
    start_ms: int | None = None
    for number, given in enumerate(text.splitlines(), start=1):
        line = _CAPTION.sub(r"\1: \2", given.strip().lstrip("\ufeff"))
        if not line or _SKIPPED.fullmatch(line):
            continue
        if found := _ONLY_TIME.fullmatch(line):
            start_ms = _ms(found["before"])
            continue
        if (begun := _begin(number, line, start_ms)) is not None:
            spoken.append(begun)
            if len(spoken) > _MOST_TURNS:
                raise TranscriptNotUnderstood(f"line {number}: more than {_MOST_TURNS} turns")
            start_ms = None
        elif spoken:
            spoken[-1].lines.append(line)
        else:
            raise TranscriptNotUnderstood(f"line {number} does not say who speaks; {_WANTED}")
    return spoken


def _begin(number: int, line: str, start_ms: int | None) -> _Spoken | None:
    """Read a line that somebody begins to speak in; None when it goes on with what was said."""
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    role = _role(found["label"])
    if role is None:
        if _looks_like_a_speaker(found):
            raise TranscriptNotUnderstood(
                f"line {number}: it is not known whether {found['label']!r} is the agent or the "
                f"person; {_WANTED}"
            )
        return None
    if found["mark"] == "" and found["text"] == "" and _is_a_sentence(found["label"]):
        return None
    clock = found["before"] or found["within"] or found["after"]
    return _Spoken(role, _ms(clock) if clock else start_ms, [found["text"]])


def _role(label: str) -> str | None:
    plain = label.replace("_", " ")
    return next((role for role, names in _KNOWN.items() if names.fullmatch(plain)), None)


def _looks_like_a_speaker(found: re.Match[str]) -> bool:
    """Tell a name before a colon from a sentence that has one: `Near exit 4: the big one`."""
    has_time = any(found[name] for name in ("before", "within", "after"))
    is_name = all(
        word[:1].isupper() or word.isdigit() for word in re.split(r"[ _]", found["label"])
    )
    return found["mark"] != "" and (has_time or is_name)


def _is_a_sentence(label: str) -> bool:
    """Tell an answer of one word (`model`) from a speaker's name on a line of its own."""
    return label[:1].islower()


def _ms(clock: str) -> int:
    *larger, seconds = clock.replace(",", ".").split(":")
    whole = 0
    for part in larger:
        whole = whole * 60 + int(part)
    return round((whole * 60 + float(seconds)) * 1000)


def _from_json(text: str) -> list[_Spoken]:
    """Read the lists that APIs give: objects with who speaks and what."""
    if not text.lstrip().startswith(("[", "{")):
        return []
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return list(_entries(given))


def _entries(given: Any) -> Iterator[_Spoken]:
    listed = given
    if isinstance(given, Mapping):
        listed = next((each for each in given.values() if isinstance(each, list)), [])
    for number, entry in enumerate(listed, start=1):
        if not isinstance(entry, Mapping):
            raise TranscriptNotUnderstood(f"entry {number} is no object with `role` and `text`")
        who = next((entry[key] for key in _ROLE_KEYS if isinstance(entry.get(key), str)), "")
        words = next((entry[key] for key in _TEXT_KEYS if isinstance(entry.get(key), str)), None)
        if words is None or who in {"system", "tool", "function"}:
            continue
        if (role := _role(who)) is None:
            raise TranscriptNotUnderstood(
                f"entry {number}: it is not known whether {who!r} is the agent or the person"
            )
        start = entry.get("start_ms")
        yield _Spoken(role, start if isinstance(start, int) and start >= 0 else None, [words])
