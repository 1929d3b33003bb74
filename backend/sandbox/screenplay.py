"""The text form of a scenario: a head of `name: value` lines, an empty line, and who says what.

Spoken lines start with `agent:` or `user:`. A tool call is `tool: name {json} => result`. Lines
between `repeat:` and `end:` are said once for each `row:` of the head, its cells filled in;
`or:` separates wordings that take turns.

Under a spoken line, `=> field: value | quote` is what a good reader takes from it for a record. The
quote is a part of the line; without one it is all of it. `field[]` is one item of a list. A value
is JSON or plain words, and a JSON object for an item of several members; `@tomorrow 08:00` is a
moment, counted from the start of the call. `field!` is what a bad reader takes from it, and
insists on.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Role = Literal["agent", "user", "tool"]
VARIABLE = re.compile(r"\{\{\s*([\w-]+)\s*\}\}")
_TOOL = re.compile(r"(?P<name>\w+) (?P<arguments>\{.*\}) => (?P<result>.*)")
_FACT = re.compile(r"=> (?P<field>\w+)(?P<mark>\[\]|!)?: (?P<value>[^|]+?)(?: \| (?P<quote>.+))?")


@dataclass(frozen=True)
class Fact:
    """A field of the record with its value, as written, and the words that prove it."""

    field: str
    value: str
    quote: str
    is_item: bool = False
    is_insisted_on: bool = False


@dataclass(frozen=True)
class Line:
    role: Role
    text: str
    facts: tuple[Fact, ...] = ()


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

    @property
    def facts(self) -> Mapping[str, str]:
        """The record in words: a moment as it was said, the items of a list one after the other."""
        told: dict[str, str] = {}
        for fact in (fact for line in self.lines for fact in line.facts):
            words = fact.quote if fact.value.startswith("@") else fact.value
            before = f"{told[fact.field]}; " if fact.is_item and fact.field in told else ""
            told[fact.field] = before + words
        return told


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
    defaults: dict[str, str] = {}
    rows: list[dict[str, str]] = []
    columns: list[str] = []
    for key, value in _pairs(head):
        if key.startswith("default "):
            defaults[key.removeprefix("default ")] = value
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
        defaults=defaults,
    )


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for written in text.splitlines():
        if written.startswith("=>"):
            yield "=>", written
        elif written.strip():
            key, _, value = written.partition(":")
            yield key.strip(), value.strip()


def _cells(value: str) -> list[str]:
    return [cell.strip() for cell in value.split("|")]


def _lines(body: str, rows: list[dict[str, str]]) -> Iterator[Line]:
    said: list[Line] = []
    wordings: list[list[Line]] = []
    current = said
    for key, value in _pairs(body):
        match key:
            case "repeat" | "or":
                current = []
                wordings.append(current)
            case "end":
                said += _repeated(wordings, rows)
                current = said
            case "agent" | "user" | "tool":
                current.append(Line(key, value))
            case "=>" if current:
                current[-1] = _with_fact(current[-1], value)
            case _:
                raise ValueError(f"nobody is called {key!r} in a screenplay")
    yield from said


def _with_fact(line: Line, written: str) -> Line:
    match = _FACT.fullmatch(written)
    quote = (match and match["quote"]) or line.text
    if match is None or quote not in line.text:
        raise ValueError(f"not what {line.text!r} says: {written}")
    mark = match["mark"]
    fact = Fact(match["field"], match["value"], quote, mark == "[]", mark == "!")
    return replace(line, facts=(*line.facts, fact))


def _repeated(wordings: list[list[Line]], rows: list[dict[str, str]]) -> Iterator[Line]:
    for number, row in enumerate(rows):
        for line in wordings[number % len(wordings)]:
            yield Line(line.role, fill(line.text, row))
