"""The answer of a reader of calls: the form filled with what was said, each value with its quote.

A call that a screenplay knows is answered from it, as a good model would. What no screenplay knows,
a field of one's own or another's words, is left to the filler.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from backend.sandbox.llm.conversation import Conversation
from backend.sandbox.llm.filling.filler import Filler, Found, filler_of
from backend.sandbox.llm.form import Field, Group, Listing, Node, Path
from backend.sandbox.llm.known_calls import Known, known_values, screenplay_fields

# Answers not to give again for a field, because the one who asks has refused them.
Refused = Mapping[Path, list[Any]]


def answer_record(form: Node, conversation: Conversation, refused: Refused | None = None) -> Any:
    """Answer what the conversation tells; the same question gets the same answer."""
    known = known_values(conversation)
    filler = filler_of(conversation, is_strict=known is not None)
    return _Reader(conversation, known, filler, refused or {}).answer(form)


@dataclass(frozen=True)
class _Reader:
    conversation: Conversation
    known: Mapping[str, list[Known]] | None
    filler: Filler
    refused: Refused

    def answer(self, node: Node) -> Any:
        match node:
            case Group():
                return {name: self.answer(member) for name, member in node.members.items()}
            case Listing():
                return self._items(node)[: node.longest]
            case Field():
                found = next(self._known(node), None) or self._filled(node)
                answer = _answer(node, found)
                is_refused = answer in self.refused.get(node.path, ())
                is_given_up = is_refused and not (found and found.is_insisted_on)
                return _answer(node, None) if is_given_up else answer

    def _items(self, listing: Listing) -> list[Any]:
        match listing.item:
            case Field() as item:
                found = list(self._known(item))
                if not found and not self._is_settled(item):
                    found = self.filler.find_all(item)
                answers = [_answer(item, each) for each in found]
                return [each for each in answers if each not in self.refused.get(item.path, ())]
            case Group() as group:
                known = list(self._known_groups(group))
                if known or self._is_settled(group):
                    return known
                return [self._of_group(group, part) for part in self.filler.parts(group)]
            case _:
                return []

    def _of_group(self, group: Group, part: Filler) -> Any:
        return _Reader(self.conversation, None, part, self.refused).answer(group)

    def _known_groups(self, group: Group) -> Iterator[Any]:
        """Answer each item that the screenplay writes as an object, by one quote for all of it."""
        for known in (self.known or {}).get(group.name, ()):
            members = known.members()
            if members is None:
                continue
            own = {name: [each] for name, each in members.items()}
            reader = _Reader(self.conversation, own, replace(self.filler, sentences=()), {})
            yield reader.answer(group)

    def _filled(self, field: Field) -> Found | None:
        return None if self._is_settled(field) else self.filler.find(field)

    def _is_settled(self, field: Field | Group) -> bool:
        """Say whether the call's screenplay leaves the field empty knowingly."""
        return self.known is not None and field.name in screenplay_fields()

    def _known(self, field: Field) -> Iterator[Found]:
        for known in (self.known or {}).get(field.name, ()):
            value = known.fitted(field, self.conversation.started_at)
            if value is not None:
                yield Found(value, known.quote, known.turn.number, known.is_insisted_on)


def _answer(field: Field, found: Found | None) -> Any:
    value = found.value if found else _nothing(field)
    if not field.has_evidence:
        return value
    return {
        "value": found.value if found else None,
        "quote": found.quote if found else None,
        "turns": [found.turn] if found else [],
    }


def _nothing(field: Field) -> Any:
    """Give null, or for a field that may not be null the emptiest value of its type."""
    if field.is_nullable:
        return None
    if field.choices:
        return field.choices[0]
    return {"string": "", "integer": 0, "number": 0, "boolean": False}.get(field.type or "")
