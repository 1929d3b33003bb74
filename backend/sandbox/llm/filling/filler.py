"""Which words answer which field: those that speak of it, or answer a question about it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from backend.sandbox.llm.conversation import Conversation
from backend.sandbox.llm.filling.finders import find_pieces
from backend.sandbox.llm.filling.talk import Sentence, read_talk
from backend.sandbox.llm.filling.words import terms
from backend.sandbox.llm.form import Field, Group, fields_of

# How much what the agent says counts, by how the other side took it.
AGENT_SAID = {True: 0.9, False: 0.0, None: 0.3}
NAME_COUNTS = 2.0
LATEST = 0.5
DEEPER = 0.05
CORRECTED = 1.5
ENOUGH = 1.0


class Found(NamedTuple):
    value: Any
    quote: str
    turn: int
    # Whether it is given again when it was refused.
    is_insisted_on: bool = False


@dataclass(frozen=True)
class Filler:
    """Looks for answers in a conversation, or in a part of one."""

    sentences: tuple[Sentence, ...]
    now: datetime | None
    # Whether all words of a field's name have to be spoken of.
    is_strict: bool = False
    # Whether all of it is about one thing, whatever its words.
    is_item: bool = False

    def find(self, field: Field) -> Found | None:
        """Find the best answer to a field; of equals the last one counts."""
        rated = list(self._rated(field))
        return max(rated, key=lambda each: each[0])[1] if rated else None

    def find_all(self, field: Field) -> list[Found]:
        """Find everything that answers, in the order it was said, each thing once."""
        rated = list(self._rated(field))
        best = max((score for score, _ in rated), default=0.0)
        found = {str(each.value): each for score, each in rated if score > best / 2}
        return list(found.values())

    def parts(self, group: Group) -> Iterator["Filler"]:
        """Cut the conversation into one part for each item of a list of groups."""
        names = (each for each in fields_of(group) if each.type == "string" and not each.format)
        anchor = next(names, None)
        found = self.find_all(anchor) if anchor else []
        for each in found:
            own = (
                s
                for s in self.sentences
                if s.turn.number == each.turn and each.quote in s.as_said(s.text)
            )
            yield replace(self, sentences=tuple(own), is_item=True)

    def _rated(self, field: Field) -> Iterator[tuple[float, Found]]:
        named, about = terms(field.name), terms(field.label)
        last = self.sentences[-1].turn.number if self.sentences else 0
        for sentence in self.sentences:
            spoken = sentence.terms | sentence.asked
            if self.is_strict and not named <= spoken:
                continue
            is_about = self.is_item or bool(named & spoken) or len(about & spoken) > 1
            near = self.is_item + sum(
                NAME_COUNTS * len(named & words) + len((about - named) & words)
                for words in (sentence.terms, sentence.asked)
            )
            share = AGENT_SAID[sentence.met_with] if sentence.is_by_agent else 1.0
            if sentence.is_by_agent and "?" in sentence.text and not sentence.met_with:
                continue
            later = LATEST * sentence.turn.number / (last + 1) - DEEPER * sentence.depth
            later += CORRECTED * sentence.corrects
            for piece in find_pieces(field, sentence, self.now):
                score = (near + piece.weight) * share
                if score >= ENOUGH and (is_about or piece.weight >= ENOUGH):
                    yield (
                        score + later,
                        Found(piece.value, sentence.as_said(piece.text), sentence.turn.number),
                    )


def filler_of(conversation: Conversation, *, is_strict: bool) -> Filler:
    return Filler(read_talk(conversation), conversation.started_at, is_strict)
