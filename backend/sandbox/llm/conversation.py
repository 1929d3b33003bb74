"""The conversation as the prompt carries it: numbered turns, and when the call began."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

TURN = re.compile(
    r"^\s*\[(?P<number>\d+)\]\s+(?P<role>agent|user|transfer_target|dtmf)"
    r"(?:\s+(?P<at>\d+(?::\d\d){1,2}))?:[ \t]?(?P<text>.*?)[ \t\r]*$",
    re.MULTILINE,
)
STARTED = re.compile(r"^\s*Call started at:\s*(\S+)(?:\s*\(([^)]+)\))?", re.MULTILINE)
# By code: an apostrophe here looks like an accent there.
TYPEWRITER = {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-"}


@dataclass(frozen=True)
class Turn:
    number: int
    role: str
    text: str

    @cached_property
    def plain(self) -> str:
        """The text with typewriter marks for typographic ones, place for place."""
        return self.text.translate(TYPEWRITER)


@dataclass(frozen=True)
class Conversation:
    turns: tuple[Turn, ...] = ()
    # In the zone the people of the call live in, when the prompt tells it.
    started_at: datetime | None = None


def read_conversation(texts: Iterable[str]) -> Conversation:
    """Take the text with the most turns, the last of equals, as the conversation."""
    texts = list(texts)
    turns: tuple[Turn, ...] = ()
    for text in texts:
        found = {
            int(match["number"]): Turn(int(match["number"]), match["role"], match["text"])
            for match in TURN.finditer(text)
        }
        if found and len(found) >= len(turns):
            turns = tuple(found[number] for number in sorted(found))
    return Conversation(turns, _started_at(texts))


def _started_at(texts: Iterable[str]) -> datetime | None:
    for match in filter(None, map(STARTED.search, texts)):
        try:
            instant = datetime.fromisoformat(match[1])
        except ValueError:
            continue
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=UTC)
        return instant.astimezone(_zone(match[2])) if match[2] else instant
    return None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
