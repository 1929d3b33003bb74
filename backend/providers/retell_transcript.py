"""What was said in a call, read from whichever of Retell's four transcripts is there."""

import re
from typing import Literal, NamedTuple, cast

from pydantic import BaseModel, ConfigDict, JsonValue

from backend.providers.retell_json import JsonObject

Role = Literal["agent", "user", "transfer_target", "dtmf"]

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
    is_backchannel: bool = False


class ToolUse(BaseModel):
    """A tool call, with its result as soon as there is one."""

    model_config = ConfigDict(frozen=True)

    name: str
    arguments: str | None = None
    result: str | None = None
    successful: bool | None = None
    after_turn: int | None = None


class Transcript(NamedTuple):
    """`dtmf` utterances are keys that the other side pressed, those pressed in a row together."""

    utterances: tuple[Utterance, ...]
    is_scrubbed: bool
    tool_uses: tuple[ToolUse, ...] = ()


def read_transcript(call: JsonObject) -> Transcript:
    """Prefer what has word times, then what is raw: scrubbed text is read when nothing else is.

    Keys pressed and tools used stand in one of the lists only, and are put where they belong.
    """
    woven = _entries(call.get("transcript_with_tool_calls"))
    spoken = _spoken(_entries(call.get("transcript_object")))
    said = _with_keys(spoken, woven) or _from_lines(call.get("transcript"))
    if said:
        return Transcript(said, is_scrubbed=False, tool_uses=_tool_uses(woven))
    scrubbed = _entries(call.get("scrubbed_transcript_with_tool_calls"))
    said = _with_keys((), scrubbed)
    return Transcript(said, is_scrubbed=bool(said), tool_uses=_tool_uses(woven or scrubbed))


def _entries(entries: JsonValue) -> list[JsonObject]:
    return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []


def _spoken(entries: list[JsonObject]) -> tuple[Utterance, ...]:
    said = (_utterance(entry) for entry in entries)
    return tuple(utterance for utterance in said if utterance is not None)


def _with_keys(spoken: tuple[Utterance, ...], woven: list[JsonObject]) -> tuple[Utterance, ...]:
    """Put the keys that the woven list has where as much was spoken before them as there."""
    spoken = spoken or _spoken(woven)
    said: list[Utterance] = []
    heard = 0
    for entry in woven:
        if _utterance(entry) is not None:
            said += spoken[heard : heard + 1]
            heard += 1
        elif (keys := _keys(entry)) is not None:
            if said and said[-1].role == "dtmf":
                keys = said.pop().text + keys
            said.append(Utterance(role="dtmf", text=keys))
    return (*said, *spoken[heard:])


def _keys(entry: JsonObject) -> str | None:
    digit = entry.get("digit") if entry.get("role") == "dtmf" else None
    if isinstance(digit, int | float) and not isinstance(digit, bool):
        digit = f"{digit:.0f}"
    return digit.strip() or None if isinstance(digit, str) else None


def _tool_uses(woven: list[JsonObject]) -> tuple[ToolUse, ...]:
    results = {
        str(entry.get("tool_call_id")): entry
        for entry in woven
        if entry.get("role") == "tool_call_result"
    }
    uses: list[ToolUse] = []
    turn = -1
    was_keys = False
    for entry in woven:
        is_keys = _keys(entry) is not None
        if _utterance(entry) is not None or (is_keys and not was_keys):
            turn += 1
        was_keys = is_keys or (was_keys and _utterance(entry) is None)
        name = entry.get("name")
        if entry.get("role") == "tool_call_invocation" and isinstance(name, str):
            result = results.get(str(entry.get("tool_call_id")), {})
            uses.append(_tool_use(name, entry, result, turn))
    return tuple(uses)


def _tool_use(name: str, entry: JsonObject, result: JsonObject, turn: int) -> ToolUse:
    arguments, content, worked = (
        entry.get("arguments"),
        result.get("content"),
        result.get("successful"),
    )
    return ToolUse(
        name=name,
        arguments=arguments if isinstance(arguments, str) else None,
        result=content if isinstance(content, str) else None,
        successful=worked if isinstance(worked, bool) else None,
        after_turn=turn if turn >= 0 else None,
    )


def _utterance(entry: JsonObject) -> Utterance | None:
    role, content = entry.get("role"), entry.get("content")
    if not isinstance(role, str) or role not in _ROLES:
        return None
    if not isinstance(content, str) or not content.strip():
        return None
    start_ms, end_ms = _span(entry.get("words"))
    about = entry.get("metadata")
    return Utterance(
        role=_ROLES[role],
        text=content.strip(),
        start_ms=start_ms,
        end_ms=end_ms,
        is_backchannel=isinstance(about, dict) and about.get("is_backchannel") is True,
    )


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
