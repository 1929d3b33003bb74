"""The text form of a scenario: a head of `name: value` lines, an empty line, and who says what.

Spoken lines start with `agent:` or `user:`. A tool call is `tool: name {json} => result`. Lines
between `repeat:` and `end:` are said once for each `row:` of the head, its cells filled in;
`or:` separates wordings that take turns.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Role = Literal["agent", "user", "tool"]
VARIABLE = re.compile(r"\{\{\s*([\w-]+)\s*\}\}")
_TOOL = re.compile(r"(?P<name>\w+) (?P<arguments>\{.*\}) => (?P<result>.*)")


@dataclass(frozen=True)
class Line:
    role: Role
    text: str


@dataclass(frozen=True)
class ToolCall:
    name: str
    arguments: str
    result: str


@dataclass(frozen=True)
class Scenario:
    """A call that can be played. Without lines nobody ever answered it."""

    name: str
    title: str
    ends: str
    summary: str
    lines: tuple[Line, ...] = ()
    language: str = "en"
    sentiment: str = "Neutral"
    is_successful: bool = True
    is_voicemail: bool = False
    # Somebody else's dialogue: no begin message is put in, no variable filled.
    is_word_for_word: bool = False
    topics: frozenset[str] = frozenset()
    defaults: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


def fill(text: str, variables: Mapping[str, str]) -> str:
    """Put variables in; one that has no value stays as it is written, as at Retell."""
    return VARIABLE.sub(lambda match: variables.get(match[1], match[0]), text)


def tool_call(line: Line) -> ToolCall:
    match = _TOOL.fullmatch(line.text)
    if match is None:
        raise ValueError(f"not a tool call: {line.text}")
    json.loads(match["arguments"])
    return ToolCall(match["name"], match["arguments"], match["result"])


def parse(name: str, text: str) -> Scenario:
    """Read one screenplay."""
    head, _, body = text.partition("\n\n")
    single: dict[str, str] = {}
    grouped: dict[str, dict[str, str]] = {"default": {}, "fact": {}}
    rows: list[dict[str, str]] = []
    columns: list[str] = []
    for key, value in _pairs(head):
        group, _, entry = key.partition(" ")
        if group in grouped:
            grouped[group][entry] = value
        elif key == "columns":
            columns = _cells(value)
        elif key == "row":
            rows.append(dict(zip(columns, _cells(value), strict=True)))
        else:
            single[key] = value
    return Scenario(
        name=name,
        title=single["title"],
        ends=single["ends"],
        summary=single["summary"],
        lines=tuple(_lines(body, rows)),
        language=single.get("language", "en"),
        sentiment=single.get("sentiment", "Neutral"),
        is_successful=single.get("successful", "yes") == "yes",
        is_voicemail=single.get("voicemail", "no") == "yes",
        topics=frozenset(single.get("topics", "").lower().split()),
        defaults=grouped["default"],
        facts=grouped["fact"],
    )


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for written in text.splitlines():
        if written.strip():
            key, _, value = written.partition(":")
            yield key.strip(), value.strip()


def _cells(value: str) -> list[str]:
    return [cell.strip() for cell in value.split("|")]


def _lines(body: str, rows: list[dict[str, str]]) -> Iterator[Line]:
    wordings: list[list[Line]] = []
    is_repeating = False
    for key, value in _pairs(body):
        match key:
            case "repeat" | "or":
                wordings.append([])
                is_repeating = True
            case "end":
                yield from _repeated(wordings, rows)
                is_repeating = False
            case "agent" | "user" | "tool":
                line = Line(key, value)
                if is_repeating:
                    wordings[-1].append(line)
                else:
                    yield line
            case _:
                raise ValueError(f"nobody is called {key!r} in a screenplay")


def _repeated(wordings: list[list[Line]], rows: list[dict[str, str]]) -> Iterator[Line]:
    for number, row in enumerate(rows):
        for line in wordings[number % len(wordings)]:
            yield Line(line.role, fill(line.text, row))
