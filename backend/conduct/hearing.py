"""Finding in a transcript what was said: that an AI calls, who calls, that it is to be the last.

By words alone, so the same transcript says the same each time. The words of each language are
data, and all of them are looked for: people change languages.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from backend.calls.models import Turn

# What has to be said at the beginning, has to be in the first turns of the agent.
_EARLY = frozenset({"ai", "caller", "recording"})
_EARLY_TURNS = 3
# The points of an abbreviation, as in A.I., end no sentence.
_SENTENCE = re.compile(
    r"(?:[^.?!…\n]|(?<=\b\w)\.(?=\w\b)|(?<=\b\w\.\w)\.(?=\s+[^\W\dA-Z_]))+[.?!…]*"
)
_ABBREVIATED = re.compile(r"\b([a-z])\.([a-z])\b\.?")
_PART = re.compile("<([a-z]+)>")
_BETWEEN = re.compile(r"[^\w]+")
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
    # What says that no AI calls, and what before either makes it what others say.
    unmade: re.Pattern[str]
    unsaid: re.Pattern[str]
    asked: re.Pattern[str]
    perhaps: re.Pattern[str]
    # What stands before the words and turns them around.
    undone: re.Pattern[str]
    # What alone makes a sentence that can hardly mean anything else, and what may be around it.
    sure: re.Pattern[str]
    filler: re.Pattern[str]
    # Times, other numbers and other ways, which beside a sentence narrow what it asks for.
    bounded: re.Pattern[str]
    elsewhere: re.Pattern[str]


@cache
def _languages() -> Mapping[str, _Words]:
    folder = files("backend.conduct").joinpath("words")
    found = sorted(folder.iterdir(), key=lambda each: each.name)
    return {
        each.name.partition(".")[0]: _read(json.loads(each.read_text(encoding="utf-8")))
        for each in found
    }


def _read(content: Mapping[str, Any]) -> _Words:
    parts = content["parts"]
    made = {name: _any(parts, each) for name, each in content["made"].items()}
    rest = {name: each for name, each in content.items() if name not in {"parts", "made"}}
    own = {name: _any(parts, each) for name, each in rest.items()}
    own |= {name: _whole(content[name]) for name in ("sure", "filler")}
    return _Words(made=made, **own)


def _any(parts: Mapping[str, str], patterns: Sequence[str]) -> re.Pattern[str]:
    """Put parts in the place of their names, which parts may have in them too."""
    whole = "|".join(patterns)
    while _PART.search(whole):
        whole = _PART.sub(lambda match: parts[match.group(1)], whole)
    return re.compile(whole)


def _whole(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(patterns)})(?:[ ,]+|$)")


def find_disclosure(kind: str, turns: Sequence[Turn]) -> Said | None:
    """Find where the agent says what is to be said; None: it does not."""
    own = [turn for turn in turns if turn.role == "agent"]
    for turn in own[:_EARLY_TURNS] if kind in _EARLY else own:
        for sentence in _sentences(turn.text):
            plain = _plain(sentence)
            if kind == "ai":
                is_made = _is_of_machine(plain) is True
            else:
                is_made = any(words.made[kind].search(plain) for words in _languages().values())
            if is_made:
                return Said(turn.turn, sentence)
    return None


def find_denial(turns: Sequence[Turn]) -> Said | None:
    """Find where the agent last says that it is no machine, unless it puts that right later."""
    denial = None
    for turn in turns:
        for sentence in _sentences(turn.text) if turn.role == "agent" else ():
            is_of_machine = _is_of_machine(_plain(sentence))
            if is_of_machine is not None:
                denial = None if is_of_machine else Said(turn.turn, sentence)
    return denial


def _is_of_machine(plain: str) -> bool | None:
    """Say whether a sentence says that a machine speaks, or that none does; None: neither.

    Of several mentions the last one counts: "I'm not a robot, I'm an AI assistant".
    """
    mentions = [
        (match.end(), not is_made)
        for words in _languages().values()
        for pattern, is_made in ((words.made["ai"], True), (words.unmade, False))
        for match in pattern.finditer(plain)
        if not words.unsaid.search(plain[: match.start()])
    ]
    return not max(mentions)[1] if mentions else None


def find_opt_out(
    turns: Sequence[Turn],
    *,
    is_machine: bool,
    languages: Collection[str] = (),
    but: Collection[str] = (),
) -> Said | None:
    """Find where the other side asks for no more calls: the surest words, and of these the first.

    What a machine says may not be meant for us, and in other than the `languages` that are spoken,
    where that is known, words may mean something else. `but` are quotes that count for nothing.
    """
    spoken = [code for code in _languages() if not languages or code in languages]
    own = [turn for turn in turns if turn.role == "user"]
    said = [(turn, tuple(_sentences(turn.text))) for turn in own]
    left_out = {_words_of(quote) for quote in but}
    unsure: Said | None = None
    for at, (turn, sentences) in enumerate(said):
        following = said[at + 1][1] if at + 1 < len(said) else ()
        for number, sentence in enumerate(sentences):
            if _words_of(sentence) in left_out:
                continue
            is_wish = _is_wish(sentence, spoken)
            around = (*sentences[:number], *sentences[number + 1 :], *following)
            if is_wish and not is_machine and not any(map(_narrows, around)):
                return Said(turn.turn, sentence)
            if unsure is None and (is_wish or _asks(_plain(sentence))):
                unsure = Said(turn.turn, sentence, is_sure=False)
    return unsure


def _asks(plain: str) -> bool:
    """Say whether a sentence may ask for no more calls."""
    return any(
        not words.undone.search(plain[: match.start()])
        for words in _languages().values()
        for pattern in (words.asked, words.perhaps)
        for match in pattern.finditer(plain)
    )


def _is_wish(sentence: str, languages: Sequence[str]) -> bool:
    """Say whether a sentence asks for no more calls, and for nothing else."""
    if "?" in sentence:
        return False
    clauses = ",".join(map(_words_of, sentence.split(",")))
    return any(_is_made_of(clauses, _languages()[code]) for code in languages)


def _is_made_of(clauses: str, words: _Words) -> bool:
    """Say whether all of it is sure words and fillers: what else it had might change them."""
    at, is_sure = 0, False
    while at < len(clauses):
        match = words.sure.match(clauses, at)
        is_sure = is_sure or match is not None
        match = match or words.filler.match(clauses, at)
        if match is None:
            return False
        at = match.end()
    return is_sure


def _narrows(sentence: str) -> bool:
    """Say whether a sentence names another number, time or way, in whatever language."""
    plain = _plain(sentence)
    return any(
        words.elsewhere.search(plain) or words.bounded.search(plain)
        for words in _languages().values()
    )


def _sentences(text: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(text):
        if sentence := match.group().strip():
            yield sentence


def _plain(text: str) -> str:
    """Write without what transcribers write differently: case, accents, apostrophes, spaces."""
    apart = unicodedata.normalize("NFD", _LEFT_OUT.sub("", text).casefold())
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return " ".join(_ABBREVIATED.sub(r"\1\2", bare).split())


def _words_of(text: str) -> str:
    """Write the words alone."""
    return _BETWEEN.sub(" ", _plain(text)).strip()
