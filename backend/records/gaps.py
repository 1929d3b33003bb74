"""Why a field has no value: nobody asked for it, or it was asked for and not answered."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from pydantic import BaseModel

from backend.calls.models import Turn
from backend.grounding.fields import Field, Group, Listing, Path
from backend.grounding.speech.words import composed, words, wordset
from backend.records.answer_reading import Gap


class GapReason(StrEnum):
    NOT_ASKED = "not_asked"
    NOT_ANSWERED = "not_answered"


class NotSaid(BaseModel):
    """Why a field has no value. `turns` are those in which the agent asked for it."""

    reason: GapReason
    turns: list[int]
    start_ms: int | None


_TELLS_NOTHING = wordset(
    "whether will would could should have does with your that this what when where which they "
    "them there from been being about still then than name number call called caller person "
    "driver customer patient prospect contact other another anything something please tell told "
    "given gave said"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_STEM = 5


class Questions:
    """What the agent asked, prepared for looking up which fields it was about.

    Where the model names no turn, the words decide: all those of a field's name are enough, or one
    that is in no other field's; words of a description or of several names have to come together.
    """

    def __init__(self, root: Group, turns: Sequence[Turn]) -> None:
        self._agents = {turn.turn: turn for turn in turns if turn.role == "agent"}
        self._asked = [
            (turn.turn, _stems(sentence))
            for turn in self._agents.values()
            for sentence in _SENTENCE.split(turn.text)
            if "?" in sentence
        ]
        fields = [*_fields(root)]
        self._names = Counter(stem for name, _ in fields for stem in _stems(name))
        self._described = Counter(stem for _, text in fields for stem in _stems(text))

    def about(self, gap: Gap) -> NotSaid:
        turns = [turn for turn in gap.turns if turn in self._agents]
        turns = turns or self._by_words(gap.path, gap.field)
        return NotSaid(
            reason=GapReason.NOT_ANSWERED if turns else GapReason.NOT_ASKED,
            turns=turns,
            start_ms=self._agents[turns[0]].start_ms if turns else None,
        )

    def _by_words(self, path: Path, field: Field) -> list[int]:
        name = _stems(_last_name(path))
        described = _stems(field.description) - name
        for turn, asked in self._asked:
            weight = sum(1 / (self._names[stem] or 1) for stem in name & asked)
            weight += sum(0.5 / (self._described[stem] or 1) for stem in described & asked)
            if weight >= 1 or (name and name <= asked):
                return [turn]
        return []


def _fields(field: Field, name: str = "") -> Iterator[tuple[str, str]]:
    """List all fields with a value of their own, each by name and description."""
    match field:
        case Group():
            for member_name, member in field.members.items():
                yield from _fields(member, member_name)
        case Listing():
            yield name, field.description
            if isinstance(field.item, Group):
                yield from _fields(field.item)
        case _:
            yield name, field.description


def _last_name(path: Iterable[str | int]) -> str:
    return next((part for part in reversed([*path]) if isinstance(part, str)), "")


def _stems(text: str) -> frozenset[str]:
    found = {word.text for word in words(composed(text.replace("_", " ")))}
    return frozenset(word[:_STEM] for word in found - _TELLS_NOTHING if len(word) > 3)
