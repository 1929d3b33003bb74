"""Finding in a transcript what was said: that an AI calls, who calls, that it is to be the last.

By words alone, so the same transcript says the same each time. The words of each language are
data, and all of them are looked for: people change languages, and none means anything in another.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from backend.calls.models import Turn

# What has to be said at the beginning, has to be in the first turns of the agent.
_EARLY = frozenset({"ai", "caller", "recording"})
_EARLY_TURNS = 3
_SENTENCE = re.compile(r"[^.?!…\n]+[.?!…]*")
_LEFT_OUT = re.compile("['`\u2018\u2019\u00b4]")


@dataclass(frozen=True)
class Said:
    """Words of a turn. `is_sure`: they can hardly mean anything else."""

    turn: int
    quote: str
    is_sure: bool = True


@dataclass(frozen=True)
class _Words:
    """What is looked for in one language."""

    made: Mapping[str, re.Pattern[str]]
    unmade: re.Pattern[str]
    asked: re.Pattern[str]
    perhaps: re.Pattern[str]
    # What stands before or after the words and changes what they mean.
    undone: re.Pattern[str]
    bounded: re.Pattern[str]
    conditions: re.Pattern[str]


@cache
def _languages() -> tuple[_Words, ...]:
    folder = files("backend.conduct").joinpath("words")
    found = sorted(folder.iterdir(), key=lambda each: each.name)
    return tuple(_read(json.loads(each.read_text(encoding="utf-8"))) for each in found)


def _read(content: Mapping[str, Any]) -> _Words:
    own = {name: _any(value) for name, value in content.items() if name != "made"}
    return _Words(made={name: _any(each) for name, each in content["made"].items()}, **own)


def _any(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


def find_disclosure(kind: str, turns: Sequence[Turn]) -> Said | None:
    """Find where the agent says what is to be said; None: it does not."""
    own = [turn for turn in turns if turn.role == "agent"]
    for turn in own[:_EARLY_TURNS] if kind in _EARLY else own:
        for sentence in _sentences(turn.text):
            plain = _plain(sentence)
            for words in _languages():
                is_denied = kind == "ai" and words.unmade.search(plain)
                if words.made[kind].search(plain) and not is_denied:
                    return Said(turn.turn, sentence)
    return None


def find_opt_out(turns: Sequence[Turn], *, is_machine: bool) -> Said | None:
    """Find where the other side asks for no more calls: the surest words, and of these the first.

    What a machine says may not be meant for us.
    """
    unsure: Said | None = None
    for turn in turns:
        for sentence in _sentences(turn.text) if turn.role == "user" else ():
            is_sure = _asks(_plain(sentence))
            if is_sure and not is_machine:
                return Said(turn.turn, sentence)
            if is_sure is not None and unsure is None:
                unsure = Said(turn.turn, sentence, is_sure=False)
    return unsure


def _asks(plain: str) -> bool | None:
    """Say whether a sentence asks for no more calls: surely, perhaps, or (None) not at all."""
    found: bool | None = None
    for words in _languages():
        for match in words.asked.finditer(plain):
            before, after = plain[: match.start()], plain[match.start() :]
            if words.undone.search(before):
                continue
            if not (words.bounded.search(after) or words.conditions.search(before)):
                return True
            found = False
        for match in words.perhaps.finditer(plain):
            if not words.undone.search(plain[: match.start()]):
                found = False
    return found


def _sentences(text: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(text):
        if sentence := match.group().strip():
            yield sentence


def _plain(text: str) -> str:
    """Write without what transcribers write differently: case, accents, apostrophes, spaces."""
    apart = unicodedata.normalize("NFD", _LEFT_OUT.sub("", text).casefold())
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return " ".join(bare.split())
