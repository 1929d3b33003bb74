"""What was said in a call, read from whichever of Retell's four transcripts is there."""

import re
from typing import Literal, NamedTuple, cast

from pydantic import BaseModel, ConfigDict, JsonValue

from backend.providers.retell_json import JsonObject

Role = Literal["agent", "user", "transfer_target"]

_ROLES: dict[JsonValue, Role] = {
    "agent": "agent",
    "user": "user",
    "transfer_target": "transfer_target",
}
_SPEAKER = re.compile(r"(agent|user|transfer[ _]target):\s*(.*)", re.IGNORECASE | re.DOTALL)
_LONGEST_CALL_SECONDS = 7 * 24 * 3600


class Utterance(BaseModel):
    """One turn. Times are milliseconds from the start of the call, as precise as Retell's words."""

    model_config = ConfigDict(frozen=True)

    role: Role
    text: str
    start_ms: int | None = None
    end_ms: int | None = None


class Transcript(NamedTuple):
    utterances: tuple[Utterance, ...]
    is_scrubbed: bool


def read_transcript(call: JsonObject) -> Transcript:
    """Prefer what has word times, then what is raw: scrubbed text is read when nothing else is."""
    said = (
        _from_list(call.get("transcript_object"))
        or _from_list(call.get("transcript_with_tool_calls"))
        or _from_lines(call.get("transcript"))
    )
    if said:
        return Transcript(said, is_scrubbed=False)
    scrubbed = _from_list(call.get("scrubbed_transcript_with_tool_calls"))
    return Transcript(scrubbed, is_scrubbed=bool(scrubbed))


def _from_list(entries: JsonValue) -> tuple[Utterance, ...]:
    """Keep what was spoken; tool calls, key presses and injected context share the list."""
    if not isinstance(entries, list):
        return ()
    said = (_utterance(entry) for entry in entries if isinstance(entry, dict))
    return tuple(utterance for utterance in said if utterance is not None)


def _utterance(entry: JsonObject) -> Utterance | None:
    role, content = entry.get("role"), entry.get("content")
    if not isinstance(role, str) or role not in _ROLES:
        return None
    if not isinstance(content, str) or not content.strip():
        return None
    start_ms, end_ms = _span(entry.get("words"))
    return Utterance(role=_ROLES[role], text=content.strip(), start_ms=start_ms, end_ms=end_ms)


def _span(words: JsonValue) -> tuple[int | None, int | None]:
    timed = [word for word in words if isinstance(word, dict)] if isinstance(words, list) else []
    starts = [ms for word in timed if (ms := _milliseconds(word.get("start"))) is not None]
    ends = [ms for word in timed if (ms := _milliseconds(word.get("end"))) is not None]
    start, end = min(starts, default=None), max(ends, default=None)
    if start is not None and end is not None and end < start:
        return start, None
    return start, end


def _milliseconds(seconds: JsonValue) -> int | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    return round(seconds * 1000) if 0 <= seconds <= _LONGEST_CALL_SECONDS else None


def _from_lines(text: JsonValue) -> tuple[Utterance, ...]:
    """Read `Agent: …` lines; a line that names no speaker goes on with the one before it."""
    turns: list[tuple[Role, list[str]]] = []
    for line in text.split("\n") if isinstance(text, str) else ():
        if spoken := _SPEAKER.fullmatch(line):
            role = cast("Role", spoken[1].lower().replace(" ", "_"))
            turns.append((role, [spoken[2]]))
        elif turns:
            turns[-1][1].append(line)
    joined = ((role, "\n".join(lines).strip()) for role, lines in turns)
    return tuple(Utterance(role=role, text=said) for role, said in joined if said)
